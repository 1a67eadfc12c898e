"""What a run did, counted, and the tables that show it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

SHOWN_DIFFERENCES = 40
SHOWN_OF_A_KIND = 4
"""One mistake of the server differs on many days; what else it got wrong must not drown in it."""


@dataclass(slots=True)
class Counts:
    """How much of everything there was. `seconds` is the whole run's wall-clock time."""

    families: int = 0
    sign_ups: int = 0
    children: int = 0
    dropouts: int = 0
    wrong_clocks: int = 0
    sessions: int = 0
    handed_on: int = 0
    events: int = 0
    pauses: int = 0
    plans: int = 0
    plays: int = 0
    game_plays: int = 0
    game_results: int = 0
    uploads: int = 0
    records: int = 0
    created: int = 0
    duplicates: int = 0
    rejected: int = 0
    late: int = 0
    retries: int = 0
    numbers: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing the server said otherwise than the ledger."""

    child: str
    day: date | None
    what: str
    expected: str
    got: str


@dataclass(slots=True)
class Outcome:
    """What came of a run: counts, differences, and a picture (SVG) of one child's weeks."""

    counts: Counts
    differences: list[Difference] = field(default_factory=list[Difference])
    picture: str | None = None

    @property
    def is_fine(self) -> bool:
        return not self.differences


def as_tables(outcome: Outcome) -> RenderableType:
    """Return the summary and, where there are any, the first differences."""
    parts: list[RenderableType] = [_counts_table(outcome)]
    if outcome.differences:
        parts.append(_difference_table(outcome.differences))
    return Group(*parts)


def _counts_table(outcome: Outcome) -> Table:
    counts = outcome.counts
    rows: dict[str, int] = {
        "families": counts.families,
        "new accounts": counts.sign_ups,
        "children": counts.children,
        "who stopped early": counts.dropouts,
        "tablets with a wrong clock": counts.wrong_clocks,
        "sessions": counts.sessions,
        "handed on to a sibling": counts.handed_on,
        "pauses": counts.pauses,
        "plans of their own": counts.plans,
        "plays": counts.plays,
        "plays of mini-games": counts.game_plays,
        "results of mini-games": counts.game_results,
        "uploads": counts.uploads,
        "uploads days late": counts.late,
        "records sent": counts.records,
        "plays created": counts.created,
        "session events created": counts.events,
        "duplicates, counted once": counts.duplicates,
        "bad ones, refused": counts.rejected,
        "retries": counts.retries,
        "numbers compared": counts.numbers,
    }
    table = Table(title="Virtual families", show_header=False)
    table.add_column("what")
    table.add_column("number", justify="right")
    for what, number in rows.items():
        table.add_row(what, f"{number:,}")
    table.add_row("seconds", f"{counts.seconds:.1f}")
    style = "bold green" if outcome.is_fine else "bold red"
    table.add_row(Text("differences", style), Text(f"{len(outcome.differences):,}", style))
    return table


def _difference_table(differences: list[Difference]) -> Table:
    shown = _some_of_each_kind(differences)
    hidden = len(differences) - len(shown)
    table = Table(title="Differences", caption=f"and {hidden:,} more" if hidden else None)
    for column in ("child", "day", "what", "expected", "got"):
        table.add_column(column, overflow="fold")
    for difference in shown:
        table.add_row(
            Text(difference.child),
            str(difference.day or ""),
            Text(difference.what),
            Text(difference.expected),
            Text(difference.got),
        )
    return table


def _some_of_each_kind(differences: list[Difference]) -> list[Difference]:
    kinds: Counter[str] = Counter()
    shown: list[Difference] = []
    for difference in differences:
        kinds[difference.what] += 1
        if kinds[difference.what] <= SHOWN_OF_A_KIND:
            shown.append(difference)
    return shown[:SHOWN_DIFFERENCES]
