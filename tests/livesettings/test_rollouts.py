"""G06: a rollout reaches the share it says, the same children each time, and more as it grows."""

from hashlib import sha256
from math import sqrt
from uuid import UUID, uuid5

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dodam.features.livesettings.models.clients import Client, Facts
from dodam.features.livesettings.models.conditions import When
from dodam.features.livesettings.models.contents import SettingsRule
from dodam.features.livesettings.models.index import Index
from dodam.features.livesettings.models.rollouts import BUCKETS, Rollout, bucket

from .clients import many

_FAMILY = UUID("01900000-0000-7000-8000-000000000001")
_CHILDREN = [uuid5(_FAMILY, str(number)) for number in range(20_000)]
percentages = st.integers(0, BUCKETS).map(lambda hundredths: hundredths / 100)


def _reached(rule: SettingsRule, namespace: str = "difficulty") -> set[UUID]:
    index = Index(namespace, [rule])
    return {child for child in _CHILDREN if index.first(Facts(Client(child))) == 0}


def _rule(percent: float, name: str = "spring", **fields: str) -> SettingsRule:
    return SettingsRule(name, When(rollout=Rollout(percent, **fields)))


@pytest.mark.parametrize(
    ("of", "child", "place"),
    [
        ("difficulty/spring", "01900000-0000-7000-8000-000000000001", 9427),
        ("difficulty/spring", "01900000-0000-7000-8000-000000000002", 8471),
        ("games.brushing/spring", "01900000-0000-7000-8000-000000000001", 5891),
        ("autumn", "01900000-0000-7000-8000-000000000001", 1159),
    ],
)
def test_G06_a_child_has_the_same_place_in_every_process_and_release(
    of: str, child: str, place: int
) -> None:
    assert bucket(of, UUID(child)) == place


@pytest.mark.parametrize("percent", [0.5, 1, 10, 33.33, 50, 90])
def test_G06_the_share_that_is_reached_is_the_one_that_is_asked_for(percent: float) -> None:
    share = percent / 100
    reached = len(_reached(_rule(percent))) / len(_CHILDREN)
    # Five standard deviations of a binomial share: one of millions of salts lies outside.
    assert abs(reached - share) < 5 * sqrt(share * (1 - share) / len(_CHILDREN))


def test_G06_nobody_is_in_no_percent_and_everybody_in_a_hundred() -> None:
    assert _reached(_rule(0)) == set()
    assert _reached(_rule(100)) == set(_CHILDREN)


@many
@given(percentages, percentages, st.uuids(), st.text(max_size=20))
def test_G06_whoever_is_in_stays_in_when_the_percentage_grows(
    one: float, other: float, child: UUID, of: str
) -> None:
    low, high = sorted((one, other))
    place = bucket(of, child)
    assert place >= Rollout(low).buckets or place < Rollout(high).buckets


def test_G06_other_rules_and_their_order_do_not_move_anybody() -> None:
    tenth, half = _rule(10, "tenth"), _rule(50, "half")
    in_tenth, in_half = _reached(tenth), _reached(half)
    orders = Index("difficulty", [tenth, half]), Index("difficulty", [half, tenth])
    for child in _CHILDREN:
        facts = Facts(Client(child))
        expected = [
            0 if child in first else 1 if child in second else None
            for first, second in ((in_tenth, in_half), (in_half, in_tenth))
        ]
        assert [index.first(facts) for index in orders] == expected


def test_G06_rules_draw_apart_unless_they_share_a_salt() -> None:
    one, other = _reached(_rule(50, "one")), _reached(_rule(50, "other"))
    # Drawn apart, a quarter is in both.
    assert abs(len(one & other) / len(_CHILDREN) - 0.25) < 5 * sqrt(0.25 * 0.75 / len(_CHILDREN))
    assert _reached(_rule(50, "one")) != _reached(_rule(50, "one"), "games.brushing")
    shared = [_reached(_rule(percent, name, salt="x")) for percent, name in ((20, "a"), (50, "b"))]
    assert shared[0] < shared[1]


@many
@given(st.integers(0, BUCKETS))
def test_G06_every_percentage_of_two_decimals_is_that_many_buckets(hundredths: int) -> None:
    percent = msgspec.json.decode(f"{hundredths // 100}.{hundredths % 100:02}")
    assert Rollout(percent).buckets == hundredths


@pytest.mark.parametrize("percent", [0.001, 33.333, 99.999])
def test_G06_more_than_two_decimals_are_refused(percent: float) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"percent": percent}, Rollout)


def test_G06_places_are_drawn_as_statsig_says() -> None:
    drawn = sha256(b"difficulty/spring" + _FAMILY.bytes).hexdigest()[:16]
    assert bucket("difficulty/spring", _FAMILY) == int(drawn, 16) % 10_000
