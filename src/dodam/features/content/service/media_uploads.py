"""Taking in images, videos and sounds of any size, in little memory."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import asdict

from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.content import errors
from dodam.features.content.models.formats import HEAD_BYTES, MEDIA_NAME, Format, format_of
from dodam.features.content.models.media import ListedMedium, MediaKind, Medium, MediumForm
from dodam.features.content.ports import ObjectStorage
from dodam.features.content.service.media import Media
from dodam.features.content.service.media_library import MediaLibrary
from dodam.features.content.store import media as store
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.ids import new_id

_A_DAY = timedelta(days=1)
_MEGABYTE = 1_000_000
_INCOMING = "incoming/"


class Announced(Struct, frozen=True):
    """What is said of an upload before it comes; either may be left unsaid."""

    content_type: str | None
    size: int | None


class MediaUploads:
    """`most_bytes` is what may be sent of each kind."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        media: Media,
        library: MediaLibrary,
        storage: ObjectStorage,
        audit: Audit,
        most_bytes: Mapping[MediaKind, int],
    ) -> None:
        self._database = database
        self._clock = clock
        self._media = media
        self._library = library
        self._storage = storage
        self._audit = audit
        self._most_bytes = most_bytes

    async def take(
        self, by: Actor, form: MediumForm, announced: Announced, chunks: AsyncIterator[bytes]
    ) -> tuple[ListedMedium, bool]:
        """The medium, and whether it is new: the same content sent again finds itself.

        Raises InvalidInput, MediumTooLarge; and what `chunks` raises.
        """
        head = await _head(chunks)
        of_format = _format(head, announced.content_type)
        content = _Content(head, chunks, self._most_bytes[of_format.kind])
        content.admit(announced.size or 0)
        # Its name follows from its content, which is known at the end.
        incoming = f"{_INCOMING}{new_id()}"
        await self._storage.put(incoming, content.read())
        medium = Medium(
            id=new_id(),
            name=f"{content.digest.hexdigest()}.{of_format.extension}",
            content_type=of_format.content_type,
            size=content.size,
            title=form.title,
            alt=form.alt,
            uploaded_by=by.id,
            created_at=self._clock.now(),
        )
        # Opened only now: no connection waits while a video trickles in.
        async with self._database.transaction() as tx:
            return await self._keep(tx, by, incoming, medium)

    async def forget_orphans(self, tx: Transaction) -> int:
        """Remove what crashes left behind a day ago or more; how many objects that were."""
        before = self._clock.now() - _A_DAY
        await self._storage.forget_parts(before)
        names = {name async for name in self._storage.older(before) if _is_ours(name)}
        # An upload that finds its object here waits, and puts it again.
        await self._media.changed(tx)
        orphans = names - {each.name for each in await store.NAMES.all(tx, names=[*names])}
        for name in orphans:
            await self._storage.delete(name)
        return len(orphans)

    async def _keep(
        self, tx: Transaction, by: Actor, incoming: str, medium: Medium
    ) -> tuple[ListedMedium, bool]:
        # Who uploads or removes the same content waits from here on.
        await self._media.changed(tx)
        # Before the row, which promises it; and where both are there already it mends an object
        # that was lost.
        await self._storage.move(incoming, medium.name)
        known = await store.NAMED.first(tx, name=medium.name)
        if known is not None:
            return await self._library.one(tx, known.id), False
        await store.INSERT.execute(tx, **asdict(medium))
        await self._audit.record(
            tx, by, "medium.uploaded", Subject("medium", medium.id), name=medium.name
        )
        return await self._library.one(tx, medium.id), True


def _is_ours(name: str) -> bool:
    """Whether it was put here: somebody may keep other things in the same bucket."""
    return name.startswith(_INCOMING) or re.match(MEDIA_NAME, name) is not None


class _Content:
    """What arrives, measured and hashed while it passes."""

    def __init__(self, head: bytes, rest: AsyncIterator[bytes], most_bytes: int) -> None:
        self._head = head
        self._rest = rest
        self._most_bytes = most_bytes
        self.size = 0
        self.digest = sha256()

    async def read(self) -> AsyncIterator[bytes]:
        """Raises MediumTooLarge."""
        yield self._pass(self._head)
        async for chunk in self._rest:
            yield self._pass(chunk)

    def admit(self, size: int) -> None:
        """Raises MediumTooLarge."""
        if size > self._most_bytes:
            raise errors.MediumTooLarge(
                details={"most_bytes": self._most_bytes},
                megabytes=self._most_bytes // _MEGABYTE,
            )

    def _pass(self, chunk: bytes) -> bytes:
        self.size += len(chunk)
        self.admit(self.size)
        self.digest.update(chunk)
        return chunk


async def _head(chunks: AsyncIterator[bytes]) -> bytes:
    """What it begins with: enough to tell its format."""
    head = b""
    async for chunk in chunks:
        head += chunk
        if len(head) >= HEAD_BYTES:
            break
    return head


def _format(head: bytes, announced: str | None) -> Format:
    """Raises InvalidInput."""
    if not head:
        raise InvalidInput(fields=[errors.EMPTY_MEDIUM])
    found = format_of(head)
    if found is None:
        raise InvalidInput(fields=[errors.UNKNOWN_FORMAT])
    if announced is not None and not found.is_called(announced):
        raise InvalidInput(fields=[errors.other_type(found.content_type)])
    return found
