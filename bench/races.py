"""What is measured, how, and against which limit."""

import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

import httpx

from bench import requests
from bench.limits import Copy, Insert
from bench.load import Measured, drive
from bench.report import Path
from bench.scene import Scene, free_port, server

CLIENTS = 32
BATCH_CLIENTS = 8

Measure = Callable[[float], Measured]


@dataclass(frozen=True)
class Race:
    """A path and how it is run for some seconds, beside how its limit is."""

    path: Path
    ours: Measure
    limit: Measure | None = None

    def run(self, seconds: float) -> None:
        self.path.ours.append(self.ours(seconds))
        if self.limit is not None:
            self.path.limit.append(self.limit(seconds))


@contextmanager
def races(scene: Scene, warm_up_seconds: float) -> Generator[Sequence[Race]]:
    """Every race, warmed up, with the servers it needs while the scope lasts."""
    with _server(scene, "echo") as echo, _server(scene, "bare", _answer(echo)) as bare:
        api = scene.api_port
        today = _load(api, CLIENTS, requests.today(scene))
        one = _load(api, CLIENTS, requests.one_record(scene))
        batch = _load(api, BATCH_CLIENTS, requests.batch(scene), rows=requests.BATCH)
        alone = _load(api, 1, requests.today(scene))
        # They store the rows that the limits are made of.
        batch(warm_up_seconds)
        one(warm_up_seconds)
        every = [
            Race(
                Path("JSON in, validated, and out", "req/s", "bare ASGI application", 0.3),
                _load(echo, CLIENTS, requests.echo()),
                _load(bare, CLIENTS, requests.echo()),
            ),
            Race(Path("today", "req/s"), today),
            Race(
                Path("one play record", "req/s", "pgbench, the same insert", 0.5, 1.0),
                one,
                Insert(scene, CLIENTS).measure,
            ),
            Race(
                Path(f"{requests.BATCH} play records", "rows/s", "COPY of the same rows", 0.4, 0.5),
                batch,
                Copy(scene, BATCH_CLIENTS, requests.BATCH).measure,
            ),
            Race(Path("today, one client", "req/s"), alone),
            Race(
                Path("today, one client beside sign-ins", "req/s"),
                _beside(alone, _load(api, 1, requests.sign_in())),
            ),
        ]
        for race in every:
            race.ours(warm_up_seconds)
            if race.limit is not None:
                race.limit(warm_up_seconds)
        yield every


def _load(port: int, connections: int, sent: Iterator[bytes], rows: int = 1) -> Measure:
    """A load that goes on where it stopped, counted in rows."""

    def measure(seconds: float) -> Measured:
        measured = drive(port, connections, sent, seconds)
        return replace(measured, per_second=measured.per_second * rows)

    return measure


def _beside(watched: Measure, other: Measure) -> Measure:
    """One load while another goes on; the first is what counts."""

    def measure(seconds: float) -> Measured:
        with ThreadPoolExecutor(1) as thread:
            going_on = thread.submit(other, seconds)
            measured = watched(seconds)
            going_on.result()
        return measured

    return measure


@contextmanager
def _server(scene: Scene, name: str, body: str = "") -> Generator[int]:
    """One of `bench.servers`, on a port of its own."""
    port = free_port()
    command = [sys.executable, "-m", "bench.servers", name, "--port", str(port)]
    with server(command, port, {**scene.environment, "BARE_BODY": body}):
        yield port


def _answer(echo: int) -> str:
    """What the echo answers, for the bare application to answer the same."""
    sent = next(requests.echo()).partition(b"\r\n\r\n")[2]
    headers = {"content-type": "application/json"}
    with httpx.Client(trust_env=False) as http:
        answer = http.post(f"http://127.0.0.1:{echo}/echo", content=sent, headers=headers)
        return answer.raise_for_status().text
