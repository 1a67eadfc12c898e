"""Publishing mini-games: versions that stay as they are, and what is offered in which order."""

from datetime import timedelta
from uuid import UUID

from msgspec.structs import replace

from dodam.features.audit.models import SYSTEM, Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.content.service.media import Media
from dodam.features.games.errors import definitions as errors
from dodam.features.games.models.authoring import (
    GameOrder,
    ListedVersion,
    PublicationForm,
    Version,
)
from dodam.features.games.models.checks import errors_of
from dodam.features.games.models.definitions import Definition
from dodam.features.games.models.recounting import RecountGame
from dodam.features.games.service.definitions import PublishedGames
from dodam.features.games.service.drafts import GameDrafts, icon, require_edit
from dodam.features.games.store import drafts as store
from dodam.features.livesettings.service.live_settings import LiveSettings
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import FieldError, InvalidInput
from dodam.platform.ids import new_id

_AT = "definition"
# By then every instance has heard of a version, and who still added results up as before is done:
# what such a one holds is passed over by the job, and would stay as it was.
_HEARD_OF = timedelta(seconds=5)


class Publishing:
    def __init__(
        self,
        clock: Clock,
        drafts: GameDrafts,
        published: PublishedGames,
        live_settings: LiveSettings,
        media: Media,
        audit: Audit,
    ) -> None:
        self._clock = clock
        self._drafts = drafts
        self._published = published
        self._live_settings = live_settings
        self._media = media
        self._audit = audit

    async def publish(
        self, tx: Transaction, by: Actor, game_id: str, form: PublicationForm
    ) -> Version:
        """Make the draft the version that is played from now on.

        Raises GameNotFound, DraftEdited, NothingDrafted; and InvalidInput, where what a draft must
        keep to has changed since, or where live settings of the game that are in force or scheduled
        break the new schema.
        """
        game = await self._hold(tx, game_id)
        draft = await store.DRAFT_OF.first(tx, of_game=game_id)
        require_edit(draft, form.edit)
        if draft is None:
            raise errors.NothingDrafted
        if wrong := errors_of(draft.definition, _AT):
            raise InvalidInput(fields=wrong)
        newest = await self._newest(tx, game)
        version = await self._add(tx, game, newest, draft.definition, form.note, by.id)
        await self._drafts.done_with(tx, game_id)
        await self._record(tx, by, game_id, version)
        return version

    async def hold(self, tx: Transaction, game_id: str) -> None:
        """Have the game, which nobody else changes before `tx` ends. Raises TooManyGames."""
        await self._drafts.begin(tx, game_id)
        await self._hold(tx, game_id)

    async def release(self, tx: Transaction, game_id: str, definition: Definition) -> None:
        """Publish what comes with Dodam, unless it is so already, or staff published otherwise.

        The game is there. Raises InvalidInput as publishing does, having changed nothing that is
        offered.
        """
        game = await self._hold(tx, game_id)
        newest = await self._newest(tx, game)
        if newest and (newest.published_by or newest.definition == definition):
            return
        version = await self._add(tx, game, newest, definition, "", None)
        await self._record(tx, SYSTEM, game_id, version)

    async def versions(
        self, db: Reading, game_id: str, *, before: int, limit: int
    ) -> list[ListedVersion]:
        """Those before a number, the newest first. Raises GameNotFound."""
        if await store.FIND.first(db, of_game=game_id) is None:
            raise errors.GameNotFound
        return await store.VERSIONS.all(db, of_game=game_id, before=before, most=limit)

    async def version(self, db: Reading, game_id: str, version: int) -> Version:
        """Raises GameVersionNotFound."""
        found = await store.VERSION_OF.first(db, of_game=game_id, of_version=version)
        if found is None:
            raise errors.GameVersionNotFound
        return found

    async def retire(self, tx: Transaction, by: Actor, game_id: str, *, retired: bool) -> None:
        """Offer a game no more, or again. Raises GameNotFound, NotPublished."""
        game = await self._hold(tx, game_id)
        if game.version is None:
            raise errors.NotPublished
        if game.retired is retired:
            return
        await store.RETIRE.execute(tx, of_game=game_id, is_retired=retired)
        await self._published.changed(tx)
        deed = "game.retired" if retired else "game.restored"
        await self._audit.record(tx, by, deed, Subject("game", game.uuid), game=game_id)

    async def order(self, tx: Transaction, by: Actor, form: GameOrder) -> None:
        """Offer the games in this order. Raises InvalidInput unless each is named once."""
        games = {game.id: game for game in await store.HOLD_ALL.all(tx)}
        if sorted(form.games) != sorted(games):
            raise InvalidInput.of("games", "other_games", errors.OTHER_GAMES)
        for position, game_id in enumerate(form.games, start=1):
            game = games[game_id]
            if game.position == position:
                continue
            await store.MOVE.execute(tx, of_game=game_id, to_position=position)
            await self._audit.record(
                tx, by, "game.moved", Subject("game", game.uuid), game=game_id, position=position
            )
        await self._published.changed(tx)

    async def _hold(self, tx: Transaction, game_id: str) -> store.GameRow:
        game = await store.HOLD.first(tx, of_game=game_id)
        if game is None:
            raise errors.GameNotFound
        return game

    async def _newest(self, db: Reading, game: store.GameRow) -> Version | None:
        return await store.VERSION_OF.first(db, of_game=game.id, of_version=game.version)

    async def _add(
        self,
        tx: Transaction,
        game: store.GameRow,
        newest: Version | None,
        definition: Definition,
        note: str,
        by: UUID | None,
    ) -> Version:
        """A version after the newest, for everybody; the game is held."""
        number = newest.version + 1 if newest else 1
        # First, for it may refuse.
        await self._define_settings(tx, game.id, definition)
        await self._media.use(tx, f"game:{game.id}", icon(definition, _AT))
        [added] = await store.PUBLISH.all(
            tx,
            id=new_id(),
            game=game.id,
            version=number,
            definition=definition,
            note=note,
            published_at=self._clock.now(),
            published_by=by,
        )
        await store.OFFER.execute(tx, of_game=game.id, new_version=number)
        if newest and newest.definition.aggregates != definition.aggregates:
            await tx.enqueue(RecountGame(game=game.id, version=number), after=_HEARD_OF)
        await self._published.changed(tx)
        return added

    async def _record(self, tx: Transaction, by: Actor, game_id: str, version: Version) -> None:
        await self._audit.record(
            tx,
            by,
            "game.published",
            Subject("game_version", version.id),
            game=game_id,
            version=version.version,
        )

    async def _define_settings(self, tx: Transaction, game_id: str, definition: Definition) -> None:
        """Raises InvalidInput, naming what is in force or scheduled and breaks the schema."""
        try:
            await self._live_settings.define(
                tx, f"games.{game_id}", definition.settings_schema, definition.settings
            )
        except InvalidInput as error:
            raise InvalidInput(
                fields=[_below("live_settings", field) for field in error.fields]
            ) from error


def _below(at: str, error: FieldError) -> FieldError:
    return replace(error, field=f"{at}.{error.field}")
