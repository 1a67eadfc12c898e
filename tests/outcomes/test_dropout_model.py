"""X06: the model that is shipped does on children it has never seen what is said of it."""

from datetime import UTC, datetime
from itertools import islice
from typing import Any

import httpx
import msgspec
import pytest

from bench.dropout.fit import UnexpectedSign, fit
from bench.dropout.judge import is_as_claimed, judge
from bench.dropout.mornings import DEFAULT_WEEKDAYS, Morning, kept_days, mornings_of
from dodam.bootstrap import Dodam
from dodam.features.outcomes.models.dropout import (
    WINDOW_DAYS,
    KeptDay,
    RiskState,
    features_of,
    state_of,
)
from dodam.features.outcomes.models.dropout_risk import Feature, shipped_model
from dodam.platform.settings import Settings
from dodam_sim.families.persona import Weeks, make_family
from tests.families import Guardian
from tests.staff import care_member

from .lived import lived, told

MODEL = shipped_model()
# Of neither the seeds the model was fitted to nor of those it was judged by.
UNSEEN = 301, 302
# The last day is a Tuesday, as is yesterday for the clock of the tests.
MONTHS = Weeks(days=120, now=datetime(2026, 11, 25, 12, tzinfo=UTC))


def virtual_months() -> list[list[KeptDay]]:
    """The days of six children, ill and on holiday among them, who have not stopped."""
    children = (child for n in range(20) for child in make_family(303, n, MONTHS).children)
    lives = (kept_days(child, DEFAULT_WEEKDAYS) for child in children)
    ahead = [KeptDay(asked=True, excused=False, played=False)]
    playing = (
        days
        for days in lives
        if state_of(days[-WINDOW_DAYS:], ahead) is RiskState.ESTIMATED
        and any(day.excused for day in days[-28:])
    )
    return list(islice(playing, 6))


@pytest.fixture(scope="module")
def unseen() -> tuple[list[Morning], list[Morning]]:
    first, second = UNSEEN
    return mornings_of(first, 60), mornings_of(second, 180)


def test_X06_on_unseen_families_the_model_keeps_what_is_claimed(
    unseen: tuple[list[Morning], list[Morning]],
) -> None:
    judgement = judge(MODEL, *unseen)
    assert is_as_claimed(judgement), judgement
    high = judgement.flags[-1]
    assert high.of_flagged_stop > 4 * judgement.stops / judgement.mornings


def test_X06_the_same_seed_gives_the_same_mornings() -> None:
    assert mornings_of(7, 3) == mornings_of(7, 3)
    assert mornings_of(7, 3) != mornings_of(8, 3)


def test_X06_a_model_that_works_the_wrong_way_round_is_not_made(
    unseen: tuple[list[Morning], list[Morning]],
) -> None:
    upside_down = [msgspec.structs.replace(each, stops=not each.stops) for each in unseen[0]]
    with pytest.raises(UnexpectedSign):
        fit(upside_down, "upside-down")


@pytest.mark.parametrize("number", range(6))
async def test_X06_the_product_sees_the_features_the_model_was_fitted_to(
    system: Dodam, http: httpx.AsyncClient, settings: Settings, guardian: Guardian, number: int
) -> None:
    days = virtual_months()[number]
    child = await lived(guardian, told(days))
    clinician = await care_member(system, http, settings, child)
    risk: dict[str, Any] = (await clinician.get(f"/children/{child['id']}/dropout-risk"))["risk"]
    fitted = features_of(days[-WINDOW_DAYS:], len(days))
    assert risk["probability"] == round(MODEL.probability(fitted), 4)
    assert {reason["feature"]: reason["value"] for reason in risk["reasons"]} == {
        feature: round(getattr(fitted, feature), 3) for feature in Feature
    }
