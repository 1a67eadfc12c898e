"""Which motions the report tells more of, so that it stays a few pages."""

from collections.abc import Sequence

from dodam.features.outcomes.models.results import MotionResult

MOST_ROWS = 8
MOST_TRENDS = 4


def most_played(motions: Sequence[MotionResult], most: int) -> list[MotionResult]:
    """The motions and hands with the most repetitions, in the order they came in."""
    ranked = sorted(motions, key=lambda each: each.repetitions, reverse=True)[:most]
    return [each for each in motions if each in ranked]
