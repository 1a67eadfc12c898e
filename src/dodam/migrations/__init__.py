"""Bringing a database to this release's schema: forward only, and gentle to a running system.

Migrations run under a lock time-out, so that one gives up rather than queue in front of the
application, and under a statement time-out; an advisory lock lets one process migrate at a time.
"""

import asyncio
import contextlib
import io
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import asyncpg
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

# Brings every feature's tables into METADATA.
import dodam.bootstrap  # noqa: F401  # pyright: ignore[reportUnusedImport]
from dodam.platform.logging.database.partitions import is_partition
from dodam.platform.tables import METADATA

SETTINGS = ("set lock_timeout = '4s'", "set statement_timeout = '60s'")
_ADVISORY_LOCK = 5_160_914_212
_TURN_SECONDS = 0.1
_SCHEMAS = {table.schema for table in METADATA.tables.values()}


async def migrate(database_url: str) -> str:
    """Run what has not run yet; the revision the database is then at."""
    await _on(database_url, lambda config: command.upgrade(config, "head"))
    return head()


async def is_current(database_url: str) -> bool:
    """Whether the database is at this release's schema."""
    async with _connection(database_url) as connection:
        found = await connection.run_sync(_revision)
    return found == head()


async def drift(database_url: str) -> list[Any]:
    """How a migrated database differs from the tables in the code; nothing if all is well."""
    async with _connection(database_url) as connection:
        return await connection.run_sync(_differences)


def _revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _differences(connection: sa.Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts=comparison())
    return compare_metadata(context, METADATA)


async def revise(database_url: str, message: str) -> None:
    """Write a new migration from the difference between the tables and a migrated database."""
    await _on(
        database_url,
        lambda config: command.revision(config, message, autogenerate=True),
    )


def sql() -> str:
    """Every migration as SQL, for review and for linting."""
    written = io.StringIO()
    config = _config()
    config.output_buffer = written
    command.upgrade(config, "head", sql=True)
    return written.getvalue()


def head() -> str:
    """The revision of this release."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def comparison() -> dict[str, Any]:
    """What is ours to compare: the features' schemas, not PgQueuer's, and no month of the log."""

    def ours(name: str | None, kind: str, _: object) -> bool:
        return name in _SCHEMAS if kind == "schema" else not is_partition(name)

    return {"include_schemas": True, "include_name": ours, "compare_server_default": True}


async def _on(database_url: str, work: Callable[[Config], object]) -> None:
    def run(connection: sa.Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        work(config)

    async with _connection(database_url) as connection:
        for setting in SETTINGS:
            await connection.execute(sa.text(setting))
        await connection.commit()
        await _wait_for_our_turn(connection)
        await connection.run_sync(run)
        await connection.commit()


async def _wait_for_our_turn(connection: Any) -> None:
    """Take the lock, asking now and then: a statement that waits for it would have a snapshot.

    An index that is built concurrently waits for everybody who has one.
    """
    take = sa.text(f"select pg_try_advisory_lock({_ADVISORY_LOCK})")
    while not await connection.scalar(take):
        await connection.commit()
        await asyncio.sleep(_TURN_SECONDS)
    await connection.commit()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


@contextlib.asynccontextmanager
async def _connection(database_url: str) -> AsyncGenerator[Any]:
    async def connect() -> Any:
        return await asyncpg.connect(database_url)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()
