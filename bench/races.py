"""What is measured, how, and against which limit."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from bench import requests
from bench.limits import Copy, Insert
from bench.load import Measured, drive
from bench.report import Path
from bench.scene import Scene

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


def races(scene: Scene, echo: Iterator[bytes], warm_up_seconds: float) -> Sequence[Race]:
    """Every race, warmed up."""
    port, children, motions = scene.api.port, scene.children, scene.motions
    one = load(port, CLIENTS, requests.one_record(children, motions))
    batch = load(port, BATCH_CLIENTS, requests.batch(children, motions), rows=requests.BATCH)
    today = load(port, CLIENTS, requests.today(children))
    today_alone = load(port, 1, requests.today(children))
    sign_in = load(port, 1, requests.sign_in())
    batch(warm_up_seconds)  # stores the rows that the limits are made of
    every = [
        Race(
            Path("JSON in, validated, and out", "req/s", "bare ASGI application", 0.3),
            load(scene.echo.port, CLIENTS, echo),
            load(scene.bare.port, CLIENTS, echo),
        ),
        Race(
            Path("the same, a token checked", "req/s", "without a token"),
            load(scene.echo.port, CLIENTS, requests.echo_signed_in(children)),
            load(scene.echo.port, CLIENTS, echo),
        ),
        Race(Path("today", "req/s"), today),
        Race(
            Path("today beside sign-ins", "req/s", "without sign-ins"),
            _beside(today, sign_in),
            today,
        ),
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
        Race(Path("today, one client", "req/s"), today_alone),
        Race(Path("today, one client beside sign-ins", "req/s"), _beside(today_alone, sign_in)),
    ]
    for race in every:
        race.ours(warm_up_seconds)
        if race.limit is not None:
            race.limit(warm_up_seconds)
    return every


def load(port: int, connections: int, sent: Iterator[bytes], rows: int = 1) -> Measure:
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
