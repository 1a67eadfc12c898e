"""PostgreSQL: the pool, and the scopes in which statements run.

Edges (a route, a job) open a scope; services and stores are handed it and never commit.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from math import inf
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar, cast

import asyncpg
import msgspec
import structlog

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text
from dodam.platform.logging.lines import Line
from dodam.platform.logging.log import Log
from dodam.platform.metrics import Histogram
from dodam.platform.statement_watch import POSTGRESQL, StatementWatch
from dodam.platform.tracing import span
from dodam.platform.work import Task

if TYPE_CHECKING:
    from asyncpg.pool import Pool, PoolConnectionProxy
    from asyncpg.transaction import Transaction as Begun

    RawConnection: TypeAlias = (
        PoolConnectionProxy[asyncpg.Record] | asyncpg.Connection[asyncpg.Record]
    )
    _AsyncpgConnection: TypeAlias = asyncpg.Connection[asyncpg.Record]
else:
    _AsyncpgConnection = asyncpg.Connection

Answer = TypeVar("Answer")
Hear = Callable[[int, str], None]

_WAITS = Histogram(
    "dodam_database_connection_wait_seconds", "How long a scope waits for a connection."
)
_LOG = structlog.get_logger(__name__)
_ATTEMPTS = 4
_CONNECT_SECONDS = 5.0
_CLOSE_SECONDS = 2.0
# A scope that waited so long for a connection is told that there is none: its client has gone, or
# goes soon.
_WAIT_SECONDS = 15.0
# A server that stands still is asked so long to end what was broken off; then it is hung up on, and
# does so by itself.
_BREAK_OFF_SECONDS = 2.0
_SESSION_SETTINGS = {"application_name": "dodam", "timezone": "UTC"}
_AWAY = (
    asyncpg.AdminShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.CrashShutdownError,
    asyncpg.PostgresConnectionError,
    asyncpg.TooManyConnectionsError,
)
_NOTIFY = "select pg_notify($1, $2)"
_JSONB_VERSION = b"\x01"


class DatabaseUnavailable(DodamError):
    """PostgreSQL cannot be reached; nothing was stored."""

    kind = Kind.UNAVAILABLE
    code = "database_unavailable"
    text = Text(
        en="The service cannot reach its database just now; please try again shortly.",
        ko="지금은 데이터베이스에 연결할 수 없어요. 잠시 후 다시 시도해 주세요.",
    )


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every published fact.

    A subclass's tag, such as `children.registered.v1`, is its stable name and version.
    """


class Publisher(Protocol):
    """Writes what is to follow on the connection, and so in the transaction, of its fact."""

    async def publish(self, connection: "RawConnection", event: Event) -> None: ...

    async def enqueue(
        self,
        connection: "RawConnection",
        tasks: Sequence[Task],
        dedupe_key: str | None,
        after: timedelta | None,
    ) -> None: ...


class Reading:
    """Statements that each see the newest committed rows."""

    def __init__(self, connection: "RawConnection", watch: StatementWatch) -> None:
        self._connection = connection
        self._watch = watch

    async def fetch(self, query: str, *args: object) -> Sequence[asyncpg.Record]:
        return await self._watch.run(self._connection.fetch, query, args)


class Listening(Reading):
    """A scope on which notifications arrive."""

    def __init__(
        self, connection: "RawConnection", watch: StatementWatch, woken: asyncio.Event
    ) -> None:
        super().__init__(connection, watch)
        self._woken = woken

    async def wait(self, seconds: float) -> None:
        """Wait for a notification, for a while. Raises DatabaseUnavailable once none can come."""
        # Not `wait_for`, which up to Python 3.11 may lose a cancellation that comes just then.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()
        if self._connection.is_closed():
            raise DatabaseUnavailable

    async def notify(self, channel: str, message: str) -> None:
        """Tell every connection that listens."""
        await self._connection.execute(_NOTIFY, channel, message)


class Transaction(Reading):
    """One transaction: everything in it is kept, or nothing.

    `lines` are on disk, in the log, before it commits. `after_commit` holds what is to be done
    once, and only if, it is kept, before the scope ends.
    """

    def __init__(
        self, connection: "RawConnection", watch: StatementWatch, publisher: Publisher
    ) -> None:
        super().__init__(connection, watch)
        self._publisher = publisher
        self.lines: list[Line] = []
        self.after_commit: list[Callable[[], Awaitable[None]]] = []

    async def execute(self, query: str, *args: object) -> str:
        return await self._watch.run(self._connection.execute, query, args)

    async def notify(self, channel: str, message: str) -> None:
        """Tell every connection that listens, if and only if this transaction commits."""
        await self._connection.execute(_NOTIFY, channel, message)

    async def publish(self, event: Event) -> None:
        """Make a fact known to its subscribers, if and only if this transaction commits."""
        await self._publisher.publish(self._connection, event)

    async def enqueue(
        self, *tasks: Task, dedupe_key: str | None = None, after: timedelta | None = None
    ) -> None:
        """Have tasks done later, if and only if this transaction commits.

        While a task with the same `dedupe_key` waits or is under way nothing is added: fit for
        what is to happen once, not for what is to be looked at again.
        """
        await self._publisher.enqueue(self._connection, tasks, dedupe_key, after)


class _Connection(_AsyncpgConnection):
    """Pooled connections keep no session state, so giving one back costs no round trip."""

    def get_reset_query(self) -> str:
        return ""


class Database:
    """The scopes a process works in. Built unopened; `open` and `close` frame its life.

    Statements that take `slow_query_ms` or longer are logged by their names.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int,
        publisher: Publisher,
        log: Log | None = None,
        slow_query_ms: float = inf,
    ) -> None:
        self._url = url
        self.pool_size = pool_size
        self.waiting = 0
        self._watch = StatementWatch(slow_query_ms)
        self._publisher = publisher
        self._log = log or Log()
        self._pool: Pool[asyncpg.Record] | None = None

    @property
    def pool(self) -> "Pool[asyncpg.Record]":
        if self._pool is None:
            raise DatabaseUnavailable
        return self._pool

    async def open(self) -> None:
        """Connect; where PostgreSQL is away, as soon as a scope is opened that finds it there."""
        self._pool = await asyncpg.create_pool(
            self._url,
            min_size=0,
            max_size=self.pool_size,
            connection_class=_Connection,
            init=_speak_json,
            timeout=_CONNECT_SECONDS,
            command_timeout=30,
            server_settings=_SESSION_SETTINGS,
        )
        try:
            async with self._connection():
                pass
        except DatabaseUnavailable:
            _LOG.warning("the database is away; this process goes on without it")

    async def close(self) -> None:
        """Give up the connections; those in use get a moment to be given back."""
        if self._pool is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await self._pool.close()
            self._pool = None

    async def revision(self) -> str | None:
        """That of the schema; None where there is none yet. Raises DatabaseUnavailable."""
        async with self._connection() as connection:
            try:
                return await connection.fetchval("select max(version_num) from alembic_version")
            except asyncpg.UndefinedTableError:
                return None

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Reading]:
        """Read without a transaction: two round trips fewer than one that begins and commits."""
        with span("reading", attributes=POSTGRESQL):
            async with self._connection() as connection:
                yield Reading(connection, self._watch)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction]:
        with span("transaction", attributes=POSTGRESQL):
            async with self._connection() as connection:
                tx = Transaction(connection, self._watch, self._publisher)
                begun = connection.transaction()
                await begun.start()
                try:
                    yield tx
                    if tx.lines:
                        await self._log.keep(tx.lines)
                except BaseException:
                    await _roll_back(connection, begun)
                    raise
                await begun.commit()
        for work in tx.after_commit:
            await work()

    @asynccontextmanager
    async def statement(self) -> AsyncGenerator[Transaction]:
        """A scope for exactly one writing statement, which is its own transaction."""
        with span("statement", attributes=POSTGRESQL):
            async with self._connection() as connection:
                yield Transaction(connection, self._watch, self._publisher)

    @asynccontextmanager
    async def listening(
        self, name: str, channels: Mapping[str, Hear]
    ) -> AsyncGenerator["Listening"]:
        """A connection of its own, on which notifications of channels arrive while it lives.

        `name` is its application name, by which it is known in `pg_stat_activity` as soon as it
        listens. What is heard comes with the process id of the connection that said it.
        """
        woken = asyncio.Event()

        def hear(_connection: object, pid: int, channel: str, message: object) -> None:
            channels[channel](pid, str(message))
            woken.set()

        try:
            connection = await asyncpg.connect(
                self._url,
                timeout=_CONNECT_SECONDS,
                command_timeout=30,
                server_settings=_SESSION_SETTINGS,
            )
        except (OSError, *_AWAY) as error:
            raise DatabaseUnavailable from error
        try:
            connection.add_termination_listener(lambda _: woken.set())
            for channel in channels:
                await connection.add_listener(channel, hear)
            await connection.execute("select set_config('application_name', $1, false)", name)
            yield Listening(connection, self._watch, woken)
        except (OSError, asyncpg.InterfaceError, *_AWAY) as error:
            raise DatabaseUnavailable from error
        finally:
            connection.terminate()

    async def retrying(self, attempt: Callable[[], Awaitable[Answer]]) -> Answer:
        """Run `attempt`, which opens its own scope, again when PostgreSQL broke it off.

        A deadlock or a serialization failure rolls back whole, so a new attempt is safe.
        """
        for _ in range(_ATTEMPTS - 1):
            try:
                return await attempt()
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                continue
        return await attempt()

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator["RawConnection"]:
        started = perf_counter()
        pool = self.pool
        self.waiting += 1
        try:
            connection = await _acquire(pool)
        except (OSError, *_AWAY) as error:
            raise DatabaseUnavailable from error
        finally:
            self.waiting -= 1
        _WAITS.observe(perf_counter() - started)
        patience = None
        try:
            yield connection
        except asyncio.CancelledError:
            patience = _BREAK_OFF_SECONDS
            raise
        except (ConnectionError, TimeoutError, *_AWAY) as error:
            patience = _BREAK_OFF_SECONDS
            raise DatabaseUnavailable from error
        except asyncpg.InternalClientError as error:
            # What PostgreSQL says to an idle connection when it ends confuses the driver.
            with suppress(asyncpg.InterfaceError):
                connection.terminate()
            raise DatabaseUnavailable from error
        except asyncpg.InterfaceError as error:
            if _is_lost(connection):
                raise DatabaseUnavailable from error
            raise
        finally:
            with suppress(TimeoutError):
                await pool.release(connection, timeout=patience)


async def _acquire(pool: "Pool[asyncpg.Record]") -> "PoolConnectionProxy[asyncpg.Record]":
    # A free connection is had at once; to bound that takes longer than to do it.
    if pool.get_idle_size():
        return await pool.acquire()
    async with asyncio.timeout(_WAIT_SECONDS):
        return await pool.acquire()


def tells_of_absence(error: BaseException) -> bool:
    """Whether an error of whatever uses the pool itself says only that PostgreSQL is away."""
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        return all(map(tells_of_absence, group.exceptions))
    lost = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError, DatabaseUnavailable)
    return isinstance(error, (*lost, *_AWAY))


async def _roll_back(connection: "RawConnection", begun: "Begun") -> None:
    try:
        async with asyncio.timeout(_BREAK_OFF_SECONDS):
            await begun.rollback()
    except TimeoutError:
        connection.terminate()


def _is_lost(connection: "RawConnection") -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        # The pool took it back when it broke.
        return True


def _encode_json(value: object) -> bytes:
    # A string is taken as encoded already: PgQueuer hands its JSON over so.
    encoded = value.encode() if isinstance(value, str) else msgspec.json.encode(value)
    return _JSONB_VERSION + encoded


async def _speak_json(connection: "asyncpg.Connection[Any]") -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=_encode_json,
        decoder=lambda data: msgspec.json.decode(data[1:]),
        format="binary",
    )
