"""T02, T03, T10: what is planned for the days to come, with which hand, and why."""

from datetime import date
from typing import Any

import pytest

from tests.families import Guardian

from .steps import Travel, make_plan, plan_day, problem, repetitions, seoul


async def _schedule(
    guardian: Guardian, child: dict[str, Any], query: str = "", language: str = "ko"
) -> list[dict[str, Any]]:
    path = f"/children/{child['id']}/schedule{query}"
    answer = await guardian.get(path, headers={"accept-language": language})
    return answer["days"]


def _hands(days: list[dict[str, Any]]) -> str:
    """A letter a day; a dot where nothing is planned."""
    return "".join("." if day["hand"] is None else day["hand"][0] for day in days)


async def test_T02_a_day_tells_all_that_is_planned_for_it(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    fixed = {**repetitions("tip_pinch", 15), "difficulty": 4}
    days = [plan_day(5, fixed, repetitions("bimanual_hold", 5), hand="right", at="17:30:00")]
    await make_plan(guardian, child, days)
    thursday, friday = await _schedule(guardian, child, "?from=2026-03-19&to=2026-03-20")
    nothing: dict[str, Any] = {
        "plan_version": 2,
        "source": "guardian",
        "hand": None,
        "hand_reason": None,
        "at": None,
        "items": [],
        "rests": False,
        "exception": None,
        "pause": None,
    }
    assert thursday == {**nothing, "day": "2026-03-19"}
    assert friday == {
        **nothing,
        "day": "2026-03-20",
        "hand": "right",
        "hand_reason": {
            "code": "by_day",
            "message": "계획에서 오른손을 훈련하기로 정한 요일이에요.",
        },
        "at": "17:30:00",
        "items": [
            {
                "motion": "tip_pinch",
                "hand": "right",
                "target_repetitions": 15,
                "target_minutes": None,
                "difficulty": 4,
            },
            {
                "motion": "bimanual_hold",
                "hand": "both",
                "target_repetitions": 5,
                "target_minutes": None,
                "difficulty": None,
            },
        ],
    }


async def test_T02_four_weeks_are_shown_unless_others_are_asked_for(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    for query, first, last in (
        ("", "2026-03-18", "2026-04-14"),
        ("?from=2026-01-01", "2026-01-01", "2026-01-28"),
        ("?to=2026-03-31", "2026-03-04", "2026-03-31"),
        ("?from=2026-03-18&to=2026-06-17", "2026-03-18", "2026-06-17"),
    ):
        days = [day["day"] for day in await _schedule(guardian, child, query)]
        assert (days[0], days[-1]) == (first, last)
        assert len(days) == (date.fromisoformat(last) - date.fromisoformat(first)).days + 1


@pytest.mark.parametrize(
    "query", ["?from=2026-03-18&to=2026-06-18", "?from=2026-03-18&to=2026-03-17"]
)
async def test_T02_a_range_that_cannot_be_is_refused(
    guardian: Guardian, child: dict[str, Any], query: str
) -> None:
    answer = await guardian.call("GET", f"/children/{child['id']}/schedule{query}")
    assert problem(answer, 400, "invalid_input") == {"to": "out_of_range"}


async def test_T03_by_default_the_affected_hand_has_four_of_five_days_counted_from_the_first(
    guardian: Guardian,
) -> None:
    """A plan that begins on a Wednesday: the fifth training day is the next Tuesday."""
    child = await guardian.register_child()
    assert _hands(await _schedule(guardian, child)) == "lll..lrlll..lrlll..lrlll..lr"


async def test_T03_hands_take_turns_from_week_to_week(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    days = [plan_day(weekday, hand=None) for weekday in (1, 3, 5)]
    await make_plan(guardian, child, days, hand_rule={"rule": "alternate"})
    assert _hands(await _schedule(guardian, child)) == "l.r..l.r.l..r.l.r..l.r.l..r."


async def test_T03_neither_pauses_nor_plans_that_come_before_it_shift_a_hand(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    days = [plan_day(weekday, hand=None) for weekday in range(1, 8)]
    await make_plan(guardian, child, days, hand_rule={"rule": "alternate"})
    before = _hands(await _schedule(guardian, child))
    form = {"from_day": "2026-03-19", "to_day": "2026-03-23", "reason": "illness"}
    await guardian.call("POST", f"/children/{child['id']}/pauses", json=form)
    assert _hands(await _schedule(guardian, child)) == before == "lr" * 14


async def test_T03_a_rule_knows_the_childs_hands(guardian: Guardian, child: dict[str, Any]) -> None:
    days = [plan_day(weekday, hand=None) for weekday in (3, 4, 5)]
    await make_plan(guardian, child, days, hand_rule={"rule": "affected"})
    assert _hands(await _schedule(guardian, child, "?to=2026-03-20&from=2026-03-18")) == "lll"
    ratio = {"rule": "ratio", "affected_share": 0.5}
    made = await make_plan(guardian, child, days, hand_rule=ratio)
    assert made["hand_rule"] == {**ratio, "affected_hand": "left", "first_hand": "left"}
    assert _hands(await _schedule(guardian, child, "?to=2026-03-20&from=2026-03-18")) == "lrl"


@pytest.mark.parametrize(
    ("child_fields", "rule", "language", "code", "sentence"),
    [
        (
            {"affected_hand": "left"},
            {"rule": "ratio", "affected_share": 0.8},
            "ko",
            "ratio",
            "왼손이 불편한 손이라 5일 중 4일은 왼손을 훈련해요. 오늘은 왼손 차례예요.",
        ),
        (
            {"affected_hand": "right"},
            {"rule": "ratio", "affected_share": 0.75},
            "en",
            "ratio",
            (
                "The right hand is the affected one, so it is trained on 3 of 4 days. "
                "Today it is the right hand's turn."
            ),
        ),
        (
            {"affected_hand": "right"},
            {"rule": "affected"},
            "ko",
            "affected",
            "오른손이 불편한 손이라 훈련하는 날마다 오른손을 훈련해요.",
        ),
        (
            {"affected_hand": "left"},
            {"rule": "ratio", "affected_share": 1},
            "ko",
            "affected",
            "왼손이 불편한 손이라 훈련하는 날마다 왼손을 훈련해요.",
        ),
        (
            {"affected_hand": "left"},
            {"rule": "alternate"},
            "ko",
            "alternate",
            "훈련하는 날마다 두 손을 번갈아 훈련해요. 오늘은 왼손 차례예요.",
        ),
        (
            {"affected_hand": "both", "dominant_hand": "right"},
            {"rule": "affected"},
            "en",
            "both_affected",
            (
                "Both hands are affected, so they take turns from one training day to the next. "
                "Today it is the right hand's turn."
            ),
        ),
        (
            {"affected_hand": "left"},
            None,
            "en",
            "by_day",
            "The plan gives this weekday to the left hand.",
        ),
    ],
)
async def test_T03_today_says_why_it_is_this_hands_turn(
    guardian: Guardian,
    child_fields: dict[str, Any],
    rule: dict[str, Any] | None,
    language: str,
    code: str,
    sentence: str,
) -> None:
    child = await guardian.register_child(**child_fields)
    hand = "left" if rule is None else None
    days = [plan_day(weekday, hand=hand) for weekday in range(1, 8)]
    await make_plan(guardian, child, days, hand_rule=rule)
    headers = {"accept-language": language}
    today = await guardian.get(f"/children/{child['id']}/today", headers=headers)
    assert today["hand_reason"] == {"code": code, "message": sentence}
    calendar = await guardian.get(f"/children/{child['id']}/calendar", headers=headers)
    shown = {day["day"]: (day["hand"], day["hand_reason"]) for day in calendar["days"]}
    assert shown["2026-03-18"] == (today["hand"], today["hand_reason"])


async def test_T03_a_day_for_both_hands_says_so(guardian: Guardian, child: dict[str, Any]) -> None:
    await make_plan(guardian, child, [plan_day(3, repetitions("bimanual_hold", 5), hand="both")])
    today = await guardian.get(f"/children/{child['id']}/today")
    assert (today["hand"], today["hand_reason"]["code"]) == ("both", "both_together")
    calendar = await guardian.get(f"/children/{child['id']}/calendar")
    rest = next(day for day in calendar["days"] if day["day"] == "2026-03-19")
    assert (rest["hand"], rest["hand_reason"]) == (None, None)


async def test_T02_a_plan_rests_on_public_holidays_and_on_dates_it_names(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    made = await make_plan(
        guardian,
        child,
        [plan_day(weekday) for weekday in range(1, 8)],
        starts_on="2026-05-01",
        ends_on="2026-05-31",
        rests_on=["2026-05-10"],
        rests_on_holidays_of="KR",
    )
    # Labour Day (a public holiday from 2026), Children's Day, Buddha's Birthday and the Monday
    # in its stead.
    rests = ["2026-05-01", "2026-05-05", "2026-05-10", "2026-05-24", "2026-05-25"]
    assert made["rests_on"] == rests
    days = await _schedule(guardian, child, "?from=2026-05-01&to=2026-05-31")
    assert [day["day"] for day in days if not day["items"]] == rests
    assert [day["day"] for day in days if day["rests"]] == rests
    calendar = await guardian.get(f"/children/{child['id']}/calendar?month=2026-05")
    assert [day["day"] for day in calendar["days"] if day["status"] == "rest"] == rests


async def test_T02_holidays_are_looked_up_for_two_years(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    made = await make_plan(
        guardian, child, [plan_day(weekday) for weekday in range(1, 8)], rests_on_holidays_of="US"
    )
    assert (made["rests_on"][0], made["rests_on"][-1]) == ("2026-05-25", "2028-02-21")
    assert {"2026-07-04", "2026-11-26", "2027-12-25"} < set(made["rests_on"])


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"rests_on_holidays_of": "XX"}, {"rests_on_holidays_of": "unknown_country"}),
        ({"rests_on_holidays_of": "kr"}, {"rests_on_holidays_of": "wrong_format"}),
        ({"rests_on_holidays_of": "KOR"}, {"rests_on_holidays_of": "wrong_length"}),
        ({"rests_on": ["2026-03-20"] * 101}, {"rests_on": "wrong_length"}),
        ({"rests_on": ["soon"]}, {"rests_on[0]": "wrong_format"}),
        ({"note": "x" * 1_001}, {"note": "wrong_length"}),
        ({"hand_rule": {"rule": "ratio"}}, {"hand_rule.affected_share": "share_with_ratio"}),
        (
            {"hand_rule": {"rule": "affected", "affected_share": 0.5}},
            {"hand_rule.affected_share": "share_with_ratio"},
        ),
        (
            {"hand_rule": {"rule": "ratio", "affected_share": 1.1}},
            {"hand_rule.affected_share": "out_of_range"},
        ),
        ({"hand_rule": {"rule": "sometimes"}}, {"hand_rule.rule": "not_a_choice"}),
        ({"hand_rule": {"rule": "alternate", "x": 1}}, {"hand_rule.x": "unknown_field"}),
    ],
)
async def test_T02_rests_rules_and_notes_that_cannot_be_are_refused_by_field(
    guardian: Guardian, child: dict[str, Any], fields: dict[str, Any], wrong: dict[str, str]
) -> None:
    hand = None if "hand_rule" in fields else "left"
    form = {"days": [plan_day(1, hand=hand)], **fields}
    answer = await guardian.call("POST", f"/children/{child['id']}/plans", json=form)
    assert problem(answer, 400, "invalid_input") == wrong


@pytest.mark.parametrize(
    ("days", "rule", "wrong"),
    [
        ([plan_day(1), plan_day(2, hand=None)], None, {"days[1].hand": "hand_or_rule"}),
        (
            [plan_day(1), plan_day(2, hand=None)],
            {"rule": "alternate"},
            {"days[0].hand": "hand_or_rule"},
        ),
        (
            [
                plan_day(
                    1, repetitions("bimanual_hold", 5), repetitions("tip_pinch", 5), hand="both"
                )
            ],
            None,
            {"days[0].items[1].motion": "one_handed"},
        ),
    ],
)
async def test_T03_a_day_has_a_hand_its_motions_can_be_played_with(
    guardian: Guardian,
    child: dict[str, Any],
    days: list[dict[str, Any]],
    rule: dict[str, Any] | None,
    wrong: dict[str, str],
) -> None:
    form = {"days": days, "hand_rule": rule}
    answer = await guardian.call("POST", f"/children/{child['id']}/plans", json=form)
    assert problem(answer, 400, "invalid_input") == wrong


async def test_T02_the_past_is_shown_by_the_plans_of_its_time(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    before = await _schedule(guardian, child, "?from=2026-03-02&to=2026-03-17")
    await make_plan(guardian, child, [plan_day(7)])
    await travel(seoul("2026-03-25"))
    assert await _schedule(guardian, child, "?from=2026-03-02&to=2026-03-17") == before
