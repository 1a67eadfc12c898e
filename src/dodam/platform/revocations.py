"""Sessions that ended while an access token of theirs may live, known to every process at once.

Ending a session writes a row and a notification (PostgreSQL's NOTIFY) in the transaction that ends
it. Every process that serves listens, keeps the few ids that still matter in memory, and confirms
what it heard; whoever ended the session waits for that before answering. So the check on a request
costs no round trip, and no request that comes after the answer is let in anywhere. While a process
does not hear, it asks the database instead.
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncGenerator, Collection
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.platform.clock import Clock
from dodam.platform.database import Database, DatabaseUnavailable, Listening, Transaction
from dodam.platform.ids import new_id
from dodam.platform.statements import Query, Statement
from dodam.platform.tables import METADATA

_LOG = structlog.get_logger(__name__)
_ENDED, _CONFIRMED = "dodam_ended_sessions", "dodam_ended_sessions_confirmed"
_LISTENER = "dodam, listening"
# A connection that died without a word is noticed after twice this long at most.
_LOOK_AGAIN_SECONDS = 5.0
_PAUSE_SECONDS = 1.0
# A process that does not confirm for so long hangs, and serves nobody meanwhile.
_CONFIRM_SECONDS = 3.0
_CONFIRMATIONS_KEPT = 1000
# A notification holds 8,000 bytes.
_IDS_A_NOTIFICATION = 100

ENDED_SESSION = sa.Table(
    "ended_session",
    METADATA,
    sa.Column("session_id", sa.Uuid, primary_key=True),
    sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False, index=True),
    schema="access",
)
_ACTIVITY = sa.table(
    "pg_stat_activity",
    sa.column("pid", sa.Integer),
    sa.column("datname", sa.Text),
    sa.column("application_name", sa.Text),
    schema="pg_catalog",
)


class _Ended(Struct):
    session_id: UUID
    ended_at: datetime


class _Listener(Struct):
    pid: int


_INSERT = Statement(
    insert(ENDED_SESSION)
    .values(session_id=sa.bindparam("session_id"), ended_at=sa.bindparam("ended_at"))
    .on_conflict_do_nothing()
)
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
_LISTENERS = Query(
    sa.select(_ACTIVITY.c.pid).where(
        _ACTIVITY.c.datname == sa.func.current_database(),
        _ACTIVITY.c.application_name == sa.literal(_LISTENER),
    ),
    _Listener,
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
        self._to_confirm: list[str] = []
        # Which listening connections confirmed a notification, by its id.
        self._confirmations: OrderedDict[str, set[int]] = OrderedDict()
        self._confirmed = asyncio.Condition()

    async def revoke(self, tx: Transaction, session_ids: Collection[UUID]) -> None:
        """Have every process refuse these sessions' access tokens once `tx` is committed."""
        now = self._clock.now()
        for session_id in session_ids:
            await _INSERT.execute(tx, session_id=session_id, ended_at=now)
        ids = [str(session_id) for session_id in session_ids]
        notifications: list[str] = []
        for start in range(0, len(ids), _IDS_A_NOTIFICATION):
            notifications.append(str(new_id()))
            told = ids[start : start + _IDS_A_NOTIFICATION]
            await tx.notify(_ENDED, " ".join([notifications[-1], *told]))

        async def settle() -> None:
            self._ended.update(dict.fromkeys(session_ids, now))
            # A process that does not hear cannot be told what the others confirm.
            if self._hears:
                await self._until_confirmed(notifications)

        tx.after_commit.append(settle)

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
        channels = {_ENDED: self._hear, _CONFIRMED: self._hear_confirmation}
        told = False
        while True:
            try:
                async with self._database.listening(_LISTENER, channels) as db:
                    await self._keep_up(db, ready)
            except Exception as error:  # noqa: BLE001 - whatever it was, it is to be heard again
                if self._hears or not told:
                    told = True
                    away = isinstance(error, DatabaseUnavailable | TimeoutError)
                    _LOG.warning(
                        "not hearing of ended sessions; asking the database on each request",
                        exc_info=None if away else error,
                    )
            finally:
                self._hears = False
                ready.set()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _keep_up(self, db: Listening, ready: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        while True:
            since = self._clock.now() - self._token_life
            async with asyncio.timeout(_LOOK_AGAIN_SECONDS):
                recent = await _RECENT.all(db, since=since)
            self._ended = {each: at for each, at in self._ended.items() if at >= since} | {
                each.session_id: each.ended_at for each in recent
            }
            self._hears = True
            ready.set()
            look_again_at = loop.time() + _LOOK_AGAIN_SECONDS
            while (left := look_again_at - loop.time()) > 0:
                await db.wait(left)
                await self._confirm(db)

    async def _confirm(self, db: Listening) -> None:
        async with asyncio.timeout(_LOOK_AGAIN_SECONDS):
            while self._to_confirm:
                await db.notify(_CONFIRMED, self._to_confirm.pop())
        async with self._confirmed:
            self._confirmed.notify_all()

    def _hear(self, _pid: int, message: str) -> None:
        notification, *session_ids = message.split()
        now = self._clock.now()
        self._ended.update((UUID(session_id), now) for session_id in session_ids)
        self._to_confirm.append(notification)

    def _hear_confirmation(self, pid: int, notification: str) -> None:
        self._confirmations.setdefault(notification, set()).add(pid)
        if len(self._confirmations) > _CONFIRMATIONS_KEPT:
            self._confirmations.popitem(last=False)

    async def _until_confirmed(self, notifications: Collection[str]) -> None:
        """Wait until every process that listens refuses the sessions.

        The session has ended whatever happens here, so a failure is noted, not raised.
        """
        try:
            async with asyncio.timeout(_CONFIRM_SECONDS):
                async with self._database.reading() as db:
                    listeners = {each.pid for each in await _LISTENERS.all(db)}
                async with self._confirmed:
                    await self._confirmed.wait_for(
                        lambda: all(
                            listeners <= self._confirmations.get(each, set())
                            for each in notifications
                        )
                    )
        except (DatabaseUnavailable, TimeoutError):
            _LOG.warning("not every process confirmed that a session ended")
