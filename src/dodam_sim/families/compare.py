"""Comparing, and a list of what differed."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction

from dodam_sim.families.answers import Totals
from dodam_sim.families.ledger import Sums
from dodam_sim.families.summary import Difference

HALF_OF_FOURTH_DECIMAL = Fraction(1, 20_000)


@dataclass(slots=True)
class Comparison:
    """All comparisons about one child: how many `numbers`, and what was otherwise than expected."""

    child: str
    differences: list[Difference] = field(default_factory=list[Difference])
    numbers: int = 0

    def same(self, day: date | None, what: str, expected: object, got: object) -> None:
        self.holds(day, what, expected, got, holds=expected == got)

    def holds(
        self, day: date | None, what: str, expected: object, got: object, *, holds: bool
    ) -> None:
        self.numbers += 1
        if not holds:
            self.differences.append(Difference(self.child, day, what, str(expected), str(got)))

    def near(
        self, day: date, what: str, expected: datetime, got: datetime, slack: timedelta
    ) -> None:
        self.holds(day, what, expected, got, holds=abs(got - expected) <= slack)

    def rate(self, day: date | None, what: str, parts: tuple[int, int], got: float | None) -> None:
        """Compare a share given as (part, whole), rounded by the server to four decimals.

        Both neighbours of an exact half are right: halves may be rounded either way.
        """
        part, whole = parts
        if whole == 0 or got is None:
            self.same(day, what, None if whole == 0 else part / whole, got)
            return
        error = abs(Fraction(got).limit_denominator(10_000) - Fraction(part, whole))
        self.holds(day, what, part / whole, got, holds=error <= HALF_OF_FOURTH_DECIMAL)

    def active(self, day: date | None, what: str, expected: int, got_seconds: float) -> None:
        """Compare active time: whole milliseconds with the seconds that the server tells."""
        milliseconds = got_seconds * 1000
        self.holds(
            day,
            f"{what}: active milliseconds",
            expected,
            milliseconds,
            holds=abs(milliseconds - expected) < 0.5,  # noqa: PLR2004 (half of one)
        )

    def totals(self, day: date | None, what: str, expected: Sums, got: Totals) -> None:
        self.same(day, f"{what}: plays", expected.plays, got.plays)
        self.same(day, f"{what}: repetitions", expected.repetitions, got.repetitions)
        self.same(day, f"{what}: successes", expected.successes, got.successes)
        self.same(day, f"{what}: score", expected.score, got.score)
        self.active(day, what, expected.milliseconds, got.active_seconds)
        success = (expected.successes, expected.repetitions)
        self.rate(day, f"{what}: success rate", success, got.success_rate)
        accuracy = (expected.accuracy, 10_000 * expected.accuracies)
        self.rate(day, f"{what}: accuracy", accuracy, got.accuracy)
