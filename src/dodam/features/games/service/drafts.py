"""Writing mini-games: a draft for each, which nobody plays until it is published."""

from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.content.models.media import MediaKind, WantedMedium
from dodam.features.content.service.media import Media
from dodam.features.games.errors import definitions as errors
from dodam.features.games.models.authoring import AuthoredGame, Draft, DraftForm, ListedGame
from dodam.features.games.models.checks import errors_of
from dodam.features.games.models.definitions import Definition
from dodam.features.games.store import drafts as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.ids import new_id

_MOST_GAMES = 1_000
_AT = "definition"


class GameDrafts:
    def __init__(self, clock: Clock, media: Media, audit: Audit) -> None:
        self._clock = clock
        self._media = media
        self._audit = audit

    async def all(self, db: Reading) -> list[ListedGame]:
        """Every game, in order; those that were never published too."""
        return await store.GAMES.all(db)

    async def one(self, db: Reading, game_id: str) -> AuthoredGame:
        """Raises GameNotFound."""
        game = await store.FIND.first(db, of_game=game_id)
        if game is None:
            raise errors.GameNotFound
        return AuthoredGame(
            id=game.id,
            position=game.position,
            retired=game.retired,
            published=await store.VERSION_OF.first(db, of_game=game_id, of_version=game.version),
            draft=await store.DRAFT_OF.first(db, of_game=game_id),
        )

    async def save(self, tx: Transaction, by: Actor, game_id: str, form: DraftForm) -> Draft:
        """Write the draft, of a new game too. Raises DraftEdited, InvalidInput, TooManyGames."""
        if wrong := errors_of(form.definition, _AT):
            raise InvalidInput(fields=wrong)
        await self.begin(tx, game_id)
        if await store.HOLD.first(tx, of_game=game_id) is None:
            # Discarded this instant, with the game that never was anything else.
            raise errors.DraftEdited(details={"edit": 0})
        draft = await store.DRAFT_OF.first(tx, of_game=game_id)
        require_edit(draft, form.edit)
        await self._media.use(tx, _media_user(game_id), icon(form.definition, _AT))
        [saved] = await store.SAVE.all(
            tx,
            game=game_id,
            id=draft.id if draft else new_id(),
            edit=form.edit + 1,
            definition=form.definition,
            changed_at=self._clock.now(),
            changed_by=by.id,
        )
        await self._audit.record(
            tx,
            by,
            "game.draft_saved",
            Subject("game_draft", saved.id),
            game=game_id,
            edit=saved.edit,
        )
        return saved

    async def discard(self, tx: Transaction, by: Actor, game_id: str, edit: int) -> None:
        """Let the draft go, and with it a game that never was anything else.

        Raises GameNotFound, DraftEdited.
        """
        game = await store.HOLD.first(tx, of_game=game_id)
        if game is None:
            raise errors.GameNotFound
        draft = await store.DRAFT_OF.first(tx, of_game=game_id)
        require_edit(draft, edit)
        if draft is None:
            return
        await self.done_with(tx, game_id)
        if game.version is None:
            await store.FORGET.execute(tx, of_game=game_id)
        await self._audit.record(
            tx, by, "game.draft_discarded", Subject("game_draft", draft.id), game=game_id
        )

    async def done_with(self, tx: Transaction, game_id: str) -> None:
        """Take the draft away; the game is held."""
        await store.DISCARD.execute(tx, of_game=game_id)
        await self._media.use(tx, _media_user(game_id), [])

    async def begin(self, tx: Transaction, game_id: str) -> None:
        """Have the game, after all others if it is new. Raises TooManyGames."""
        if await store.FIND.first(tx, of_game=game_id) is not None:
            return
        count = await store.COUNT.first(tx)
        if count is not None and count.games >= _MOST_GAMES:
            raise errors.TooManyGames(limit=_MOST_GAMES)
        await store.ADD.execute(
            tx, id=game_id, uuid=new_id(), position=count.last + 1 if count else 1
        )


def require_edit(draft: Draft | None, edit: int) -> None:
    """Raises DraftEdited unless the draft is as it was when somebody looked at it."""
    present = draft.edit if draft else 0
    if present != edit:
        raise errors.DraftEdited(details={"edit": present})


def icon(definition: Definition, at: str) -> list[WantedMedium]:
    """The medium a definition shows."""
    if definition.icon is None:
        return []
    return [WantedMedium(f"{at}.icon", definition.icon, MediaKind.IMAGE)]


def _media_user(game_id: str) -> str:
    return f"game_draft:{game_id}"
