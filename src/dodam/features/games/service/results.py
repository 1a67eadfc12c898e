"""Taking in results of mini-games: any order, days late, twice, partly bad; none counts twice."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC
from uuid import UUID

from dodam.features.children.models.children import Child
from dodam.features.children.service.children import Children
from dodam.features.games.errors import results as errors
from dodam.features.games.errors.definitions import GameNotFound
from dodam.features.games.models.definitions import Game, Limits
from dodam.features.games.models.results import GameResultPage, GameResultRecord, errors_in
from dodam.features.games.service.definitions import PublishedGames
from dodam.features.games.service.earning import Earning
from dodam.features.games.service.plays import Plays
from dodam.features.games.service.standings import Standings
from dodam.features.games.store import results as store
from dodam.features.games.store.results import NewResult
from dodam.features.therapy.errors import TIME_OUT_OF_RANGE
from dodam.features.therapy.models.plays import DeviceClock, UploadReceipt, true_start
from dodam.features.therapy.service.fates import fingerprint, receipt
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.i18n import Language
from dodam.platform.json_schema.schemas import JsonSchema
from dodam.platform.records import MOST_RECORDS, TooManyRecords, WrongRecord


class Results:
    def __init__(
        self,
        clock: Clock,
        children: Children,
        published: PublishedGames,
        plays: Plays,
        standings: Standings,
        earning: Earning,
    ) -> None:
        self._clock = clock
        self._children = children
        self._published = published
        self._plays = plays
        self._standings = standings
        self._earning = earning

    async def receive(
        self,
        tx: Transaction,
        guardian_id: UUID,
        child_id: UUID,
        records: Sequence[GameResultRecord | WrongRecord],
        language: Language,
    ) -> UploadReceipt:
        """Store what is new, add up what counts, and say what became of each record.

        The child is held meanwhile, so that what two tablets send at once counts one after the
        other. Raises ChildNotFound, ConsentRequired, TooManyRecords.
        """
        if len(records) > MOST_RECORDS:
            raise TooManyRecords(limit=MOST_RECORDS)
        child = await self._children.hold_for_storing(tx, guardian_id, child_id)
        checked: list[NewResult | WrongRecord] = []
        for record in records:
            checked.append(await self._check(tx, child, record))
            # The dearest schema takes 30 ms for a result: others are answered in between.
            await asyncio.sleep(0)
        results: dict[UUID, NewResult] = {}
        for each in checked:
            if isinstance(each, NewResult):
                results.setdefault(each.id, each)
        if not results:
            return receipt(checked, results, {}, language)
        stored = {
            each.id: each for each in await store.STORED.all(tx, child=child.id, ids=list(results))
        }
        new = {id_: each for id_, each in results.items() if id_ not in stored}
        counted = await self._counted(tx, child.id, new)
        if new:
            await store.add_results(tx, new.values(), counted)
        if counted:
            await self._standings.add(tx, child.id, list(counted.values()))
            await self._earning.reward(tx, child, list(counted.values()))
        notices = {id_: errors.BEYOND_LIMITS for id_ in new if id_ not in counted}
        return receipt(checked, new, stored, language, notices)

    async def page(
        self, db: Reading, child: Child, game_id: str, *, before: UUID | None, limit: int
    ) -> GameResultPage:
        """The child's results of a game that were played before another, the latest first.

        Raises GameNotFound.
        """
        if game_id not in await self._published.current(db):
            raise GameNotFound
        found = await store.PAGE.all(
            db, child=child.id, game=game_id, before=before, most=limit + 1
        )
        shown = found[:limit]
        return GameResultPage(
            child.id, game_id, shown, shown[-1].id if len(found) > limit else None
        )

    async def _counted(
        self, tx: Transaction, child_id: UUID, new: Mapping[UUID, NewResult]
    ) -> dict[UUID, NewResult]:
        """The results that came of a play that was granted, or that need none.

        A game needs none while neither the version that was played nor the newest has limits or
        locks: else an old version would be a way round them.
        """
        claims = [
            (each.id, each.play_id, each.game) for each in new.values() if each.play_id is not None
        ]
        claimed = await self._plays.claim(tx, child_id, claims)
        return {
            id_: each
            for id_, each in new.items()
            if id_ in claimed or await self._is_free(tx, each)
        }

    async def _is_free(self, tx: Transaction, result: NewResult) -> bool:
        played = await self._published.version(tx, result.game, result.version)
        newest = await self._standings.newest(tx, result.game, result.version)
        return played is not None and _is_free(played) and _is_free(newest)

    async def _check(
        self, tx: Transaction, child: Child, record: GameResultRecord | WrongRecord
    ) -> NewResult | WrongRecord:
        if isinstance(record, WrongRecord):
            return record
        game = await self._published.version(tx, record.game, record.version)
        if game is None:
            is_known = record.game in await self._published.current(tx)
            unknown = errors.UNKNOWN_VERSION if is_known else errors.UNKNOWN_GAME
            return WrongRecord(record.id, unknown)
        schema = self._published.result_schema(game)
        return _valid(record, schema) or self._result(child, record)

    def _result(self, child: Child, record: GameResultRecord) -> NewResult | WrongRecord:
        received_at = self._clock.now()
        try:
            shown = record.started_at.astimezone(UTC)
        except OverflowError:
            return WrongRecord(record.id, TIME_OUT_OF_RANGE)
        started_at, clock = true_start(shown, record.sent_at, received_at)
        return NewResult(
            id=record.id,
            started_at=started_at,
            result=record.result,
            child_id=child.id,
            game=record.game,
            version=record.version,
            play_id=record.play_id,
            therapy_day=child.therapy_day(started_at),
            duration_ms=record.duration_ms,
            device=record.device,
            clock=clock,
            device_started_at=None if clock is DeviceClock.TRUSTED else shown,
            received_at=received_at,
            fingerprint=fingerprint(record),
        )


def _valid(record: GameResultRecord, schema: JsonSchema) -> WrongRecord | None:
    wrong = errors_in(record.result, schema)
    return WrongRecord(record.id, wrong[0]) if wrong else None


def _is_free(game: Game) -> bool:
    return game.definition.unlock is None and game.definition.limits == Limits()
