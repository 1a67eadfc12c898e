"""What a game saves for itself: kept as it comes, and never overwritten unseen."""

from uuid import UUID

from msgspec.structs import asdict

from dodam.features.children.service.children import Children
from dodam.features.games.errors.definitions import GameNotFound
from dodam.features.games.errors.results import SAVE_TOO_LARGE, SaveChanged
from dodam.features.games.models.saves import MOST_BYTES, NewSave, Save, SavedVersion
from dodam.features.games.service.definitions import PublishedGames
from dodam.features.games.store import saves as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import InvalidInput

_NOTHING = Save(version=0, data=None, saved_at=None)


class Saves:
    def __init__(self, clock: Clock, children: Children, published: PublishedGames) -> None:
        self._clock = clock
        self._children = children
        self._published = published

    async def of(self, db: Reading, guardian_id: UUID, child_id: UUID, game_id: str) -> Save:
        """What was saved last, of a retired game too. Raises ChildNotFound, GameNotFound."""
        await self._children.of(db, guardian_id, child_id)
        await self._require(db, game_id)
        return await store.FIND.first(db, child=child_id, game=game_id) or _NOTHING

    async def keep(
        self, tx: Transaction, guardian_id: UUID, child_id: UUID, game_id: str, form: NewSave
    ) -> SavedVersion:
        """Save in the place of the version it was made from; sent again, it is saved once.

        Raises ChildNotFound, ConsentRequired, GameNotFound, InvalidInput, SaveChanged.
        """
        if len(form.data.encode()) > MOST_BYTES:
            raise InvalidInput(fields=[SAVE_TOO_LARGE])
        await self._children.hold_for_storing(tx, guardian_id, child_id)
        await self._require(tx, game_id)
        there = await store.FIND.first(tx, child=child_id, game=game_id) or _NOTHING
        if there.saved_at and (there.version, there.data) == (form.version + 1, form.data):
            return SavedVersion(there.version, there.saved_at)
        if there.version != form.version:
            raise SaveChanged(details=asdict(there), version=there.version)
        now = self._clock.now()
        saved = Save(form.version + 1, form.data, now)
        await store.KEEP.execute(tx, child=child_id, game=game_id, **asdict(saved))
        return SavedVersion(saved.version, now)

    async def delete(
        self, tx: Transaction, guardian_id: UUID, child_id: UUID, game_id: str
    ) -> None:
        """Keep nothing. Raises ChildNotFound, GameNotFound."""
        await self._children.hold(tx, guardian_id, child_id)
        await self._require(tx, game_id)
        await store.EMPTY.execute(tx, child=child_id, game=game_id, saved_at=self._clock.now())

    async def _require(self, db: Reading, game_id: str) -> None:
        if game_id not in await self._published.current(db):
            raise GameNotFound
