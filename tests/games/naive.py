"""What a child's results add up to, worked out afresh by what the words of aggregates say."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dodam.features.games.models.standings import Leader
from dodam.features.games.models.tallies import Counted


def naive_aggregates(results: Sequence[Counted]) -> dict[str, Any]:
    """Of scores: the best, the least, the last, their sum, how many, and three of each end."""
    scored = [
        (each.result["score"], each.started_at, each.id)
        for each in results
        if type(each.result.get("score")) in {int, float} and abs(each.result["score"]) <= 10**15
    ]
    highest = sorted(scored, key=lambda each: (-Fraction(each[0]), *each[1:]))
    lowest = sorted(scored)
    latest = max((each[1] for each in scored), default=None)
    of_latest = min(((each[2], each[0]) for each in scored if each[1] == latest), default=None)
    millionths = sum(round(Fraction(str(each[0])) * 10**6) for each in scored)
    return {
        "best": highest[0][0] if scored else None,
        "least": lowest[0][0] if scored else None,
        "last": of_latest[1] if of_latest else None,
        "sum": millionths / 10**6,
        "count": len(results),
        "leaders": [Leader(value, id_, at) for value, at, id_ in highest[:3]],
        "slowest": [Leader(value, id_, at) for value, at, id_ in lowest[:3]],
    }
