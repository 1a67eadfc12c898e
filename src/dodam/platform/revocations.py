"""Sessions that ended while an access token of theirs may live, known to every process at once.

Ending a session writes a row and a notification (PostgreSQL's NOTIFY) in the transaction that ends
it. Every process listens and keeps the few ids that still matter in memory, so the check on a
request costs no round trip. While a process does not hear, it asks the database instead.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Collection
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.platform.clock import Clock
from dodam.platform.database import Database, DatabaseUnavailable, Listening, Transaction
from dodam.platform.statements import Query, Statement
from dodam.platform.tables import METADATA

_LOG = structlog.get_logger(__name__)
_CHANNEL = "dodam_ended_sessions"
# A connection that died without a word is noticed after twice this long at most.
_LOOK_AGAIN_SECONDS = 5.0
_PAUSE_SECONDS = 1.0

ENDED_SESSION = sa.Table(
    "ended_session",
    METADATA,
    sa.Column("session_id", sa.Uuid, primary_key=True),
    sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False, index=True),
    schema="access",
)


class _Ended(Struct):
    session_id: UUID
    ended_at: datetime


_INSERT = Statement(
    insert(ENDED_SESSION)
    .values(session_id=sa.bindparam("session_id"), ended_at=sa.bindparam("ended_at"))
    .on_conflict_do_nothing()
)
_NOTIFY = Statement(sa.select(sa.func.pg_notify(_CHANNEL, sa.bindparam("session", type_=sa.Text))))
_RECENT = Query(
    sa.select(ENDED_SESSION.c.session_id, ENDED_SESSION.c.ended_at).where(
        ENDED_SESSION.c.ended_at >= sa.bindparam("since")
    ),
    _Ended,
)
_FIND = Query(
    sa.select(ENDED_SESSION.c.session_id, ENDED_SESSION.c.ended_at).where(
        ENDED_SESSION.c.session_id == sa.bindparam("session")
    ),
    _Ended,
)
_FORGET = Statement(
    sa.delete(ENDED_SESSION).where(ENDED_SESSION.c.ended_at < sa.bindparam("before"))
)


class Revocations:
    """Which sessions ended lately. `watch` keeps this process informed while its scope lasts."""

    def __init__(self, database: Database, clock: Clock, *, token_seconds: int) -> None:
        self._database = database
        self._clock = clock
        self._token_life = timedelta(seconds=token_seconds)
        self._ended: dict[UUID, datetime] = {}
        self._hears = False

    async def revoke(self, tx: Transaction, session_ids: Collection[UUID]) -> None:
        """Have every process refuse these sessions' access tokens once `tx` is committed."""
        now = self._clock.now()
        for session_id in session_ids:
            await _INSERT.execute(tx, session_id=session_id, ended_at=now)
            await _NOTIFY.execute(tx, session=str(session_id))
        tx.after_commit.append(lambda: self._ended.update(dict.fromkeys(session_ids, now)))

    def is_known_to_be_ended(self, session_id: UUID) -> bool | None:
        """The answer from memory; None while this process does not hear of other processes'."""
        if session_id in self._ended:
            return True
        return False if self._hears else None

    async def has_ended(self, session_id: UUID) -> bool:
        """The answer from the database. Raises DatabaseUnavailable."""
        async with self._database.reading() as db:
            return await _FIND.first(db, session=session_id) is not None

    async def forget_old(self, tx: Transaction) -> None:
        """Drop what ended so long ago that every access token has expired by itself."""
        await _FORGET.execute(tx, before=self._clock.now() - 2 * self._token_life)

    @contextlib.asynccontextmanager
    async def watch(self) -> AsyncGenerator[None]:
        """Listen while the scope lasts; entered only when what ended before is known."""
        ready = asyncio.Event()
        watching = asyncio.create_task(self._watch(ready))
        try:
            await ready.wait()
            yield
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching

    async def _watch(self, ready: asyncio.Event) -> None:
        while True:
            try:
                async with self._database.listening(_CHANNEL, self._hear) as db:
                    await self._keep_up(db, ready)
            except (DatabaseUnavailable, TimeoutError):
                _LOG.warning("not hearing of ended sessions; asking the database on each request")
            finally:
                self._hears = False
                ready.set()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _keep_up(self, db: Listening, ready: asyncio.Event) -> None:
        while True:
            since = self._clock.now() - self._token_life
            async with asyncio.timeout(_LOOK_AGAIN_SECONDS):
                recent = await _RECENT.all(db, since=since)
            self._ended = {each: at for each, at in self._ended.items() if at >= since} | {
                each.session_id: each.ended_at for each in recent
            }
            self._hears = True
            ready.set()
            await db.wait(_LOOK_AGAIN_SECONDS)

    def _hear(self, session_id: str) -> None:
        self._ended[UUID(session_id)] = self._clock.now()
