"""The rows of the queue: how PgQueuer is spoken to, and adding to them."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.domain.settings import DBSettings
from pgqueuer.queries import Queries

if TYPE_CHECKING:
    from pgqueuer.ports.driver import Driver

    from dodam.platform.database import RawConnection

SCHEMA = "jobs"


# Of each kind the first in its index, so that a long backlog costs nothing.
_NEXT_DUE = f"""
select min(first.execute_after) - now() as wait
from unnest($1::text[]) as kind(name)
cross join lateral (
    select execute_after from {SCHEMA}.pgqueuer
    where entrypoint = kind.name and status = 'queued'
    order by execute_after limit 1
) as first
"""  # noqa: S608 - the schema is a constant


class NewJob(Struct, frozen=True, kw_only=True):
    """A row to be. Of jobs that wait or are under way with the same `dedupe_key` there is one."""

    name: str
    payload: bytes
    priority: int = 0
    dedupe_key: str | None = None
    after: timedelta | None = None
    headers: dict[str, str] | None = None


def queries(driver: "Driver") -> Queries:
    """PgQueuer's statements on our schema."""
    return Queries(driver, *_builders())


@cache
def _builders() -> tuple[QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder]:
    """Built once: reading PgQueuer's settings takes longer than adding a job."""
    settings = DBSettings(db_schema=SCHEMA)
    return (
        QueryBuilderEnvironment(settings),
        QueryQueueBuilder(settings),
        QuerySchedulerBuilder(settings),
    )


async def enqueue(connection: "RawConnection", jobs: Sequence[NewJob]) -> None:
    """Add jobs in the connection's transaction, or at once outside of one."""
    raw: Any = connection
    await queries(AsyncpgDriver(raw)).enqueue(
        [each.name for each in jobs],
        [each.payload for each in jobs],
        [each.priority for each in jobs],
        [each.after for each in jobs],
        [each.dedupe_key for each in jobs],
        [each.headers for each in jobs],
        on_conflict="skip",
    )


async def next_due(rows: Any, names: Collection[str]) -> timedelta | None:
    """How long until the next waiting job of these kinds is due; zero if one is, None if none."""
    found = await rows.driver.fetch(_NEXT_DUE, list(names))
    wait: timedelta | None = found[0]["wait"]
    return wait and max(wait, timedelta(0))
