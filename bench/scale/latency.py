"""How long answers take on two databases, in turns in the same run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from statistics import median

from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.load import Measured, drive
from bench.requests import BATCH, Child
from bench.scale.requests import READ, reading, uploading

_CLIENTS = 4
_BATCH_DAYS = 5
_FOREVER = 1e9
_PROGRESS = Console(stderr=True)


@dataclass(frozen=True)
class Pace:
    rounds: int
    seconds: float


@dataclass(frozen=True)
class Side:
    """Who asks a server."""

    port: int
    children: Sequence[Child]


@dataclass(frozen=True)
class Pair:
    """Children of one kind on the database that is looked at, and on what it is held against."""

    kind: str
    base: Side
    side: Side


@dataclass
class Path:
    """What is sent to both sides of a pair, and what rounds measured."""

    name: str
    pair: Pair
    sent: tuple[Iterator[bytes], Iterator[bytes]]
    rounds: list[tuple[Measured, Measured]] = field(default_factory=list[tuple[Measured, Measured]])

    def run(self, clients: int, seconds: float) -> None:
        base, side = self.sent
        before = drive(self.pair.base.port, clients, base, seconds)
        self.rounds.append((before, drive(self.pair.side.port, clients, side, seconds)))

    def cells(self) -> Sequence[str]:
        """Medians over the rounds, and of the ratios of neighbours in time."""
        measured = [
            f"{median(each[side].p50_ms for each in self.rounds):.1f} / "
            f"{median(each[side].p99_ms for each in self.rounds):.1f}"
            for side in (0, 1)
        ]
        p50 = median(side.p50_ms / base.p50_ms for base, side in self.rounds)
        p99 = median(side.p99_ms / base.p99_ms for base, side in self.rounds)
        return [self.name, self.pair.kind, *measured, f"{p50:.2f}", f"{p99:.2f}"]


def looking(pairs: Sequence[Pair], pace: Pace) -> Sequence[Path]:
    """Routes that show something, over and over."""
    return _run(
        [
            Path(
                what,
                pair,
                (
                    cycle(reading(what, pair.base.children)),
                    cycle(reading(what, pair.side.children)),
                ),
            )
            for what in READ
            for pair in pairs
        ],
        pace,
    )


def storing(pairs: Sequence[Pair], motions: Sequence[str], pace: Pace) -> Sequence[Path]:
    """Uploads of today, and of the last days."""
    return _run(
        [
            Path(
                f"upload of {size}",
                pair,
                (
                    uploading(pair.base.children, motions, size, _BATCH_DAYS),
                    uploading(pair.side.children, motions, size, _BATCH_DAYS),
                ),
            )
            for size in (1, BATCH)
            for pair in pairs
        ],
        pace,
    )


def looking_once(pair: Pair, children: int) -> Sequence[Path]:
    """Routes that show something, each by children of its own who ask for it once.

    On servers that just started on files that nobody had read, pages come from the disk.
    """
    paths: list[Path] = []
    for number, what in enumerate(READ):
        asked = slice(number * children, (number + 1) * children)
        base, side = (
            reading(what, pair.base.children[asked]),
            reading(what, pair.side.children[asked]),
        )
        paths.append(Path(what, pair, (iter(base), iter(side))))
        paths[-1].run(clients=1, seconds=_FOREVER)
    return paths


def show(console: Console, title: str, names: tuple[str, str], paths: Sequence[Path]) -> None:
    """A table of p50 / p99."""
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    for column in ("path", "children"):
        table.add_column(column)
    for column in (*(f"{name}, p50 / p99 ms" for name in names), "p50 ratio", "p99 ratio"):
        table.add_column(column, justify="right")
    for path in paths:
        table.add_row(*path.cells())
    console.print(table)


def _run(paths: Sequence[Path], pace: Pace) -> Sequence[Path]:
    """Once to warm up, which is forgotten, and then round by round."""
    for path in paths:
        path.run(_CLIENTS, pace.seconds)
        path.rounds.clear()
    for _ in track(range(pace.rounds), "Measuring", console=_PROGRESS, transient=True):
        for path in paths:
            path.run(_CLIENTS, pace.seconds)
    return paths
