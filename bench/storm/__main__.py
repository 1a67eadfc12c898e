"""`python -m bench.storm [--short]`: send a great deal while everything fails now and then."""

import asyncio
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from os import cpu_count
from pathlib import Path
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import typer
import uvloop
from rich import box
from rich.console import Console
from rich.table import Table

from bench.storm.crowd import Order, send_all, settle
from bench.storm.receipts import Receipt, receipts
from bench.storm.weather import FAULTS, Storm
from bench.storm.workers import Workers
from dodam.adapters.notice_log import NoticeLog
from dodam.bootstrap import Dodam, build
from dodam.entrypoints.outside_world import approved_templates, reaching
from dodam.features.operations.service.notices import Notices
from dodam.migrations import migrate
from dodam.platform.clock import SystemClock
from dodam.platform.embedded import embedded_postgres
from dodam.platform.settings import Settings
from dodam_sim.world.world import World, running_world

_CONSOLE = Console()
_PROGRESS = Console(stderr=True)
_FULL = Order(
    notices=10_000,
    messages=5000,
    events=100_000,
    kills=8,
    kill_every_seconds=20,
    takeover_seconds=10,
)
# Left to itself the last of them, put off for longer and longer, takes up to a quarter of an hour.
_SHORT = Order(
    notices=200,
    messages=200,
    events=10_000,
    kills=2,
    kill_every_seconds=10,
    takeover_seconds=5,
    lasts_seconds=30,
)
_WORKERS = 2
_LONGEST_SECONDS = 1500.0
_KINDS = {
    "Discord": ["operations.send_notice.v1"],
    "SENS Alimtalk": ["deliver:messaging.tell", "messaging.send.v1"],
    "Mixpanel": ["insight.send_behaviour_event.v1"],
}


def main(*, short: Annotated[bool, typer.Option(help="A minute rather than ten.")] = False) -> None:
    """Exits with 1 if anything was lost, or came twice where the service can tell."""
    order = _SHORT if short else _FULL
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_postgres(Path(folder) / "postgres") as url,
    ):
        fine = uvloop.run(_storm(order, url, Path(folder)))
    sys.exit(0 if fine else 1)


async def _storm(order: Order, url: str, folder: Path) -> bool:
    await migrate(url)
    async with running_world(templates=approved_templates()) as world:
        world.discord.received = deque(maxlen=2 * order.notices)
        given = Settings(
            data_dir=folder,
            job_takeover_seconds=order.takeover_seconds,
            quiet_hours=_far_from_now(),
        )
        settings = Settings(**(given.model_dump() | reaching(world, given)))
        system = build(settings, url)
        async with system.running(serving=False):
            await system.load_catalogue()
            pseudonyms = await settle(system.database, order.messages)
            storm = Storm(world, order.lasts_seconds)
            workers = Workers(_environment(world, given, url), _WORKERS)
            try:
                outcome = await _send(system, storm, workers, order, pseudonyms)
            finally:
                await asyncio.to_thread(workers.stop)
        arrived = receipts(world, order.notices, order.messages, order.events)
    _report(arrived, outcome, order, workers)
    return outcome.left == outcome.held == 0 and not any(each.lost for each in arrived)


@dataclass
class _Outcome:
    """Seconds from the first row written until all of each kind was gone; what is left."""

    written: float
    done: dict[str, float]
    left: int
    held: int


async def _send(
    system: Dodam, storm: Storm, workers: Workers, order: Order, pseudonyms: Sequence[UUID]
) -> _Outcome:
    started = time.monotonic()
    notices = Notices(system.database, SystemClock(), NoticeLog())
    writing = asyncio.create_task(send_all(system.database, notices, order, pseudonyms))
    outcome = _Outcome(0.0, {}, 1, 0)
    while outcome.left and (now := time.monotonic()) - started < _LONGEST_SECONDS:
        await asyncio.sleep(0.5)
        workers.look()
        raged = storm.look(now)
        if workers.killed < min(order.kills, raged // order.kill_every_seconds):
            await asyncio.to_thread(workers.kill_one)
        if not writing.done():
            continue
        await writing
        outcome.written = outcome.written or now - started
        left = await _left(system)
        for kind in _KINDS:
            if not left[kind]:
                outcome.done.setdefault(kind, now - started)
        outcome.left = sum(left.values())
        if _PROGRESS.is_terminal:
            _PROGRESS.print(f"{now - started:5.0f} s  {left}", end="\r")
    async with system.database.reading() as db:
        [row] = await db.fetch("select count(*) from jobs.pgqueuer where status = 'failed'")
    outcome.held = row[0]
    return outcome


async def _left(system: Dodam) -> dict[str, int]:
    async with system.database.reading() as db:
        rows = await db.fetch(
            "select entrypoint, count(*) as count from jobs.pgqueuer"
            " where status <> 'failed' and entrypoint = any($1) group by 1",
            [name for names in _KINDS.values() for name in names],
        )
    counts = {row["entrypoint"]: row["count"] for row in rows}
    return {kind: sum(counts.get(name, 0) for name in names) for kind, names in _KINDS.items()}


def _far_from_now() -> str:
    """Quiet hours that no message of this run has to wait for."""
    begin = datetime.now(ZoneInfo("Asia/Seoul")) + timedelta(hours=12)
    return f"{begin:%H:%M}-{begin + timedelta(minutes=1):%H:%M}"


def _environment(world: World, settings: Settings, url: str) -> dict[str, str]:
    values = {
        **reaching(world, settings),
        "database_url": url,
        "data_dir": settings.data_dir,
        "job_takeover_seconds": settings.job_takeover_seconds,
        "quiet_hours": settings.quiet_hours,
        "log_level": "ERROR",
    }
    return {f"DODAM_{name.upper()}": _as_written(value) for name, value in values.items()}


def _as_written(value: object) -> str:
    """A setting as an operator writes it: lists are JSON."""
    if isinstance(value, list):
        return msgspec.json.encode(value, enc_hook=str).decode()
    return str(value)


def _report(arrived: Sequence[Receipt], outcome: _Outcome, order: Order, workers: Workers) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("service")
    for title in ("sent", "arrived", "lost", "again", "seconds", "least by its limit"):
        table.add_column(title, justify="right")
    table.add_column("")
    for each in arrived:
        done = outcome.done.get(each.service)
        table.add_row(
            each.service,
            f"{each.sent:,}",
            f"{each.arrived:,}",
            f"{each.lost:,}",
            f"{each.doubles:,}",
            "not done" if done is None else f"{done:.0f}",
            "" if each.least_seconds is None else f"{each.least_seconds:.0f}",
            each.remark,
        )
    _CONSOLE.print(table)
    failing = sum(FAULTS.shares().values())
    lasted = f", for {order.lasts_seconds} s" if order.lasts_seconds else ""
    _CONSOLE.print(
        f"{failing:.1%} of the requests failed{lasted}: "
        "reset, no answer, late, half, garbage, 429, 5xx. "
        f"{_WORKERS} workers, {workers.killed} times one was killed (taken over after "
        f"{order.takeover_seconds} s), at most {workers.most_resident_mb:.0f} MB resident each. "
        f"Written in {outcome.written:.0f} s; left {outcome.left}, held {outcome.held}. "
        f"{cpu_count()} cores."
    )


if __name__ == "__main__":
    typer.run(main)
