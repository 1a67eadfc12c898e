"""`python -m bench.logging.requests [--of metrics] [--short]`: what logging costs a request.

Two real `dodam api` on one database: one logs as it does when nothing is set (a line a request, on
disk every 200 ms, then in the database), one not at all. With `--of metrics` or `--of traces`
neither logs, and one is measured, or traced (a tenth of the requests, as when nothing is set) to a
collector here. Every round sends the same to both, one right after the other. Beside throughput
stands the CPU time of the whole process, its threads too, which what else the machine does weighs
on less (Linux).
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from threading import Thread
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
from bench.scene import prepare, register_families
from dodam.platform.embedded import embedded_postgres

_CONSOLE = Console()
_PROGRESS = Console(stderr=True)
_CONNECTIONS = 8
_TARGET = 0.95
_NOTHING = {
    "DODAM_LOG_REQUESTS": "false",
    "DODAM_LOG_FILES": "false",
    "DODAM_LOG_DATABASE": "false",
}


class Of(StrEnum):
    LOGGING = "logging"
    METRICS = "metrics"
    TRACES = "traces"


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
    *,
    of: Annotated[Of, typer.Option(help="What is on at one of the two.")] = Of.LOGGING,
    short: Annotated[bool, typer.Option(help="Seconds instead of two minutes.")] = False,
) -> None:
    """Measure requests with and without logging, metrics or traces."""
    rounds, seconds = (3, 0.4) if short else (15, 1.2)
    dodam = str(Path(sys.executable).with_name("dodam"))
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        asyncio.run(prepare(url, Path(folder)))
        common = {"DODAM_DATABASE_URL": url, "DODAM_DATA_DIR": folder}
        with (
            _collector() as collector,
            server([dodam, "api"], {**common, **_NOTHING}) as silent,
            server([dodam, "api"], {**common, **_something(of, collector)}) as watched,
        ):
            silent.wait_until_ready()
            watched.wait_until_ready()
            children, motions = register_families(silent.port)
            paths = [
                _Path("entitlement", _entitlement(children)),
                _Path("today", requests.today(children)),
                _Path("one record", requests.one_record(children, motions)),
            ]
            for path in paths:
                _measure(silent, path, seconds)
                _measure(watched, path, seconds)
            turns = [(number, path) for number in range(rounds) for path in paths]
            for number, path in track(turns, "Measuring", console=_PROGRESS, transient=True):
                # Who is second has what the first left in caches, so they take turns.
                order = ((silent, path.off), (watched, path.on))
                for each, costs in order if number % 2 else reversed(order):
                    costs.append(_measure(each, path, seconds))
    _show(paths, rounds, seconds)


def _something(of: Of, collector: str) -> dict[str, str]:
    """What one server does beside the other."""
    match of:
        case Of.LOGGING:
            return {}
        case Of.METRICS:
            return {**_NOTHING, "DODAM_METRICS_PORT": "0"}
        case Of.TRACES:
            return {**_NOTHING, "DODAM_OTLP_ENDPOINT": collector}


@contextmanager
def _collector() -> Generator[str]:
    """Takes traces and forgets them."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Taker) as taker:
        thread = Thread(target=taker.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{taker.server_port}"
        finally:
            taker.shutdown()
            thread.join()


class _Taker(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
        """Nothing."""


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
