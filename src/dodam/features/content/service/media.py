"""Images, videos and sounds, for those who show them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from dodam.features.content import errors
from dodam.features.content.models.media import Medium, ShownMedium, WantedMedium, kind_of
from dodam.features.content.service.media_urls import MediaUrls
from dodam.features.content.store import media as store
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import FieldError, InvalidInput
from dodam.platform.revisions import Revised


class Media:
    def __init__(self, urls: MediaUrls) -> None:
        self._urls = urls
        self._known = Revised("content.media", _read)

    async def urls(self, db: Reading, media_ids: Iterable[UUID]) -> dict[UUID, str]:
        """Where each can be fetched for a while: a path on the API's own address.

        The same for some hours, so that answers that hold it stay the same. What is not there is
        left out.
        """
        return {each.id: self._urls.sign(each.name) for each in await self._found(db, media_ids)}

    async def shown(self, db: Reading, media_ids: Iterable[UUID]) -> dict[UUID, ShownMedium]:
        """Each as clients show it. What is not there is left out."""
        return {
            each.id: ShownMedium(
                each.id, self._urls.sign(each.name), each.content_type, each.size, each.alt
            )
            for each in await self._found(db, media_ids)
        }

    async def use(self, tx: Transaction, used_by: str, wanted: Sequence[WantedMedium]) -> None:
        """Note what something, such as `motion:pinch`, shows, in the place of what it showed.

        None of it can be removed from then on. Raises InvalidInput naming the field of each that
        is not there or of another kind.
        """
        ids = sorted({each.id for each in wanted})
        held = {each.id: each for each in await store.HOLD_TO_USE.all(tx, ids=ids)}
        wrong: list[FieldError] = []
        for each in wanted:
            found = held.get(each.id)
            if found is None:
                wrong.append(FieldError(each.field, "unknown_medium", errors.UNKNOWN_MEDIUM))
            elif kind_of(found.content_type) is not each.kind:
                wrong.append(FieldError(each.field, f"not_{each.kind}", errors.OTHER_KIND))
        if wrong:
            raise InvalidInput(fields=wrong)
        await store.FORGET_USES.execute(tx, used_by=used_by)
        await store.USE.execute(tx, used_by=used_by, ids=ids)

    async def changed(self, tx: Transaction) -> None:
        """Let every process read the media again; who else changes one waits from here on."""
        await self._known.changed(tx)

    async def _found(self, db: Reading, media_ids: Iterable[UUID]) -> list[Medium]:
        known = await self._known.current(db)
        return [known[each] for each in media_ids if each in known]


async def _read(db: Reading) -> dict[UUID, Medium]:
    return {each.id: each for each in await store.ALL.all(db)}
