"""The table: medians over the rounds, and ratios to the limit of the same round."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table

from bench.load import Measured


@dataclass
class Path:
    """One way through the server, its limit if it has one, and what each round measured."""

    name: str
    unit: str
    limit_name: str = ""
    least: float | None = None
    aim: float | None = None
    ours: list[Measured] = field(default_factory=list[Measured])
    limit: list[Measured] = field(default_factory=list[Measured])

    @property
    def ratio(self) -> float | None:
        """Of neighbours in time, so that what else the machine does weighs on both."""
        if not self.limit:
            return None
        pairs = zip(self.ours, self.limit, strict=True)
        return median(ours.per_second / limit.per_second for ours, limit in pairs)


def show(console: Console, paths: Sequence[Path]) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("path")
    for title in ("a second", "p50 ms", "p99 ms", "client", "ratio", "target"):
        table.add_column(title, justify="right")
    for path in paths:
        table.add_row(path.name, *_cells(path.ours, path.unit), _ratio(path), _target(path))
        if path.limit:
            table.add_row(
                f"  limit: {path.limit_name}", *_cells(path.limit, path.unit), style="dim"
            )
    console.print(table)


def _cells(measured: Sequence[Measured], unit: str) -> Sequence[str]:
    shares = [each.client_share for each in measured if each.client_share is not None]
    return (
        f"{median(each.per_second for each in measured):,.0f} {unit}",
        f"{median(each.p50_ms for each in measured):.1f}",
        f"{median(each.p99_ms for each in measured):.1f}",
        f"{median(shares):.0%}" if shares else "",
    )


def _ratio(path: Path) -> str:
    ratio = path.ratio
    if ratio is None:
        return ""
    colour = "green" if path.least is None or ratio >= path.least else "red"
    return f"[{colour}]{ratio:.2f}[/{colour}]"


def _target(path: Path) -> str:
    if path.least is None:
        return ""
    return f"≥ {path.least}" + (f", aim {path.aim}" if path.aim else "")
