"""Telling the people who run the service what they should know."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from datetime import timedelta
from uuid import UUID

import structlog

from dodam.features.operations import store
from dodam.features.operations.models.notices import Level, SendNotice
from dodam.features.operations.ports import NoticeBoard
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.ids import new_id
from dodam.platform.work import CannotBeDone

_LOG = structlog.get_logger(__name__)
_SECONDS = 5.0
_KEPT = timedelta(days=90)


class Notices:
    """A notice is a row and a task; whoever tells of something goes on at once."""

    def __init__(self, database: Database, clock: Clock, board: NoticeBoard) -> None:
        self._database = database
        self._clock = clock
        self._board = board

    async def tell(self, tx: Transaction, level: Level, title: str, text: str = "") -> None:
        """Have it told if and only if this transaction commits.

        A notice names no person, and says nothing of anybody's health.
        """
        id_ = new_id()
        at = self._clock.now()
        await store.ADD.execute(tx, id=id_, at=at, level=level, title=title, text=text)
        await tx.enqueue(SendNotice(notice_id=id_))

    async def try_to_tell(self, level: Level, title: str, text: str = "") -> bool:
        """Have it told if the database can be reached soon; never raises."""
        try:
            async with asyncio.timeout(_SECONDS), self._database.transaction() as tx:
                await self.tell(tx, level, title, text)
        except Exception as error:  # noqa: BLE001 - whoever has news of a failure must not fail
            _LOG.warning("a notice was dropped", title=title, reason=type(error).__name__)
            return False
        return True

    async def send(self, tasks: Sequence[SendNotice]) -> Sequence[Exception | None]:
        """Post what was not posted yet, in the order in which it was told."""
        ids = [each.notice_id for each in tasks]
        async with self._database.reading() as db:
            waiting = await store.UNSENT.all(db, ids=ids)
        refused: dict[UUID, Exception] = {}
        async with aclosing(self._board.post(waiting)) as steps:
            async for step in steps:
                if step.refused is not None:
                    refused |= dict.fromkeys(step.ids, CannotBeDone(step.refused))
                    continue
                async with self._database.transaction() as tx:
                    await store.SENT.execute(tx, ids=step.ids, sent_at=self._clock.now())
        return [refused.get(each) for each in ids]

    async def forget_old(self, tx: Transaction) -> None:
        await store.FORGET.execute(tx, before=self._clock.now() - _KEPT)
