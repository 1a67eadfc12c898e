"""Events and tasks: written in the transaction of their fact, done at least once.

`publish` turns an event into one job a subscriber, on the publisher's own connection, so a fact
and its deliveries are committed together. A delivery runs the handler in a transaction that also
notes `(event, handler)`; a delivery repeated after a crash finds the note and does nothing.

Where order matters, a subscriber names whose events are to come in order. Those wait in a table,
and each delivery takes the oldest of its key, so that a handler which fails holds up what follows
it for the same key, and nothing else. So a delivery may have delivered another's event. Whoever
discards one that is held discards the event it was made for, if that still waits; else the
delivery is owed to an event that waits in its place, and is done for that.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dodam.platform.clock import Clock
from dodam.platform.database import Database, Event, Transaction
from dodam.platform.ids import new_id
from dodam.platform.jobs.headers import headers_of
from dodam.platform.jobs.kinds import Discard, Kinds, name_of
from dodam.platform.jobs.queue import NewJob, enqueue
from dodam.platform.statements import Query, Statement
from dodam.platform.tables import METADATA
from dodam.platform.work import Policy, Task

if TYPE_CHECKING:
    from dodam.platform.database import RawConnection

Fact = TypeVar("Fact", bound=Event)
Handler = Callable[[Transaction, Fact], Awaitable[None]]

_REPEATED_WITHIN = timedelta(days=30)

DELIVERED = sa.Table(
    "delivered",
    METADATA,
    sa.Column("event_id", sa.Uuid, primary_key=True),
    sa.Column("handler", sa.Text, primary_key=True),
    sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False, index=True),
    schema="outbox",
)
IN_ORDER = sa.Table(
    "in_order",
    METADATA,
    sa.Column("place", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("handler", sa.Text, nullable=False),
    sa.Column("key", sa.Uuid, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("event", sa.LargeBinary, nullable=False),
    sa.Index("in_order_handler_key_place", "handler", "key", "place"),
    schema="outbox",
)


class _Note(msgspec.Struct):
    event_id: UUID


class _Waiting(msgspec.Struct):
    place: int
    kind: str
    event: bytes


_NOTE = Query(
    insert(DELIVERED)
    .values(
        event_id=sa.bindparam("event_id"),
        handler=sa.bindparam("handler"),
        delivered_at=sa.bindparam("delivered_at"),
    )
    .on_conflict_do_nothing()
    .returning(DELIVERED.c.event_id),
    _Note,
)
_FORGET = Statement(sa.delete(DELIVERED).where(DELIVERED.c.delivered_at < sa.bindparam("before")))
_LINE_UP = Statement(
    sa.insert(IN_ORDER)
    .values(
        handler=sa.bindparam("handler"),
        key=sa.bindparam("key"),
        kind=sa.bindparam("kind"),
        event=sa.bindparam("event"),
    )
    .returning(IN_ORDER.c.place)
)
_MY_TURN = "select pg_advisory_xact_lock(hashtextextended($1, 0))"
_OLDEST = Query(
    sa.select(IN_ORDER.c.place, IN_ORDER.c.kind, IN_ORDER.c.event)
    .where(
        IN_ORDER.c.handler == sa.bindparam("handler"),
        IN_ORDER.c.key == sa.bindparam("key"),
    )
    .order_by(IN_ORDER.c.place)
    .limit(1),
    _Waiting,
)
_DEPART = Statement(sa.delete(IN_ORDER).where(IN_ORDER.c.place == sa.bindparam("place")))


class Delivery(msgspec.Struct, frozen=True):
    """What one delivery job carries: the event's identity and its body."""

    event_id: UUID
    event: msgspec.Raw


class Turn(msgspec.Struct, frozen=True):
    """What a delivery in order carries: whose oldest event is to be delivered.

    `place` is that of the event it was made for.
    """

    key: UUID
    place: int


class _Subscription(msgspec.Struct, frozen=True):
    name: str
    event: type[Event]
    handler: Handler[Any]
    policy: Policy
    in_order_of: Callable[[Any], UUID] | None


class Outbox:
    """Who listens to which event. Filled while the process is wired, fixed afterwards."""

    def __init__(self, clock: Clock, kinds: Kinds) -> None:
        self._clock = clock
        self._kinds = kinds
        self._subscriptions: dict[type[Event], list[_Subscription]] = {}

    def subscribe(
        self,
        event: type[Fact],
        name: str,
        handler: Handler[Fact],
        *,
        policy: Policy | None = None,
        in_order_of: Callable[[Fact], UUID] | None = None,
    ) -> None:
        """Have `handler` called for every `event`; `name` is stable, for jobs are kept by it.

        With `in_order_of`, such as `lambda event: event.child_id`, events of one key come one
        after another, as they were published, those of several types too if they share a name.
        """
        subscription = _Subscription(name, event, handler, policy or Policy(), in_order_of)
        self._subscriptions.setdefault(event, []).append(subscription)

    async def publish(self, connection: "RawConnection", event: Event) -> None:
        subscriptions = self._subscriptions.get(type(event))
        if not subscriptions:
            return
        body = msgspec.json.encode(event)
        delivery = msgspec.json.encode(Delivery(new_id(), msgspec.Raw(body)))
        headers = headers_of(event)
        jobs: list[NewJob] = []
        for each in subscriptions:
            payload = delivery
            if each.in_order_of is not None:
                key = each.in_order_of(event)
                line_up = {
                    "handler": each.name,
                    "key": key,
                    "kind": _kind(each.event),
                    "event": body,
                }
                arguments = _LINE_UP.arguments(line_up)
                place = await connection.fetchval(_LINE_UP.sql, *arguments)
                payload = msgspec.json.encode(Turn(key, place))
            jobs.append(
                NewJob(
                    name=_job(each.name),
                    payload=payload,
                    priority=each.policy.priority,
                    headers=headers,
                )
            )
        await enqueue(connection, jobs)

    async def enqueue(
        self,
        connection: "RawConnection",
        tasks: Sequence[Task],
        dedupe_key: str | None,
        after: timedelta | None,
    ) -> None:
        jobs = [
            NewJob(
                name=(name := name_of(type(each))),
                payload=msgspec.json.encode(each),
                priority=self._kinds[name].policy.priority,
                dedupe_key=dedupe_key,
                after=after,
                headers=headers_of(each),
            )
            for each in tasks
        ]
        await enqueue(connection, jobs)

    def register(self, database: Database) -> None:
        """Have one kind of job for each handler."""
        lines: dict[str, dict[str, _Subscription]] = {}
        for each in chain.from_iterable(self._subscriptions.values()):
            if each.in_order_of is None:
                self._kinds.add(_job(each.name), self._one(database, each), each.policy)
            else:
                lines.setdefault(each.name, {})[_kind(each.event)] = each
        for name, line in lines.items():
            policy = next(iter(line.values())).policy
            self._kinds.add(
                _job(name), self._in_order(database, name, line), policy, discard=_skip(name)
            )

    async def forget_delivered(self, tx: Transaction) -> None:
        """Drop notes of deliveries that are too long ago to come again."""
        await _FORGET.execute(tx, before=self._clock.now() - _REPEATED_WITHIN)

    def _one(self, database: Database, to: _Subscription) -> Callable[[bytes], Awaitable[None]]:
        async def deliver(payload: bytes) -> None:
            delivery = msgspec.json.decode(payload, type=Delivery)
            async with database.transaction() as tx:
                noted = await _NOTE.first(
                    tx,
                    event_id=delivery.event_id,
                    handler=to.name,
                    delivered_at=self._clock.now(),
                )
                if noted is not None:
                    await to.handler(tx, msgspec.json.decode(delivery.event, type=to.event))

        return deliver

    def _in_order(
        self, database: Database, name: str, line: Mapping[str, _Subscription]
    ) -> Callable[[bytes], Awaitable[None]]:
        async def deliver(payload: bytes) -> None:
            key = msgspec.json.decode(payload, type=Turn).key
            async with database.transaction() as tx:
                oldest = await _next(tx, name, key)
                if oldest is not None:
                    to = line[oldest.kind]
                    await to.handler(tx, msgspec.json.decode(oldest.event, type=to.event))
                    await _DEPART.execute(tx, place=oldest.place)

        return deliver


async def _next(tx: Transaction, handler: str, key: UUID) -> _Waiting | None:
    """The oldest event that waits for the handler, for this transaction alone."""
    await tx.fetch(_MY_TURN, f"{handler}:{key}")
    return await _OLDEST.first(tx, handler=handler, key=key)


def _skip(handler: str) -> Discard:
    async def discard(tx: Transaction, payload: bytes) -> bytes | None:
        turn = msgspec.json.decode(payload, type=Turn)
        oldest = await _next(tx, handler, turn.key)
        if await _DEPART.execute(tx, place=turn.place) or oldest is None:
            return None
        return msgspec.json.encode(Turn(turn.key, oldest.place))

    return discard


def _job(handler: str) -> str:
    return f"deliver:{handler}"


def _kind(event: type[Event]) -> str:
    return str(event.__struct_config__.tag)
