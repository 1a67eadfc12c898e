"""T11: trends compare like with like, and say what they rest on."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from tests.families import Guardian
from tests.therapy.steps import problem

from .steps import on

MONDAY = date(2026, 1, 19)
ASKED = {"motion": "mass_grasp", "hand": "left"}


async def _trend(guardian: Guardian, child: dict[str, Any], **asked: Any) -> dict[str, Any]:
    language = asked.pop("language", "en")
    return await guardian.get(
        f"/children/{child['id']}/outcomes/trend",
        params={**ASKED, "weeks": 9, **asked},
        headers={"accept-language": language},
    )


def _weeks(count: int, plays: Callable[[int], dict[str, Any]]) -> list[dict[str, Any]]:
    """Three days of each week; what is played is told by the number of the week."""
    return [
        on(MONDAY + timedelta(weeks=week, days=weekday), repetitions=40, **plays(week))
        for week in range(count)
        for weekday in (0, 2, 4)
    ]


async def test_T14_without_plays_there_is_no_point_and_no_verdict(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    found = await _trend(guardian, child)
    assert (found["points"], found["slope"]) == ([], None)
    assert (found["from_day"], found["to_day"]) == ("2026-01-19", "2026-03-18")
    assert (found["verdict"], found["weeks_compared"]) == ("not_enough_data", 0)


@pytest.mark.parametrize(
    ("step", "verdict"), [(2, "improving"), (-2, "declining"), (0, "no_clear_change")]
)
async def test_T11_a_success_rate_that_changes_every_week_is_a_trend(
    guardian: Guardian, child: dict[str, Any], step: int, verdict: str
) -> None:
    await guardian.upload(child, _weeks(8, lambda week: {"successes": 20 + step * week}))
    found = await _trend(guardian, child)
    assert found["verdict"] == verdict
    assert found["slope"]["value"] == pytest.approx(step / 40)
    assert (found["weeks_compared"], found["levels_compared"]) == (8, 1)
    first, *_ = found["points"]
    assert (first["week"], first["days"], first["repetitions"]) == ("2026-01-19", 3, 120)
    assert first["estimate"]["low"] < 0.5 < first["estimate"]["high"]


async def test_T11_good_and_bad_weeks_without_order_are_no_trend(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    form = [22, 30, 25, 21, 31, 24, 29, 26]
    await guardian.upload(child, _weeks(8, lambda week: {"successes": form[week]}))
    assert (await _trend(guardian, child))["verdict"] == "no_clear_change"


async def test_T11_a_harder_game_is_not_taken_for_a_worse_hand(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    """Success falls from week to week over all, and rises at each difficulty."""
    rising = _weeks(8, lambda week: {"successes": 32 + week // 2, "difficulty": 2})[: 3 * 5]
    harder = _weeks(8, lambda week: {"successes": 10 + week, "difficulty": 6})[3 * 3 :]
    await guardian.upload(child, rising + harder)
    found = await _trend(guardian, child)
    values = [point["estimate"]["value"] for point in found["points"]]
    assert values[0] > values[4] > values[7]
    assert (found["verdict"], found["levels_compared"]) == ("improving", 2)
    levels = await _trend(guardian, child, measure="difficulty")
    assert levels["slope"]["value"] > 0
    one = await _trend(guardian, child, difficulty=6)
    assert [point["difficulty"] for point in one["points"]] == [6.0] * 5
    assert one["verdict"] == "not_enough_data"


async def test_T11_one_wild_week_turns_no_trend(guardian: Guardian, child: dict[str, Any]) -> None:
    def plays(week: int) -> dict[str, Any]:
        return {"successes": 0 if week == 5 else 20 + 2 * week}

    await guardian.upload(child, _weeks(8, plays))
    assert (await _trend(guardian, child))["verdict"] == "improving"


async def test_T11_a_week_of_a_few_repetitions_is_shown_and_not_compared(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    few = on(MONDAY + timedelta(weeks=6), repetitions=9, successes=9)
    await guardian.upload(child, [*_weeks(6, lambda week: {"successes": 20 + week}), few])
    found = await _trend(guardian, child)
    assert len(found["points"]) == 7
    assert (found["weeks_compared"], found["verdict"]) == (6, "improving")


async def test_T11_five_weeks_are_not_enough(guardian: Guardian, child: dict[str, Any]) -> None:
    await guardian.upload(child, _weeks(5, lambda week: {"successes": 20 + 4 * week}))
    found = await _trend(guardian, child)
    assert (found["verdict"], found["slope"]["low"]) == ("not_enough_data", None)
    assert found["slope"]["value"] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("measure", "value", "slope"),
    [("accuracy", 0.6, 0.02), ("repetitions_per_minute", 20.0, 2.0), ("difficulty", 1.0, 1.0)],
)
async def test_T11_other_measures_have_trends_too(
    guardian: Guardian, child: dict[str, Any], measure: str, value: float, slope: float
) -> None:
    def plays(week: int) -> dict[str, Any]:
        minutes = 40 / (20 + 2 * week)
        return {
            "successes": 20,
            "accuracy": 0.6 + 0.02 * week,
            "duration_ms": round(minutes * 60_000),
            **({"difficulty": 1 + week} if measure == "difficulty" else {}),
        }

    await guardian.upload(child, _weeks(8, plays))
    found = await _trend(guardian, child, measure=measure)
    assert found["points"][0]["estimate"]["value"] == pytest.approx(value, abs=1e-3)
    assert found["slope"]["value"] == pytest.approx(slope, abs=1e-3)
    assert found["verdict"] == "improving"


async def test_T11_days_that_differ_widen_the_interval_of_their_week(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    steady = [on(MONDAY + timedelta(days=n), repetitions=40, successes=20) for n in range(3)]
    uneven = [
        on(MONDAY + timedelta(days=7 + n), repetitions=40, successes=successes)
        for n, successes in enumerate((0, 20, 40))
    ]
    await guardian.upload(child, steady + uneven)
    one, other = (point["estimate"] for point in (await _trend(guardian, child))["points"])
    assert one["value"] == other["value"] == 0.5
    assert other["high"] - other["low"] > 2 * (one["high"] - one["low"])


async def test_T11_words_say_what_a_trend_rests_on(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await guardian.upload(
        child, _weeks(8, lambda week: {"successes": 20 + 2 * week, "difficulty": 3})
    )
    english = (await _trend(guardian, child))["words"]
    assert english == (
        "At the same difficulty the success rate rose by 5.0 percentage points a week (95 %"
        " interval 5.0 to 5.0). It rests on 960 repetitions in 8 of 9 weeks at 1 difficulty"
        " level(s)."
    )
    korean = (await _trend(guardian, child, language="ko"))["words"]
    assert korean == (
        "같은 난이도끼리 비교하면 성공률이 한 주에 5.0%포인트씩 높아졌어요(95% 구간 5.0~5.0)."
        " 9주 가운데 8주, 난이도 1개, 반복 960회를 바탕으로 했어요."
    )


async def test_T11_words_say_what_is_missing(guardian: Guardian, child: dict[str, Any]) -> None:
    await guardian.upload(child, _weeks(2, lambda _: {"successes": 20}))
    assert "of 9 weeks 2 can" in (await _trend(guardian, child))["words"]
    assert "9주 가운데 2주예요" in (await _trend(guardian, child, language="ko"))["words"]


async def test_T06_the_order_of_arrival_changes_no_trend(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    twin = await guardian.register_child()
    plays = _weeks(8, lambda week: {"successes": 20 + week, "difficulty": 1 + week % 2})
    await guardian.upload(child, plays)
    Random(5).shuffle(plays)  # noqa: S311 - repeatable
    await guardian.upload(twin, plays)
    found, again = await _trend(guardian, child), await _trend(guardian, twin)
    assert {**found, "child_id": None} == {**again, "child_id": None}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"motion": "no_such_motion"}, "motion"),
        ({"motion": "'; drop table therapy.plan; --"}, "motion"),
        ({"hand": "third"}, "hand"),
        ({"weeks": 0}, "weeks"),
        ({"weeks": 53}, "weeks"),
        ({"difficulty": 11}, "difficulty"),
        ({"measure": "beauty"}, "measure"),
    ],
)
async def test_L09_a_question_that_cannot_be_answered_names_the_field(
    guardian: Guardian, child: dict[str, Any], asked: dict[str, Any], field: str
) -> None:
    path = f"/children/{child['id']}/outcomes/trend"
    answer = await guardian.call("GET", path, params={**ASKED, **asked})
    assert list(problem(answer, 400, "invalid_input")) == [field]
