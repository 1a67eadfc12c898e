"""`python -m bench.logging.requests [--of metrics] [--short]`: what logging costs a request.

Two real `dodam api` on one database: one logs as it does when nothing is set (a line a request, on
disk every 200 ms, then in the database), one not at all. With `--of metrics` or `--of traces`
neither logs, and one is measured, or traced (a tenth of the requests, as when nothing is set) to a
collector here. Both are sent the same in short turns, so that what else the machine does weighs on
both. Beside throughput stands the CPU time of the whole process, on which others weigh less: with
its threads and what it still has to do after its turns, without what it takes when it is idle there
(Linux).
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
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
_TURN_SECONDS = 0.15
_WARM_UP_SECONDS = 1.5
_IDLE_SECONDS = 3.0
_NOTHING = {
    "DODAM_LOG_REQUESTS": "false",
    "DODAM_LOG_FILES": "false",
    "DODAM_LOG_DATABASE": "false",
}


class Of(StrEnum):
    LOGGING = "logging"
    METRICS = "metrics"
    TRACES = "traces"


@dataclass
class _Side:
    """One of the two servers on one path: requests a second, turn by turn, and CPU a request."""

    server: Server
    idle: float
    per_second: list[float] = field(default_factory=list[float])
    requests: int = 0
    busy_seconds: float = 0
    cpu_us: float = 0

    def take_turn(self, requests: Iterator[bytes], seconds: float) -> None:
        sent, began = _Counted(requests), time.perf_counter()
        self.per_second.append(drive(self.server.port, _CONNECTIONS, sent, seconds).per_second)
        self.busy_seconds += time.perf_counter() - began
        self.requests += sent.count

    @contextmanager
    def measured(self) -> Generator[None]:
        before, began = _cpu_seconds(self.server.process.pid), time.perf_counter()
        yield
        cpu = _cpu_seconds(self.server.process.pid) - before
        between = time.perf_counter() - began - self.busy_seconds
        self.cpu_us = (cpu - between * self.idle) / self.requests * 1e6


class _Counted(Iterator[bytes]):
    def __init__(self, requests: Iterator[bytes]) -> None:
        self._requests = requests
        self.count = 0

    def __next__(self) -> bytes:
        self.count += 1
        return next(self._requests)


def main(
    *,
    of: Annotated[Of, typer.Option(help="What is on at one of the two.")] = Of.LOGGING,
    short: Annotated[bool, typer.Option(help="Seconds instead of minutes.")] = False,
) -> None:
    """Measure requests with and without logging, metrics or traces."""
    turns = 5 if short else 120
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
            paths = {
                "entitlement": _entitlement(children),
                "today": requests.today(children),
                "one record": requests.one_record(children, motions),
            }
            both = [(each, _idle(each)) for each in (silent, watched)]
            found = {
                name: _race(both, path, turns)
                for name, path in track(paths.items(), "Measuring", console=_PROGRESS)
            }
    _show(found, turns)


def _idle(server: Server) -> float:
    """The share of a core that it takes when nobody asks it anything."""
    before = _cpu_seconds(server.process.pid)
    time.sleep(_IDLE_SECONDS)
    return (_cpu_seconds(server.process.pid) - before) / _IDLE_SECONDS


def _race(
    both: Sequence[tuple[Server, float]], path: Iterator[bytes], turns: int
) -> Sequence[_Side]:
    for each, _ in both:
        drive(each.port, _CONNECTIONS, path, _WARM_UP_SECONDS)
    time.sleep(_WARM_UP_SECONDS)
    sides = off, on = [_Side(*each) for each in both]
    with off.measured(), on.measured():
        for number in range(turns):
            # Who is second has what the first left in caches.
            for side in sides if number % 2 else reversed(sides):
                side.take_turn(path, _TURN_SECONDS)
        time.sleep(_WARM_UP_SECONDS)
    return sides


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


def _cpu_seconds(pid: int) -> float:
    """Of all threads, in nanoseconds' steps; `/proc/<pid>/stat` counts ticks."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[0]) for each in threads) / 1e9


def _show(found: Mapping[str, Sequence[_Side]], turns: int) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("path")
    for title in ("off", "on", "on / off", "CPU off", "CPU on", "more"):
        table.add_column(title, justify="right")
    for name, (off, on) in found.items():
        pairs = zip(on.per_second, off.per_second, strict=True)
        low, middle, high = quantiles([mine / other for mine, other in pairs], n=4)
        more = on.cpu_us - off.cpu_us
        table.add_row(
            name,
            f"{median(off.per_second):,.0f}",
            f"{median(on.per_second):,.0f}",
            f"{middle:.3f} ({low:.2f} to {high:.2f})",
            f"{off.cpu_us:,.0f} µs",
            f"{on.cpu_us:,.0f} µs",
            f"{more:,.0f} µs ({more / off.cpu_us:.1%})",
        )
    _CONSOLE.print(
        f"Requests a second over {_CONNECTIONS} connections: medians of {turns} turns of "
        f"{_TURN_SECONDS} s; of the ratios of neighbours the middle half too. Target: at most 5 %."
    )
    _CONSOLE.print(table)


if __name__ == "__main__":
    typer.run(main)
