"""The images, videos and sounds there are, for the staff who look after them."""

from uuid import UUID

from msgspec.structs import asdict

from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.content.errors import MediumInUse, MediumNotFound
from dodam.features.content.models.media import ListedMedium, MediaPage, Medium, MediumForm
from dodam.features.content.ports import ObjectStorage
from dodam.features.content.service.media import Media
from dodam.features.content.service.media_urls import MediaUrls
from dodam.features.content.store import media as store
from dodam.platform.database import Reading, Transaction

_AFTER_ALL = UUID(int=2**128 - 1)


class MediaLibrary:
    def __init__(self, media: Media, urls: MediaUrls, storage: ObjectStorage, audit: Audit) -> None:
        self._media = media
        self._urls = urls
        self._storage = storage
        self._audit = audit

    async def page(self, db: Reading, before: UUID | None, limit: int) -> MediaPage:
        """Up to `limit` media older than `before`, or the newest, newest first."""
        found = await store.PAGE.all(db, before=before or _AFTER_ALL, most=limit + 1)
        page = found[:limit]
        more = len(found) > limit
        return MediaPage(await self._listed(db, page), page[-1].id if more else None)

    async def one(self, db: Reading, medium_id: UUID) -> ListedMedium:
        """Raises MediumNotFound."""
        found = await store.ONE.first(db, medium=medium_id)
        if found is None:
            raise MediumNotFound
        [listed] = await self._listed(db, [found])
        return listed

    async def describe(
        self, tx: Transaction, by: Actor, medium_id: UUID, form: MediumForm
    ) -> ListedMedium:
        """Give it another title and alternative text. Raises MediumNotFound."""
        await self._media.changed(tx)
        await store.DESCRIBE.execute(tx, medium=medium_id, title=form.title, alt=form.alt)
        described = await self.one(tx, medium_id)
        await self._audit.record(tx, by, "medium.described", Subject("medium", medium_id))
        return described

    async def remove(self, tx: Transaction, by: Actor, medium_id: UUID) -> None:
        """Have it no more. Raises MediumNotFound, MediumInUse.

        The object goes first: if the transaction fails after that, removing it again succeeds,
        whereas an object whose row is gone would stay, and may be what must not.
        """
        # Who uploads the same content waits, and so never takes what goes for what is there.
        await self._media.changed(tx)
        found = await store.HOLD_TO_DELETE.first(tx, medium=medium_id)
        if found is None:
            raise MediumNotFound
        uses = await store.USES.all(tx, ids=[medium_id])
        if uses:
            raise MediumInUse(details={"used_by": [each.used_by for each in uses]})
        await store.DELETE.execute(tx, medium=medium_id)
        await self._audit.record(
            tx, by, "medium.removed", Subject("medium", medium_id), name=found.name
        )
        await self._storage.delete(found.name)

    async def _listed(self, db: Reading, media: list[Medium]) -> list[ListedMedium]:
        uses: dict[UUID, list[str]] = {each.id: [] for each in media}
        for use in await store.USES.all(db, ids=[*uses]):
            uses[use.medium_id].append(use.used_by)
        return [
            ListedMedium(**asdict(each), url=self._urls.sign(each.name), used_by=uses[each.id])
            for each in media
        ]
