"""Events: written in the transaction of their fact, delivered to each subscriber at least once.

`publish` turns an event into one job a subscriber, on the publisher's own connection, so a fact
and its deliveries are committed together. A delivery runs the handler in a transaction that also
notes `(event, handler)`; a delivery repeated after a crash finds the note and does nothing.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dodam.platform.clock import Clock
from dodam.platform.database import Database, Event, Transaction
from dodam.platform.ids import new_id
from dodam.platform.jobs import enqueue
from dodam.platform.statements import Query, Statement
from dodam.platform.tables import METADATA

if TYPE_CHECKING:
    from dodam.platform.database import RawConnection
    from dodam.platform.jobs import Jobs

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


class _Note(msgspec.Struct):
    event_id: UUID


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


class Delivery(msgspec.Struct, frozen=True):
    """What one delivery job carries: the event's identity and its body."""

    event_id: UUID
    event: msgspec.Raw


class Outbox:
    """Who listens to which event. Filled while the process is wired, fixed afterwards."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._handlers: dict[type[Event], dict[str, Handler[Any]]] = {}

    def subscribe(self, event: type[Fact], name: str, handler: Handler[Fact]) -> None:
        """Have `handler` called for every `event`; `name` is stable, for jobs are kept by it."""
        self._handlers.setdefault(event, {})[name] = handler

    async def publish(self, connection: "RawConnection", event: Event) -> None:
        handlers = self._handlers.get(type(event))
        if not handlers:
            return
        body = msgspec.json.encode(
            Delivery(event_id=new_id(), event=msgspec.Raw(msgspec.json.encode(event)))
        )
        await enqueue(connection, [(_job(name), body) for name in handlers])

    def register(self, jobs: "Jobs", database: Database) -> None:
        """Give the worker one job a handler."""
        for event, handlers in self._handlers.items():
            for name, handler in handlers.items():
                jobs.on(_job(name), self._deliverer(database, event, name, handler))

    async def forget_delivered(self, tx: Transaction) -> None:
        """Drop notes of deliveries that are too long ago to come again."""
        await _FORGET.execute(tx, before=self._clock.now() - _REPEATED_WITHIN)

    def _deliverer(
        self, database: Database, event: type[Event], name: str, handler: Handler[Any]
    ) -> Callable[[bytes], Awaitable[None]]:
        async def deliver(payload: bytes) -> None:
            delivery = msgspec.json.decode(payload, type=Delivery)
            async with database.transaction() as tx:
                noted = await _NOTE.first(
                    tx,
                    event_id=delivery.event_id,
                    handler=name,
                    delivered_at=self._clock.now(),
                )
                if noted is not None:
                    await handler(tx, msgspec.json.decode(delivery.event, type=event))

        return deliver


def _job(handler: str) -> str:
    return f"deliver:{handler}"
