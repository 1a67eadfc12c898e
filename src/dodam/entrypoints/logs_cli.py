"""`dodam logs`: lines are read back from the database, from this machine, and from the bucket."""

import asyncio
import re
import sys
import time
from contextlib import aclosing, closing, suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import msgspec
import typer

from dodam.bootstrap.outside import log_archive
from dodam.entrypoints.given import CONSOLE, DataDir, given_settings, running_database
from dodam.platform.clock import SystemClock
from dodam.platform.logging.archive import ArchiveStore
from dodam.platform.logging.console import pretty
from dodam.platform.logging.database.following import DatabaseFollowing
from dodam.platform.logging.database.search import searching
from dodam.platform.logging.fetching import Missing, archived, fetched, lines_between
from dodam.platform.logging.following import Following
from dodam.platform.logging.lines import AnyLine
from dodam.platform.logging.running import log_spool
from dodam.platform.logging.wanted import LEVELS, Statuses, Wanted

app = typer.Typer(no_args_is_help=True, help="Read what was logged.")

_POLL_SECONDS = 0.3
_DATABASE_POLL_SECONDS = 1.0
# What a process has not yet brought to the database may come behind what another has.
_LATE = timedelta(seconds=30)
_DAY = timedelta(days=1)
_AGO = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_STATUS = re.compile(r"([1-5])xx|([1-5]\d\d)(?:-([1-5]\d\d))?")


class Level(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def _instant(text: str) -> datetime:
    ago = _AGO.fullmatch(text)
    if ago is not None:
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is neither an instant, 2026-03-18T12:00+09:00, nor a while ago, 30m."
        raise typer.BadParameter(message) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _statuses(text: str) -> Statuses:
    match _STATUS.fullmatch(text):
        case None:
            message = f"{text!r} is none of 404, 5xx, 400-499."
            raise typer.BadParameter(message)
        case found if found[1]:
            return Statuses(int(found[1]) * 100, int(found[1]) * 100 + 99)
        case found:
            return Statuses(int(found[2]), int(found[3] or found[2]))


RequestId = Annotated[UUID | None, typer.Option(help="Of a request, its jobs and its calls.")]
Account = Annotated[UUID | None, typer.Option(help="On whose behalf it was done.")]
Child = Annotated[UUID | None, typer.Option(help="Which child it is about.")]
Route = Annotated[str | None, typer.Option(help="A part of a route, such as /children/{child_id}.")]
Status = Annotated[
    Statuses | None,
    typer.Option("--status", help="404, 5xx or 400-499.", parser=_statuses, metavar="STATUS"),
]
Lowest = Annotated[Level | None, typer.Option("--level", help="The lowest level.")]
Words = Annotated[str | None, typer.Option("--text", help="A part of what is written in it.")]
Since = Annotated[
    datetime | None,
    typer.Option(help="An instant (UTC, or with its offset) or 30m, 6h, 2d ago.", parser=_instant),
]
Until = Annotated[datetime | None, typer.Option(help="As --since.", parser=_instant)]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, a line each, instead of text.")]


@app.command()
def search(  # noqa: PLR0913 - options of a command
    *,
    request_id: RequestId = None,
    account: Account = None,
    child: Child = None,
    route: Route = None,
    status: Status = None,
    level: Lowest = None,
    text: Words = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 100,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Find lines in the database, the newest first.

    Without --since, of the last day; of a request, an account or a child, whenever it was. Works on
    DODAM_DATABASE_URL, or on the database of a running `dodam up`.
    """
    if since is None and request_id is None and account is None and child is None:
        since = (until or datetime.now(UTC)) - _DAY
    wanted = Wanted(
        request_id=request_id,
        account_id=account,
        child_id=child,
        route=route,
        statuses=status,
        level=None if level is None else LEVELS[level],
        text=text,
        since=since,
        until=until,
    )
    url = running_database(given_settings(data_dir=data_dir))

    async def run() -> int:
        shown = 0
        async with searching(url) as database, aclosing(database.newest(wanted)) as lines:
            async for line in lines:
                if shown == limit:
                    CONSOLE.print(f"There are more than {limit}: --limit, or --until before these.")
                    break
                _show(line, as_json=as_json)
                shown += 1
        return shown

    if not asyncio.run(run()):
        CONSOLE.print(
            "There is no such line" + (f" since {since:%Y-%m-%d %H:%M}." if since else ".")
        )


@app.command()
def tail(  # noqa: PLR0913 - options of a command
    *,
    request_id: RequestId = None,
    account: Account = None,
    child: Child = None,
    route: Route = None,
    status: Status = None,
    level: Lowest = None,
    text: Words = None,
    lines: Annotated[
        int, typer.Option("--lines", "-n", min=0, help="How many to begin with.")
    ] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with new ones.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Show the last lines of this machine's log files; without files, of the database."""
    wanted = Wanted(
        request_id=request_id,
        account_id=account,
        child_id=child,
        route=route,
        statuses=status,
        level=None if level is None else LEVELS[level],
        text=text,
    )
    settings = given_settings(data_dir=data_dir)
    spool = log_spool(settings)
    with suppress(KeyboardInterrupt):
        if spool.runs():
            _tail_files(Following(spool, wanted), lines, follow=follow, as_json=as_json)
        else:
            url = running_database(settings)
            asyncio.run(_tail_database(url, wanted, lines, follow=follow, as_json=as_json))


def _tail_files(files: Following, most: int, *, follow: bool, as_json: bool) -> None:
    with closing(files):
        for line in files.last(most):
            _show(line, as_json=as_json)
        while follow:
            time.sleep(_POLL_SECONDS)
            for line in files.more():
                _show(line, as_json=as_json)


async def _tail_database(
    url: str, wanted: Wanted, most: int, *, follow: bool, as_json: bool
) -> None:
    async with searching(url) as search:
        database = DatabaseFollowing(search, wanted, SystemClock())
        for line in await database.last(most):
            _show(line, as_json=as_json)
        while follow:
            await asyncio.sleep(_DATABASE_POLL_SECONDS)
            for line in await database.more():
                _show(line, as_json=as_json)


@app.command()
def fetch(
    since: Annotated[datetime, typer.Option(help="As for search.", parser=_instant)],
    until: Until = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for a file a segment, instead of the output.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Read lines of a time from the bucket, as JSON, a line each; what is missing is told.

    Ends with 1 where something is missing, or not as it was put there.
    """
    store = log_archive(given_settings(data_dir=data_dir))
    if store is None:
        CONSOLE.print("Set DODAM_LOG_BUCKET and DODAM_LOG_BUCKET_REGION: that is where lines are.")
        raise typer.Exit(2)
    missing = asyncio.run(_fetch(store, since, until or datetime.now(UTC), out))
    for each in missing:
        CONSOLE.print(f"Missing: {each.name}: {each.why}.", markup=False, soft_wrap=True)
    if missing:
        raise typer.Exit(1)


async def _fetch(
    store: ArchiveStore, since: datetime, until: datetime, out: Path | None
) -> list[Missing]:
    missing: list[Missing] = []
    async for found in archived(store, since, until):
        if isinstance(found, Missing):
            missing.append(found)
            continue
        content = await fetched(store, found)
        if isinstance(content, Missing):
            missing.append(content)
            continue
        lines = lines_between(content, since, until)
        if out is None:
            sys.stdout.buffer.writelines(lines)
        else:
            folder = out / found.run
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / f"{found.segment}.jsonl").open("wb") as file:
                file.writelines(lines)
    return missing


def _show(line: AnyLine, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
    else:
        sys.stdout.write(f"{line.at:%Y-%m-%d} {pretty(line, colour=sys.stdout.isatty())}\n")
    sys.stdout.flush()
