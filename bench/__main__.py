"""`python -m bench [--short]`: measure on this machine and print what came out."""

import asyncio
import subprocess
import tempfile
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from rich.console import Console
from rich.progress import track

from bench import report, requests
from bench.races import BATCH_CLIENTS, CLIENTS, races
from bench.scene import Scene, scene
from dodam.platform.settings import Settings

_CONSOLE = Console()
_PROGRESS = Console(stderr=True)


@dataclass(frozen=True)
class _Pace:
    rounds: int
    seconds: float
    warm_up_seconds: float


_FULL = _Pace(rounds=7, seconds=2.5, warm_up_seconds=1.0)
_SHORT = _Pace(rounds=3, seconds=0.4, warm_up_seconds=0.2)


def main(
    *, short: Annotated[bool, typer.Option(help="Half a minute instead of three.")] = False
) -> None:
    """Measure the real server beside what this machine can do at most."""
    pace = _SHORT if short else _FULL
    echo, echoed = requests.echo()
    with tempfile.TemporaryDirectory() as folder, scene(Path(folder), echoed) as on:
        every = races(on, echo, pace.warm_up_seconds)
        for _ in track(range(pace.rounds), "Measuring", console=_PROGRESS, transient=True):
            for race in every:
                race.run(pace.seconds)
        memory = _resident_mb(on.api.process.pid)
        durability = asyncio.run(_durability(on))
    _CONSOLE.print(
        f"{CLIENTS} connections ({BATCH_CLIENTS} for batches) on {cpu_count()} cores; medians of "
        f"{pace.rounds} rounds of {pace.seconds} s, each limit right after what it limits."
    )
    report.show(_CONSOLE, [race.path for race in every])
    cost = Settings.model_fields
    _CONSOLE.print(
        f"`dodam api` holds {memory:.0f} MB resident after all of this.\n{durability}.\n"
        f"Sign-ins: argon2id, {cost['argon2_memory_kib'].default} KiB, "
        f"{cost['argon2_passes'].default} passes, one after another.\n"
        "`client` is the share of one core the load itself takes from server and database."
    )


def _resident_mb(pid: int) -> float:
    command = ["ps", "-o", "rss=", "-p", str(pid)]
    return int(subprocess.run(command, check=True, capture_output=True).stdout) / 1024


async def _durability(on: Scene) -> str:
    connection = await asyncpg.connect(on.database_url)
    try:
        shown = [
            f"{name} {await connection.fetchval(f'show {name}')}"
            for name in ("server_version", "fsync", "synchronous_commit", "wal_sync_method")
        ]
    finally:
        await connection.close()
    return "PostgreSQL: " + ", ".join(shown)


if __name__ == "__main__":
    typer.run(main)
