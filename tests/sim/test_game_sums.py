"""The simulator's own aggregates of mini-games, on examples that can be worked out by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dodam_sim.games.sums import Played, add_up, as_told, number_at

_FIFTH = Decimal("0.2")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def played(name: str, minute: int, **result: Any) -> Played:
    return Played(name, NOON + timedelta(minutes=minute), result)


RESULTS = [
    played("c", 2, score=0.2, time=30),
    played("a", 0, score=0.1, time=20),
    played("d", 3, time=40),
    played("b", 1, score=0.2, time=20),
]


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ({"kind": "count"}, Decimal(4)),
        ({"kind": "sum", "of": "/score"}, Decimal("0.5")),
        ({"kind": "best", "of": "/score"}, Decimal("0.2")),
        ({"kind": "best", "of": "/time", "order": "lowest"}, Decimal(20)),
        ({"kind": "last", "of": "/score"}, Decimal("0.2")),
        ({"kind": "last", "of": "/time"}, Decimal(40)),
        ({"kind": "leaders", "of": "/score", "most": 2}, [("b", _FIFTH), ("c", _FIFTH)]),
        ({"kind": "sum", "of": "/nowhere"}, Decimal()),
        ({"kind": "last", "of": "/nowhere"}, None),
        ({"kind": "leaders", "of": "/nowhere"}, []),
    ],
)  # fmt: skip
def test_G03_aggregates(declared: dict[str, Any], value: object) -> None:
    assert add_up([{"name": "x", **declared}], RESULTS) == {"x": value}


def test_G03_what_the_api_tells_is_compared_by_value() -> None:
    told = {"n": 3, "s": 0.5, "none": None, "first": [{"value": 2.0, "result_id": "b", "at": "?"}]}
    assert as_told(told) == {"n": 3, "s": Decimal("0.5"), "none": None, "first": [("b", 2)]}


def test_G03_a_pointer_finds_numbers_only() -> None:
    result = {"a/b": [{"~": 5}, True, "6"]}
    assert number_at(result, "/a~1b/0/~0") == 5
    assert [number_at(result, p) for p in ("/a~1b/1", "/a~1b/2", "/a~1b/9", "/x/y")] == [None] * 4
