"""X06: what the risk of dropping out is made of, and what can and cannot move it."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dodam.features.outcomes.models.dropout import (
    WINDOW_DAYS,
    Features,
    KeptDay,
    RiskState,
    features_of,
    state_of,
)
from dodam.features.outcomes.models.dropout_risk import shipped_model

PLANNED = KeptDay(asked=True, excused=False, played=False)
KEPT = KeptDay(asked=True, excused=False, played=True)
RESTED = KeptDay(asked=False, excused=False, played=False)
EXTRA = KeptDay(asked=False, excused=False, played=True)
EXCUSED = KeptDay(asked=False, excused=True, played=False)
AHEAD = [PLANNED] * 14
MODEL = shipped_model()


def weeks(kept: str) -> list[KeptDay]:
    """Days of a plan for Monday to Friday; `kept` has a `P` for each day something was played."""
    return [
        KeptDay(asked=n % 7 < 5, excused=False, played=letter == "P")
        for n, letter in enumerate(kept)
    ]


@pytest.mark.parametrize(
    ("past", "features"),
    [
        (weeks("PPPPP.." * 4), Features(2, 0, 1.0, 0.0, 4.0)),
        (weeks("PPPPP.." * 2 + "P.P.P.." * 2), Features(2, 0, 0.8, -0.4, 4.0)),
        (weeks("PPPPP.." * 3 + "PP....."), Features(5, 3, 0.85, -0.3, 4.0)),
        # A play on a free day ends the silence, but keeps no planned day.
        (weeks("PPPPP.." * 3 + "PP...P."), Features(1, 0, 0.85, -0.3, 4.0)),
        # One planned day before the last ten is a tenth of a trend.
        (weeks(".PPPPP." * 2 + "P......")[:-6], Features(0, 0, 9 / 11, 0.09, 15 / 7)),
    ],
)
def test_X06_features_can_be_counted_on_the_calendar(
    past: list[KeptDay], features: Features
) -> None:
    found = features_of(past, len(past))
    assert found.silent_days == features.silent_days
    assert found.missed_since == features.missed_since
    assert found.kept == pytest.approx(features.kept)
    assert found.kept_change == pytest.approx(features.kept_change)
    assert found.weeks == pytest.approx(features.weeks)


def test_X06_a_play_on_an_excused_day_ends_the_silence() -> None:
    played_though_ill = KeptDay(asked=False, excused=True, played=True)
    past = [*[KEPT] * 14, *[PLANNED] * 3]
    assert features_of(past, 20).silent_days == 3
    assert features_of([*past, EXCUSED, played_though_ill], 20).silent_days == 0


@pytest.mark.parametrize(
    ("past", "ahead", "state"),
    [
        ([KEPT] * 14, AHEAD, RiskState.ESTIMATED),
        ([KEPT] * 13, AHEAD, RiskState.NOT_ENOUGH_DATA),
        ([], AHEAD, RiskState.NOT_ENOUGH_DATA),
        # Days before the plan, excused days and days without a plan are no data.
        ([*[RESTED] * 20, *[KEPT] * 13], AHEAD, RiskState.NOT_ENOUGH_DATA),
        ([*[KEPT] * 13, EXCUSED], AHEAD, RiskState.NOT_ENOUGH_DATA),
        ([*[KEPT] * 3, *[EXTRA] * 20], AHEAD, RiskState.NOT_ENOUGH_DATA),
        ([KEPT, *[PLANNED] * 13], AHEAD, RiskState.ESTIMATED),
        ([KEPT, *[PLANNED] * 14], AHEAD, RiskState.STOPPED),
        ([KEPT, *[PLANNED] * 13, *[EXCUSED] * 30], AHEAD, RiskState.ESTIMATED),
        ([PLANNED] * 14, AHEAD, RiskState.STOPPED),
        ([KEPT] * 30, [EXCUSED, *[PLANNED] * 13], RiskState.PAUSED),
        ([KEPT] * 30, [PLANNED, *[EXCUSED] * 13], RiskState.ESTIMATED),
        ([KEPT] * 30, [RESTED] * 14, RiskState.NOTHING_PLANNED),
    ],
)
def test_X06_a_risk_is_told_only_where_there_is_one(
    past: list[KeptDay], ahead: list[KeptDay], state: RiskState
) -> None:
    assert state_of(past, ahead) is state


def life(planned: frozenset[int], played: list[bool]) -> list[KeptDay]:
    return [
        KeptDay(asked=n % 7 in planned, excused=False, played=each) for n, each in enumerate(played)
    ]


histories = st.builds(
    life,
    st.frozensets(st.integers(0, 6), min_size=2),
    st.lists(st.booleans(), min_size=21, max_size=WINDOW_DAYS),
)


def probability(past: Sequence[KeptDay], days_since_start: int) -> float:
    return MODEL.probability(features_of(past, days_since_start))


@given(past=histories, planned=st.lists(st.booleans(), max_size=13))
def test_X06_a_longer_absence_never_lowers_the_risk(
    past: list[KeptDay], planned: list[bool]
) -> None:
    risks = [probability(past, len(past))]
    for asked in planned:
        past = [*past, PLANNED if asked else RESTED]
        risks.append(probability(past, len(past)))
    assert risks == sorted(risks)


@given(past=histories, days=st.integers(1, 60))
def test_X06_a_pause_never_raises_the_risk(past: list[KeptDay], days: int) -> None:
    resumed = [*past, *[EXCUSED] * days]
    assert probability(resumed, len(resumed)) <= probability(past, len(past))


@given(past=histories, marked=st.integers(0, 12))
def test_X06_excusing_a_day_of_the_absence_never_raises_the_risk(
    past: list[KeptDay], marked: int
) -> None:
    past = [*past, KEPT, *[PLANNED] * 13]
    position = len(past) - 1 - marked
    excused = [*past[:position], EXCUSED, *past[position + 1 :]]
    assert probability(excused, 90) <= probability(past, 90)


@given(past=histories)
def test_X06_a_play_never_raises_the_risk(past: list[KeptDay]) -> None:
    assert probability([*past, KEPT], 90) <= probability([*past, PLANNED], 90)
