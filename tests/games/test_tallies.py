"""G03: what results add up to, whatever the order they arrive in and however many at once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dodam.features.games.models.definitions import Aggregate, AggregateKind, Order
from dodam.features.games.models.pointers import number_at
from dodam.features.games.models.tallies import Counted, added, nothing_yet, standing
from tests.clock import NOON

from .naive import naive_aggregates

_AGGREGATES = [
    Aggregate("best", AggregateKind.BEST, "/score"),
    Aggregate("least", AggregateKind.BEST, "/score", Order.LOWEST),
    Aggregate("last", AggregateKind.LAST, "/score"),
    Aggregate("sum", AggregateKind.SUM, "/score"),
    Aggregate("count", AggregateKind.COUNT),
    Aggregate("leaders", AggregateKind.LEADERS, "/score", most=3),
    Aggregate("slowest", AggregateKind.LEADERS, "/score", Order.LOWEST, most=3),
]
# Few scores and few times, so that there are ties of both.
_numbers = st.sampled_from([0, 1, 2, 0.1, 0.2, 0.3, -1, 10**15, 1e15]) | st.floats(
    -1e15, 1e15, allow_subnormal=False
)
_OTHERS: list[dict[str, Any]] = [
    {},
    *({"score": score} for score in ("1", None, True, 2e15, [1])),
]
_results = _numbers.map(lambda score: {"score": score}) | st.sampled_from(_OTHERS)
_counted = st.builds(
    Counted,
    id=st.uuids(version=4),
    started_at=st.integers(0, 5).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    result=_results,
)


@st.composite
def _arrivals(draw: st.DrawFn) -> tuple[list[Counted], list[list[Counted]]]:
    """Some results, and the batches they arrive in."""
    results = draw(st.lists(_counted, max_size=12, unique_by=lambda each: each.id))
    rest = draw(st.permutations(results))
    batches: list[list[Counted]] = []
    while rest:
        size = draw(st.integers(1, len(rest)))
        batches.append(rest[:size])
        rest = rest[size:]
    return results, batches


@given(_arrivals())
def test_G03_aggregates_are_the_same_in_any_order_and_grouping(
    arrivals: tuple[list[Counted], list[list[Counted]]],
) -> None:
    results, batches = arrivals
    tally = nothing_yet("game", 1)
    for batch in batches:
        tally = added(tally, _AGGREGATES, batch)
    shown = standing(tally, _AGGREGATES)
    if results:
        assert shown.aggregates == naive_aggregates(results)
    assert shown.results == len(results)
    assert shown.last_played_at == max((each.started_at for each in results), default=None)


def test_G03_before_a_number_there_is_none_to_show() -> None:
    shown = standing(nothing_yet("game", 1), _AGGREGATES)
    assert shown.aggregates == {
        "best": None,
        "least": None,
        "last": None,
        "sum": 0,
        "count": 0,
        "leaders": [],
        "slowest": [],
    }


def _at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def test_G03_tenths_add_up_as_they_are_written() -> None:
    tenths = [Counted(UUID(int=n), _at(n), {"score": 0.1}) for n in range(10)]
    shown = standing(added(nothing_yet("game", 1), _AGGREGATES, tenths), _AGGREGATES)
    assert shown.aggregates["sum"] == 1
    assert isinstance(shown.aggregates["sum"], int)


def test_G03_large_numbers_do_not_swallow_small_ones() -> None:
    numbers = [10**15, 1, -(10**15), 1, 10**15]
    results = [Counted(UUID(int=n), _at(n), {"score": x}) for n, x in enumerate(numbers)]
    shown = standing(added(nothing_yet("game", 1), _AGGREGATES, results), _AGGREGATES)
    assert shown.aggregates["sum"] == 10**15 + 2


_RESULT: dict[str, Any] = {
    "rounds": [{"score": 3}, {"score": 5.5}],
    "a/b": 1,
    "m~n": 2,
    "": 7,
    "0": 8,
    "right": True,
    "huge": 1e16,
}


@pytest.mark.parametrize(
    ("pointer", "number"),
    [
        ("/rounds/1/score", 5.5),
        ("/a~1b", 1),
        ("/m~0n", 2),
        ("/", 7),
        ("/0", 8),
        ("/rounds/2/score", None),
        ("/rounds/-1/score", None),
        ("/rounds/01/score", None),
        ("/rounds/score", None),
        ("/rounds/0", None),
        ("/rounds/0/score/0", None),
        ("/rounds/99999999999999999999/score", None),
        ("/right", None),
        ("/huge", None),
        ("/nothing", None),
    ],
)
def test_G03_a_pointer_leads_to_a_number_or_to_nothing(pointer: str, number: float | None) -> None:
    assert number_at(_RESULT, pointer) == number
