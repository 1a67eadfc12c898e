"""Granting plays: locks and limits, which two tablets at once cannot get past."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from dodam.features.children.models.children import Child
from dodam.features.content.service.media import Media
from dodam.features.games.errors import plays as errors
from dodam.features.games.errors.definitions import GameNotFound
from dodam.features.games.models.definitions import Game
from dodam.features.games.models.locks import plays_left
from dodam.features.games.models.plays import Lock, NewPlay, OfferedGame, Play
from dodam.features.games.models.standings import Standing
from dodam.features.games.models.tallies import nothing_yet, standing
from dodam.features.games.service.definitions import PublishedGames
from dodam.features.games.service.locks import Known, Locks
from dodam.features.games.service.standings import Standings
from dodam.features.games.store import plays as store
from dodam.features.rewards.models import TicketReason
from dodam.features.rewards.service.tickets import Tickets
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.i18n import Language

# As long as a game takes that does not open. Longer, and one could play it and give it back.
_GIVEN_BACK_WITHIN = timedelta(minutes=2)


class Plays:
    def __init__(
        self,
        clock: Clock,
        published: PublishedGames,
        locks: Locks,
        standings: Standings,
        media: Media,
        tickets: Tickets,
    ) -> None:
        self._clock = clock
        self._published = published
        self._locks = locks
        self._standings = standings
        self._media = media
        self._tickets = tickets

    async def offers(
        self,
        db: Reading,
        guardian_id: UUID,
        child: Child,
        language: Language,
        known: Known | None = None,
    ) -> list[OfferedGame]:
        """Every game that is not retired, in order, with its lock and what the child reached."""
        published = await self._published.current(db)
        games = [game for game in published.values() if not game.retired]
        return await self._offered(db, guardian_id, child, games, language, known)

    async def offer(
        self, db: Reading, guardian_id: UUID, child: Child, game_id: str, language: Language
    ) -> OfferedGame:
        """One game, a retired one too. Raises GameNotFound."""
        game = await self._game(db, game_id)
        [offered] = await self._offered(db, guardian_id, child, [game], language)
        return offered

    async def start(
        self, tx: Transaction, guardian_id: UUID, child: Child, form: NewPlay, language: Language
    ) -> Play:
        """Grant a play; asked for again it is the same play.

        The child is held by `tx`. Raises GameNotFound, GameLocked, IdReused, GivenBack,
        NotEnoughTickets.
        """
        game = await self._game(tx, form.game)
        known = await store.FIND.first(tx, child=child.id, play=form.id)
        if known is None:
            return await self._grant(tx, guardian_id, child, form.id, game, language)
        if known.game != game.id:
            raise errors.IdReused
        if known.given_back_at is not None:
            raise errors.GivenBack
        played = await self._locks.played(tx, child, [game], self._clock.now())
        return Play(
            id=known.id,
            game=known.game,
            version=known.version,
            granted_at=known.granted_at,
            tickets_spent=known.tickets_spent,
            plays_left=plays_left(game, played.get(game.id)),
        )

    async def give_back(self, tx: Transaction, child_id: UUID, play_id: UUID) -> None:
        """Let a play that did not begin count for nothing; done again, nothing happens.

        The child is held by `tx`. Raises PlayNotFound, PlayHasResult, TooLateToGiveBack.
        """
        now = self._clock.now()
        play = await store.FIND.first(tx, child=child_id, play=play_id)
        if play is None:
            raise errors.PlayNotFound
        if play.given_back_at is not None:
            return
        if play.result_id is not None:
            raise errors.PlayHasResult
        if now > play.granted_at + _GIVEN_BACK_WITHIN:
            raise errors.TooLateToGiveBack(seconds=int(_GIVEN_BACK_WITHIN.total_seconds()))
        await store.GIVE_BACK.execute(tx, child=child_id, play=play_id, now=now)
        if play.tickets_spent:
            await self._tickets.earn(
                tx, child_id, play.tickets_spent, TicketReason.GAME_GIVEN_BACK, str(play_id)
            )

    async def claim(
        self, tx: Transaction, child_id: UUID, results: Iterable[tuple[UUID, UUID, str]]
    ) -> set[UUID]:
        """Join new results to the plays they came of: (result id, play id, game).

        The results that had a play which was granted, of that game, and without a result so far.
        Of several that name the same play the first has it. The child is held by `tx`.
        """
        first: dict[tuple[UUID, str], UUID] = {}
        for result_id, play_id, game in results:
            first.setdefault((play_id, game), result_id)
        return await store.claim(tx, child_id, first)

    async def _game(self, db: Reading, game_id: str) -> Game:
        game = (await self._published.current(db)).get(game_id)
        if game is None:
            raise GameNotFound
        return game

    async def _grant(
        self,
        tx: Transaction,
        guardian_id: UUID,
        child: Child,
        play_id: UUID,
        game: Game,
        language: Language,
    ) -> Play:
        now = self._clock.now()
        # A play is counted on the day whose limit let it through, though that day end meanwhile.
        lock = (await self._locks.of(tx, guardian_id, child, [game], now, language))[game.id]
        if not lock.open:
            raise _locked(lock, now)
        if lock.tickets:
            await self._tickets.spend(
                tx, child.id, lock.tickets, TicketReason.GAME_PLAYED, str(play_id)
            )
        await store.ADD.execute(
            tx,
            child_id=child.id,
            id=play_id,
            game=game.id,
            version=game.version,
            granted_at=now,
            tickets_spent=lock.tickets,
            given_back_at=None,
            result_id=None,
        )
        return Play(
            id=play_id,
            game=game.id,
            version=game.version,
            granted_at=now,
            tickets_spent=lock.tickets,
            plays_left=None if lock.plays_left is None else lock.plays_left - 1,
        )

    async def _offered(
        self,
        db: Reading,
        guardian_id: UUID,
        child: Child,
        games: list[Game],
        language: Language,
        known: Known | None = None,
    ) -> list[OfferedGame]:
        locks = await self._locks.of(
            db, guardian_id, child, games, self._clock.now(), language, known
        )
        standings = await self._standings.of(db, child.id)
        icons = [icon for game in games if (icon := game.definition.icon) is not None]
        urls = await self._media.urls(db, icons)
        return [
            _offered(
                game,
                locks[game.id],
                standings.get(game.id)
                or standing(nothing_yet(game.id, game.version), game.definition.aggregates),
                urls,
            )
            for game in games
        ]


def _offered(game: Game, lock: Lock, reached: Standing, urls: Mapping[UUID, str]) -> OfferedGame:
    definition = game.definition
    return OfferedGame(
        id=game.id,
        version=game.version,
        name=definition.name,
        description=definition.description,
        icon=None if definition.icon is None else urls.get(definition.icon),
        lock=lock,
        results=reached.results,
        aggregates=reached.aggregates,
        last_played_at=reached.last_played_at,
    )


def _locked(lock: Lock, now: datetime) -> errors.GameLocked:
    opens = lock.available_at
    return errors.GameLocked(
        why=" ".join(reason.message for reason in lock.reasons),
        details={"reasons": lock.reasons, "available_at": opens},
        retry_after=None if opens is None else ceil((opens - now).total_seconds()),
    )
