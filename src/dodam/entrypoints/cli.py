"""The command line: `dodam up` and the parts it is made of."""

import asyncio
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer
import uvloop
from pydantic import ValidationError
from pydantic_settings import SettingsError

from dodam import migrations
from dodam.bootstrap import build
from dodam.bootstrap.outside import UnusableFilesError
from dodam.entrypoints import logs_cli
from dodam.entrypoints.api import run_api
from dodam.entrypoints.given import (
    CONSOLE,
    DataDir,
    given_database,
    given_settings,
    running_database,
)
from dodam.entrypoints.up import run_up
from dodam.entrypoints.worker import run_worker
from dodam.features.accounts.models.permissions import Role
from dodam.features.accounts.models.staff import Invitation
from dodam.features.billing.models.drawing import describe_states
from dodam.platform.embedded import (
    EmbeddedPostgresError,
    embedded_postgres,
)
from dodam.platform.errors import DodamError
from dodam.platform.i18n import Language
from dodam.platform.lifecycle import PortInUseError
from dodam.platform.logging.archive import ArchiveUnavailable
from dodam.platform.logging.database.search import LogDatabaseUnavailable
from dodam.platform.settings import describe_settings
from dodam.platform.stopping import stopping_on_signals
from dodam_sim.attacker.cli import attack
from dodam_sim.cli import simulate
from dodam_sim.newcomer.cli import newcomer
from dodam_sim.serving import PortTakenError
from dodam_sim.world import cli as world_cli

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    # A traceback's locals may hold passwords and keys.
    pretty_exceptions_show_locals=False,
    help="dodam: a backend for games that train children's hands.",
)
app.command()(simulate)
app.command()(attack)
app.command()(newcomer)
app.command("world")(world_cli.world)
app.add_typer(logs_cli.app, name="logs")

Port = Annotated[int | None, typer.Option(help="Port of the API (DODAM_PORT).")]


@app.command()
def up(
    port: Port = None,
    data_dir: DataDir = None,
    *,
    demo: Annotated[bool, typer.Option(help="Let demo families play.")] = True,
    world: Annotated[
        bool, typer.Option(help="Simulate the outside services that are not set up.")
    ] = True,
) -> None:
    """Everything in one process: PostgreSQL, API, worker, demo families, the world outside."""
    run_up(given_settings(port=port, data_dir=data_dir), demo=demo, world=world)


@app.command()
def api(port: Port = None) -> None:
    """The API alone, on DODAM_DATABASE_URL."""
    settings = given_settings(port=port)
    with stopping_on_signals(delay_seconds=settings.stop_delay_seconds) as stopping:
        uvloop.run(run_api(settings, given_database(settings), stopping))


@app.command()
def worker() -> None:
    """The worker alone, on DODAM_DATABASE_URL."""
    settings = given_settings()
    with stopping_on_signals(delay_seconds=settings.stop_delay_seconds) as stopping:
        uvloop.run(run_worker(settings, given_database(settings), stopping))


@app.command()
def migrate(
    *,
    sql: Annotated[bool, typer.Option(help="Write the migrations as SQL; touch nothing.")] = False,
) -> None:
    """Bring DODAM_DATABASE_URL to this release's schema and motion catalogue."""
    if sql:
        sys.stdout.write(migrations.sql())
        return
    settings = given_settings()
    url = given_database(settings)

    async def run() -> str:
        revision = await migrations.migrate(url)
        system = build(settings, url)
        async with system.running(serving=False):
            await system.load_catalogue()
        return revision

    CONSOLE.print(f"The database is at {asyncio.run(run())}.")


@app.command()
def invite_admin(
    email: Annotated[str, typer.Argument(help="Address the admin signs in with.")],
    name: Annotated[str, typer.Option(help="The admin's name.")],
    data_dir: DataDir = None,
) -> None:
    """Print an invitation to hand to an admin: the first, or one who lost the second factor.

    Works on DODAM_DATABASE_URL, or on the database of a running `dodam up`.
    """
    settings = given_settings(data_dir=data_dir)
    system = build(settings, running_database(settings))

    async def run() -> str:
        form = msgspec.convert({"email": email, "name": name, "roles": [Role.ADMIN]}, Invitation)
        async with system.running(serving=False), system.database.transaction() as tx:
            return await system.staff.invite_by_hand(tx, form)

    try:
        token = asyncio.run(run())
    except (DodamError, msgspec.ValidationError) as error:
        CONSOLE.print(_said(error), style="red")
        raise typer.Exit(2) from None
    sys.stdout.write(f"{settings.public_url or settings.own_url}/staff/join?token={token}\n")


@app.command()
def drift() -> None:
    """Check, on a throw-away database, that migrations and tables agree."""
    with _throw_away_database() as url:
        asyncio.run(migrations.migrate(url))
        found = asyncio.run(migrations.drift(url))
    for difference in found:
        CONSOLE.print(difference)
    if found:
        CONSOLE.print("Migrations and tables differ; write a migration: dodam revise MESSAGE")
        raise typer.Exit(1)
    CONSOLE.print("Migrations and tables agree.")


@app.command()
def revise(message: str) -> None:
    """Write a new migration from what the tables have and the migrations lack."""
    with _throw_away_database() as url:
        asyncio.run(migrations.migrate(url))
        asyncio.run(migrations.revise(url, message))


@app.command()
def openapi() -> None:
    """Write the API's description (OpenAPI 3.1, JSON) to standard output."""
    with tempfile.TemporaryDirectory() as folder:
        system = build(given_settings(data_dir=Path(folder)), "postgresql://")
        described = system.app.openapi_schema.to_schema()
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(described)) + b"\n")


@app.command()
def settings() -> None:
    """Write every setting as a Markdown table to standard output."""
    sys.stdout.write(describe_settings())


@app.command()
def subscription_states() -> None:
    """Write the states of subscriptions as Markdown to standard output."""
    sys.stdout.write(describe_states())


@contextmanager
def _throw_away_database() -> Generator[str]:
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        yield url


def _said(error: DodamError | msgspec.ValidationError) -> str:
    if isinstance(error, msgspec.ValidationError):
        return str(error)
    texts = [each.text.read(Language.ENGLISH) for each in error.fields]
    return " ".join(texts) or error.message(Language.ENGLISH)


def main() -> None:
    """Run the command line; what its user can mend ends in one sentence, not a traceback."""
    try:
        app()
    except Exception as error:
        match _alone(error):
            case (
                PortInUseError()
                | PortTakenError()
                | EmbeddedPostgresError()
                | SettingsError()
                | UnusableFilesError()
                | LogDatabaseUnavailable()
                | ArchiveUnavailable()
            ) as known:
                CONSOLE.print(str(known), style="red", markup=False)
            case ValidationError() as invalid:
                for wrong in invalid.errors():
                    name = "_".join(str(part) for part in wrong["loc"]).upper()
                    said = wrong["msg"].removeprefix("Value error, ")
                    # What is wrong with several settings together names them itself.
                    CONSOLE.print(f"Setting DODAM_{name}: {said}" if name else said, style="red")
            case _:
                raise
        sys.exit(2)


def _alone(error: Exception) -> Exception:
    """As it was raised, before the scopes it passed made groups of it."""
    match error:
        case ExceptionGroup(exceptions=[only]):
            return _alone(only)
        case _:
            return error
