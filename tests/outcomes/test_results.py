"""T11: what came of a child's plays, by motion, hand and difficulty."""

from datetime import date
from random import Random
from typing import Any

import pytest

from dodam.features.outcomes.models.statistics import proportion
from tests.families import Guardian
from tests.staff import Staff
from tests.therapy.steps import problem

from .steps import YESTERDAY, days_before, on, session


async def _results(guardian: Guardian, child: dict[str, Any], **asked: str) -> dict[str, Any]:
    return await guardian.get(f"/children/{child['id']}/outcomes", params=asked)


async def _correct(
    clinician: Staff, child: dict[str, Any], kind: str, plays: list[dict[str, Any]]
) -> None:
    form = {"kind": kind, "plays": [play["id"] for play in plays], "reason": "tried out"}
    answer = await clinician.call("POST", f"/children/{child['id']}/corrections", json=form)
    assert answer.status_code == 201, answer.text


async def test_T14_without_plays_the_lists_are_empty(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    found = await _results(guardian, child)
    assert (found["from_day"], found["to_day"]) == ("2026-01-22", "2026-03-18")
    assert (found["motions"], found["sides"]) == ([], [])
    assert found["fatigue"] == {
        "stretches": 0,
        "success_change": None,
        "pace_change": None,
        "verdict": "not_enough_data",
    }


async def test_T11_a_motion_is_shown_whole_and_at_each_difficulty(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await guardian.upload(
        child,
        [
            on(YESTERDAY, 0, repetitions=10, successes=9, difficulty=3, accuracy=0.8),
            on(YESTERDAY, 2, repetitions=20, successes=15, difficulty=3, accuracy=0.9),
            on(YESTERDAY, 4, repetitions=30, successes=12, difficulty=5),
        ],
    )
    [motion] = (await _results(guardian, child))["motions"]
    assert (motion["motion"], motion["hand"], motion["days"]) == ("mass_grasp", "left", 1)
    assert (motion["plays"], motion["repetitions"], motion["successes"]) == (3, 60, 36)
    assert motion["success_rate"] == {"value": 0.6, "low": None, "high": None}
    assert motion["accuracy"] == {"mean": 0.85, "standard_deviation": 0.0707, "plays": 2}
    # 60 repetitions in three minutes: 6, 3 and 2 seconds each.
    assert motion["pace"] == {
        "repetitions_per_minute": 20.0,
        "seconds_per_repetition": 3.0,
        "lower_quartile": 2.5,
        "upper_quartile": 4.5,
    }
    easy, hard = motion["levels"]
    assert (easy["difficulty"], easy["success_rate"]["value"], easy["active_seconds"]) == (
        3,
        0.8,
        120.0,
    )
    assert (hard["difficulty"], hard["success_rate"]["value"], hard["accuracy"]) == (5, 0.4, None)
    assert hard["pace"]["seconds_per_repetition"] == 2.0


async def test_T11_a_success_rate_is_as_sure_as_its_days_are_alike(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    days = [(9, 10), (4, 10), (7, 10), (8, 10)]
    await guardian.upload(
        child,
        [
            on(day, minute, successes=part, repetitions=5)
            for day, (successes, _) in zip(days_before(YESTERDAY, 4), days, strict=True)
            for minute, part in enumerate((successes // 2, successes - successes // 2))
        ],
    )
    [motion] = (await _results(guardian, child))["motions"]
    expected = proportion(days)
    assert expected is not None
    assert motion["success_rate"] == {
        "value": 0.7,
        "low": pytest.approx(expected.low, abs=5e-5),
        "high": pytest.approx(expected.high, abs=5e-5),
    }


async def test_T11_a_play_of_nothing_spoils_no_figure(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    nothing = {"repetitions": 0, "successes": 0}
    await guardian.upload(child, [on(YESTERDAY, 0, duration_ms=0, **nothing)])
    [motion] = (await _results(guardian, child))["motions"]
    assert (motion["success_rate"], motion["accuracy"], motion["pace"]) == (None, None, None)
    assert motion["bests"] == []
    assert [level["difficulty"] for level in motion["levels"]] == [None]


async def test_T11_repetitions_that_took_no_time_have_no_pace(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await guardian.upload(
        child,
        [
            on(YESTERDAY, 0, duration_ms=0, repetitions=5, successes=5),
            on(YESTERDAY, 1, duration_ms=30_000, repetitions=10, successes=5),
        ],
    )
    [motion] = (await _results(guardian, child))["motions"]
    assert motion["repetitions"] == 15
    assert motion["pace"]["repetitions_per_minute"] == 20.0


async def test_T11_motions_come_in_the_catalogues_order(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    order = [motion["id"] for motion in await guardian.get("/motions")]
    chosen = [order[7], order[2], order[0]]
    await guardian.upload(child, [on(YESTERDAY, 0, motion=motion) for motion in chosen])
    found = await _results(guardian, child)
    assert [each["motion"] for each in found["motions"]] == chosen[::-1]


async def test_T11_a_range_holds_both_its_ends_and_no_other_day(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    days = days_before(YESTERDAY, 4)
    await guardian.upload(child, [on(day, repetitions=n) for n, day in enumerate(days, 10)])
    asked = {"from": days[1].isoformat(), "to": days[2].isoformat()}
    [motion] = (await _results(guardian, child, **asked))["motions"]
    assert (motion["days"], motion["repetitions"]) == (2, 11 + 12)


@pytest.mark.parametrize(
    "asked", [{"from": "2026-03-02", "to": "2026-03-01"}, {"from": "2025-01-01"}]
)
async def test_T11_a_range_that_is_none_or_too_long_is_refused(
    guardian: Guardian, child: dict[str, Any], asked: dict[str, str]
) -> None:
    given = {"to": "2026-03-18", **asked}
    answer = await guardian.call("GET", f"/children/{child['id']}/outcomes", params=given)
    assert problem(answer, 400, "invalid_input") == {"to": "out_of_range"}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_T11_results_of_any_day_can_be_asked_for(
    guardian: Guardian, child: dict[str, Any], day: str
) -> None:
    assert (await _results(guardian, child, **{"from": day, "to": day}))["motions"] == []


async def test_T06_plays_that_come_late_and_in_disorder_give_the_same_results(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    twin = await guardian.register_child(therapy_starts_on="2026-03-02")
    plays = [
        each
        for n, day in enumerate(days_before(YESTERDAY, 20))
        for each in session(day, (9, 10), (8, 10), (n % 8, 10), difficulty=1 + n % 3)
    ]
    await guardian.upload(child, plays)
    Random(3).shuffle(plays)  # noqa: S311 - repeatable
    for start in range(0, len(plays), 7):
        await guardian.upload(twin, plays[start : start + 7])
    found, again = await _results(guardian, child), await _results(guardian, twin)
    assert {**found, "child_id": None} == {**again, "child_id": None}
    assert found["motions"][0]["fatigue"]["stretches"] == 20


async def test_T11_a_voided_play_is_in_no_result_until_it_is_restored(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    good = [each for day in days_before(YESTERDAY, 8) for each in session(day, (9, 10), (8, 10))]
    wrong = [on(YESTERDAY, 2, repetitions=50, successes=0, session_id=good[-1]["session_id"])]
    await guardian.upload(child, [*good, *wrong])
    before = await _results(guardian, child)
    await _correct(clinician, child, "void", wrong)
    voided = await _results(guardian, child)
    twin = await guardian.register_child(therapy_starts_on="2026-03-02")
    await guardian.upload(twin, good)
    assert voided == {**await _results(guardian, twin), "child_id": child["id"]}
    await _correct(clinician, child, "restore", wrong)
    assert await _results(guardian, child) == before != voided


async def test_A15_the_care_team_is_shown_what_the_guardian_is(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    await guardian.upload(child, session(YESTERDAY, (9, 10), (8, 10)))
    path = f"/children/{child['id']}/outcomes"
    assert await clinician.get(path) == await guardian.get(path)


async def test_C01_another_childs_plays_are_in_nothing(
    guardian: Guardian, other_guardian: Guardian, child: dict[str, Any]
) -> None:
    stranger = await other_guardian.register_child()
    sibling = await guardian.register_child()
    for who, whom in ((other_guardian, stranger), (guardian, sibling)):
        await who.upload(whom, [on(day) for day in days_before(YESTERDAY, 10)])
    assert (await _results(guardian, child))["motions"] == []
    answer = await other_guardian.call("GET", f"/children/{child['id']}/outcomes")
    problem(answer, 404, "child_not_found")


async def test_T11_the_default_range_ends_with_the_childs_own_today(
    guardian: Guardian,
) -> None:
    """21:00 of the 18th in Seoul is the 19th on Kiribati and the 18th in Honolulu."""
    ahead = await guardian.register_child(time_zone="Pacific/Kiritimati", day_start_hour=0)
    behind = await guardian.register_child(time_zone="Pacific/Honolulu", day_start_hour=0)
    assert (await _results(guardian, ahead))["to_day"] == date(2026, 3, 19).isoformat()
    assert (await _results(guardian, behind))["to_day"] == date(2026, 3, 18).isoformat()
