"""`python -m bench.logging.requests [--short]`: what logging costs a request, all of it.

Two real `dodam api` on one database: one logs as it does when nothing is set (a line a request, on
disk every 200 ms, then in the database), one not at all. Every round sends the same to both, one
right after the other. Beside throughput stands the CPU time of the whole process, its threads too,
which what else the machine does weighs on less (Linux).
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench import requests
from bench.load import drive
from bench.processes import Server, server
from bench.requests import Child
from bench.scene import scene

_CONSOLE = Console()
_PROGRESS = Console(stderr=True)
_CONNECTIONS = 8
_TARGET = 0.95
_NOTHING = {
    "DODAM_LOG_REQUESTS": "false",
    "DODAM_LOG_FILES": "false",
    "DODAM_LOG_DATABASE": "false",
}


@dataclass(frozen=True)
class _Cost:
    """Of one round with one server: requests a second, and microseconds of CPU a request."""

    per_second: float
    cpu_us: float


@dataclass
class _Path:
    name: str
    requests: Iterator[bytes]
    off: list[_Cost] = field(default_factory=list[_Cost])
    on: list[_Cost] = field(default_factory=list[_Cost])


def main(
    *, short: Annotated[bool, typer.Option(help="Seconds instead of two minutes.")] = False
) -> None:
    """Measure requests with and without logging."""
    rounds, seconds = (3, 0.4) if short else (15, 1.2)
    dodam = str(Path(sys.executable).with_name("dodam"))
    with tempfile.TemporaryDirectory() as folder, scene(Path(folder), b"{}") as on:
        common = {"DODAM_DATABASE_URL": on.database_url, "DODAM_DATA_DIR": folder}
        with (
            server([dodam, "api"], common) as logging,
            server([dodam, "api"], {**common, **_NOTHING}) as silent,
        ):
            logging.wait_until_ready()
            silent.wait_until_ready()
            paths = [
                _Path("entitlement", _entitlement(on.children)),
                _Path("today", requests.today(on.children)),
                _Path("one record", requests.one_record(on.children, on.motions)),
            ]
            for path in paths:
                _measure(silent, path, seconds)
                _measure(logging, path, seconds)
            turns = [(number, path) for number in range(rounds) for path in paths]
            for number, path in track(turns, "Measuring", console=_PROGRESS, transient=True):
                # Who is second has what the first left in caches, so they take turns.
                order = ((silent, path.off), (logging, path.on))
                for each, costs in order if number % 2 else reversed(order):
                    costs.append(_measure(each, path, seconds))
    _show(paths, rounds, seconds)


def _entitlement(children: Sequence[Child]) -> Iterator[bytes]:
    return cycle(
        [
            requests.request("GET", "/v1/entitlement", token=token)
            for token in dict.fromkeys(each.access_token for each in children)
        ]
    )


def _measure(at: Server, path: _Path, seconds: float) -> _Cost:
    cpu, began = _cpu_seconds(at.process.pid), time.perf_counter()
    measured = drive(at.port, _CONNECTIONS, path.requests, seconds)
    share = (_cpu_seconds(at.process.pid) - cpu) / (time.perf_counter() - began)
    return _Cost(measured.per_second, share / measured.per_second * 1e6)


def _cpu_seconds(pid: int) -> float:
    """Of all threads, in nanoseconds' steps; `/proc/<pid>/stat` counts ticks."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[0]) for each in threads) / 1e9


def _show(paths: Sequence[_Path], rounds: int, seconds: float) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("path")
    for title in ("off", "on", "on / off", "CPU off", "CPU on", "more", "target"):
        table.add_column(title, justify="right")
    for path in paths:
        pairs = list(zip(path.on, path.off, strict=True))
        ratios = [on.per_second / off.per_second for on, off in pairs]
        low, middle, high = quantiles(ratios, n=4)
        more = median(on.cpu_us - off.cpu_us for on, off in pairs)
        off_cpu = median(each.cpu_us for each in path.off)
        colour = "green" if middle >= _TARGET else "red"
        table.add_row(
            path.name,
            f"{median(each.per_second for each in path.off):,.0f} req/s",
            f"{median(each.per_second for each in path.on):,.0f} req/s",
            f"[{colour}]{middle:.3f}[/{colour}] ({low:.3f} to {high:.3f})",
            f"{off_cpu:,.0f} µs",
            f"{median(each.cpu_us for each in path.on):,.0f} µs",
            f"{more:,.0f} µs ({more / off_cpu:.1%})",
            f"≥ {_TARGET}",
        )
    _CONSOLE.print(
        f"{_CONNECTIONS} connections; medians of {rounds} rounds of {seconds} s, with the middle "
        "half of the ratios."
    )
    _CONSOLE.print(table)


if __name__ == "__main__":
    typer.run(main)
