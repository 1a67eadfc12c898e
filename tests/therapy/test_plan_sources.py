"""T02: plans of several sources: which of them counts, who may make and end them."""

from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.platform.settings import Settings
from tests.families import Guardian, play
from tests.staff import Staff, care_member, member, staff

from .plans_by_hand import asked_for
from .steps import Travel, make_plan, plan_day, problem, repetitions, rows, seoul

EVERY_DAY = [plan_day(weekday) for weekday in range(1, 8)]


def _of(motion: str) -> list[dict[str, Any]]:
    return [plan_day(weekday, repetitions(motion, 10)) for weekday in range(1, 8)]


@pytest.fixture
async def clinician(
    system: Dodam, settings: Settings, guardian: Guardian, child: dict[str, Any]
) -> Staff:
    return await care_member(system, guardian.http, settings, child)


@pytest.fixture
async def coordinator(
    system: Dodam, settings: Settings, guardian: Guardian, child: dict[str, Any]
) -> Staff:
    return await care_member(system, guardian.http, settings, child, Role.TRIAL_COORDINATOR)


async def _make(who: Staff, child: dict[str, Any], days: Any, **fields: Any) -> dict[str, Any]:
    form = {"days": days, **fields}
    answer = await who.call("POST", f"/children/{child['id']}/plans", json=form)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _end(who: Guardian | Staff, child: dict[str, Any], version: int, on: str) -> Any:
    path = f"/children/{child['id']}/plans/{version}/end"
    answer = await who.call("POST", path, json={"on": on})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _schedule(guardian: Guardian, child: dict[str, Any]) -> dict[str, str | None]:
    """Two weeks from today: the source of each day's plan."""
    path = f"/children/{child['id']}/schedule?from=2026-03-18&to=2026-03-31"
    return {day["day"][-2:]: day["source"] for day in (await guardian.get(path))["days"]}


async def test_T02_a_protocol_comes_before_a_clinician_before_the_guardian_before_the_default(
    guardian: Guardian, child: dict[str, Any], clinician: Staff, coordinator: Staff
) -> None:
    protocol = await _make(coordinator, child, EVERY_DAY, source="protocol", starts_on="2026-03-30")
    clinicians = await _make(
        clinician, child, EVERY_DAY, starts_on="2026-03-25", ends_on="2026-03-27"
    )
    guardians = await make_plan(guardian, child, EVERY_DAY, starts_on="2026-03-20")
    assert [each["source"] for each in (protocol, clinicians, guardians)] == [
        "protocol",
        "clinician",
        "guardian",
    ]
    sources = await _schedule(guardian, child)
    assert [sources[day] for day in ("18", "19")] == ["default"] * 2
    assert [sources[day] for day in ("20", "24", "28", "29")] == ["guardian"] * 4
    assert [sources[day] for day in ("25", "27")] == ["clinician"] * 2
    assert [sources[day] for day in ("30", "31")] == ["protocol"] * 2


async def test_T02_making_a_plan_tells_whether_it_counts_and_what_does_instead(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    clinicians = await _make(clinician, child, _of("tip_pinch"), starts_on="2026-03-20")
    assert (clinicians["in_force"], clinicians["overridden_by"]) == (False, None)
    now = await make_plan(guardian, child, _of("mass_grasp"))
    assert (now["in_force"], now["overridden_by"]) == (True, None)
    later = await make_plan(guardian, child, _of("mass_grasp"), starts_on="2026-03-21")
    assert (later["in_force"], later["overridden_by"]) == (False, clinicians["version"])
    listed = await guardian.get(f"/children/{child['id']}/plans")
    assert [(each["version"], each["in_force"], each["overridden_by"]) for each in listed] == [
        (4, False, 2),
        (3, True, None),
        (2, False, None),
        (1, False, 3),
    ]


async def test_T02_a_clinicians_plan_says_who_made_it_and_a_word_to_the_family(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    await _make(clinician, child, _of("tip_pinch"), note="매일 조금씩, 아프면 쉬어요.")
    [plan, _] = await guardian.get(f"/children/{child['id']}/plans")
    assert (plan["source"], plan["made_by"]) == ("clinician", str(clinician.id))
    assert plan["note"] == "매일 조금씩, 아프면 쉬어요."
    today = await guardian.get(f"/children/{child['id']}/today")
    assert [item["motion"] for item in today["items"]] == ["tip_pinch"]


async def test_T02_staff_change_no_day_the_family_has_begun(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    assert (await _make(clinician, child, EVERY_DAY))["starts_on"] == "2026-03-18"
    await guardian.upload(child, [play(seoul("2026-03-18", "10:00"))])
    assert (await _make(clinician, child, EVERY_DAY))["starts_on"] == "2026-03-19"
    assert (await make_plan(guardian, child, EVERY_DAY))["starts_on"] == "2026-03-18"


async def test_T02_a_difficulty_the_plan_fixes_is_told_to_the_game(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    fixed = {**repetitions("tip_pinch", 10), "difficulty": 7}
    await _make(clinician, child, [plan_day(3, fixed, repetitions("mass_grasp", 5))])
    today = await guardian.get(f"/children/{child['id']}/today")
    assert [item["difficulty"] for item in today["items"]] == [7, None]
    for wrong in (0, 11, "easy"):
        days = [plan_day(3, {**fixed, "difficulty": wrong})]
        path = f"/children/{child['id']}/plans"
        answer = await guardian.call("POST", path, json={"days": days})
        assert "days[0].items[0].difficulty" in problem(answer, 400, "invalid_input")


@pytest.mark.parametrize("source", ["default", "clinician", "protocol"])
async def test_T02_a_guardian_makes_guardians_plans_only(
    system: Dodam, guardian: Guardian, child: dict[str, Any], source: str
) -> None:
    form = {"days": EVERY_DAY, "source": source}
    answer = await guardian.call("POST", f"/children/{child['id']}/plans", json=form)
    problem(answer, 403, "plan_of_others")
    query = "select version from therapy.plan where child_id = $1"
    assert await rows(system, query, UUID(child["id"])) == [{"version": 1}]


@pytest.mark.parametrize("source", ["default", "guardian", "protocol"])
async def test_T02_a_clinician_makes_no_plan_in_anothers_name(
    child: dict[str, Any], clinician: Staff, source: str
) -> None:
    form = {"days": EVERY_DAY, "source": source}
    answer = await clinician.call("POST", f"/children/{child['id']}/plans", json=form)
    problem(answer, 403, "plan_of_others")


async def test_T02_who_does_not_treat_the_child_plans_nothing(
    system: Dodam, settings: Settings, guardian: Guardian, child: dict[str, Any]
) -> None:
    stranger = await member(system, guardian.http, settings, Role.CLINICIAN)
    supporter = staff(guardian.http, settings, Role.SUPPORT)
    path = f"/children/{child['id']}"
    for method, where, form in (
        ("GET", "/plans", None),
        ("POST", "/plans", {"days": EVERY_DAY}),
        ("POST", "/plans/1/end", {"on": "2026-03-20"}),
        ("GET", "/schedule", None),
    ):
        answer = await stranger.call(method, path + where, json=form)
        problem(answer, 404, "child_not_found")
        answer = await supporter.call(method, path + where, json=form)
        problem(answer, 403, "not_permitted")


async def test_T02_what_staff_plan_is_in_the_audit_trail(
    system: Dodam, child: dict[str, Any], clinician: Staff
) -> None:
    made = await _make(clinician, child, EVERY_DAY)
    await _end(clinician, child, made["version"], "2026-03-20")
    query = "select action, details from audit.entry where actor_id = $1 order by at, id"
    found = await rows(system, query, clinician.id)
    assert [(row["action"], row["details"]) for row in found] == [
        ("plan.made", {}),
        ("plan.ended", {"version": 2}),
    ]


async def test_T02_a_plan_that_is_ended_gives_way_and_keeps_its_days(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    made = await make_plan(guardian, child, _of("tip_pinch"))
    await travel(seoul("2026-03-21"))
    path = f"/children/{child['id']}/calendar?month=2026-03"
    before = (await guardian.get(path))["days"]
    ended = await _end(guardian, child, made["version"], "2026-03-20")
    assert ended == {**made, "ended_on": "2026-03-20", "in_force": False, "overridden_by": None}
    after = (await guardian.get(path))["days"]
    assert after[:20] == before[:20]
    sources = await _schedule(guardian, child)
    assert [sources[day] for day in ("20", "21", "23")] == ["guardian", "default", "default"]


async def test_T02_an_end_may_come_sooner_but_never_in_the_past_and_never_later(
    system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    await make_plan(guardian, child, EVERY_DAY, ends_on="2026-04-30")
    path = f"/children/{child['id']}/plans/2/end"
    for day, status in (
        ("2026-04-30", 400),
        ("2026-05-01", 400),
        ("2026-03-16", 400),
        ("2026-04-20", 200),
        ("2026-04-20", 200),
        ("2026-04-21", 400),
        ("2026-03-17", 200),
        ("2026-03-18", 400),
    ):
        answer = await guardian.call("POST", path, json={"on": day})
        assert answer.status_code == status, (day, answer.text)
        if status == 400:
            assert problem(answer, 400, "invalid_input") == {"on": "out_of_range"}
    [stored] = await rows(
        system,
        "select ends_on, ended_on from therapy.plan where child_id = $1 and version = 2",
        UUID(child["id"]),
    )
    assert (str(stored["ends_on"]), str(stored["ended_on"])) == ("2026-04-30", "2026-03-17")
    today = await guardian.get(f"/children/{child['id']}/today")
    assert today["plan_version"] == 1


async def test_T02_a_plan_that_is_called_off_leaves_the_one_before_it(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await make_plan(guardian, child, EVERY_DAY)
    later = await make_plan(guardian, child, EVERY_DAY, starts_on="2026-03-25")
    await _end(guardian, child, later["version"], "2026-03-24")
    path = f"/children/{child['id']}/schedule?from=2026-03-24&to=2026-03-26"
    days = (await guardian.get(path))["days"]
    assert [day["plan_version"] for day in days] == [2, 2, 2]


async def test_T02_who_may_end_which_plan(
    guardian: Guardian, child: dict[str, Any], clinician: Staff, coordinator: Staff
) -> None:
    await make_plan(guardian, child, EVERY_DAY)
    await _make(clinician, child, EVERY_DAY)
    await _make(coordinator, child, EVERY_DAY, source="protocol")
    default, guardians, clinicians, protocol = 1, 2, 3, 4
    may = {
        "guardian": (guardian, {guardians}),
        "clinician": (clinician, {clinicians}),
        "coordinator": (coordinator, {clinicians, protocol}),
    }
    day = 30
    for name, (who, own) in may.items():
        for version in (default, guardians, clinicians, protocol):
            day -= 1
            path = f"/children/{child['id']}/plans/{version}/end"
            answer = await who.call("POST", path, json={"on": f"2026-03-{day}"})
            if version in own:
                assert answer.status_code == 200, (name, version, answer.text)
            else:
                problem(answer, 403, "plan_of_others")
    answer = await guardian.call(
        "POST", f"/children/{child['id']}/plans/9/end", json={"on": "2026-03-20"}
    )
    problem(answer, 404, "plan_not_found")


async def test_T02_plans_are_listed_a_page_at_a_time(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    for weekday in range(1, 6):
        await make_plan(guardian, child, [plan_day(weekday)])
    path = f"/children/{child['id']}/plans"
    pages = [
        [plan["version"] for plan in await guardian.get(path + query)]
        for query in ("?limit=4", "?limit=4&before=3", "?limit=4&before=1")
    ]
    assert pages == [[6, 5, 4, 3], [2, 1], []]
    for query in ("?limit=0", "?limit=101", "?before=0", "?before=x"):
        answer = await guardian.call("GET", path + query)
        problem(answer, 400, "invalid_input")


async def test_T02_however_many_plans_there_are_each_day_is_asked_for_by_the_one_that_counts(
    guardian: Guardian, child: dict[str, Any], coordinator: Staff
) -> None:
    """Held against what can be worked out by hand from all versions, for ranges of all kinds."""
    chance = Random(2026)  # noqa: S311 - chooses plans, guards nothing
    today = date(2026, 3, 18)
    for number in range(1, 31):
        days = [plan_day(weekday, repetitions("tip_pinch", number)) for weekday in range(1, 8)]
        starts = today + timedelta(days=chance.randrange(15))
        lasts = chance.choice([None, chance.randrange(10)])
        form: dict[str, Any] = {"starts_on": starts.isoformat()}
        if lasts is not None:
            form["ends_on"] = (starts + timedelta(days=lasts)).isoformat()
        source = chance.choice(["guardian", "clinician", "protocol"])
        if source == "guardian":
            made = await make_plan(guardian, child, days, **form)
        else:
            made = await _make(coordinator, child, days, source=source, **form)
        if chance.random() < 0.3:
            who = guardian if source == "guardian" else coordinator
            end = today + timedelta(days=chance.randrange(-1, 12))
            path = f"/children/{child['id']}/plans/{made['version']}/end"
            await who.call("POST", path, json={"on": end.isoformat()})
    plans = await guardian.get(f"/children/{child['id']}/plans")
    assert len(plans) == 31
    for first, length in ((0, 25), (3, 1), (7, 4), (12, 12), (20, 1), (-5, 8)):
        span = [today + timedelta(days=first + number) for number in range(length)]
        path = f"/children/{child['id']}/schedule?from={span[0]}&to={span[-1]}"
        for day, shown in zip(span, (await guardian.get(path))["days"], strict=True):
            asked = asked_for(plans, day)
            targets = [item["target_repetitions"] for item in shown["items"]]
            expected: list[Any] = [] if asked is None else asked["items"]
            assert targets == [item["target_repetitions"] for item in expected], day


async def test_T02_plans_are_not_made_without_end_and_nobodys_leave_no_room_for_others(
    system: Dodam, settings: Settings, guardian: Guardian, child: dict[str, Any]
) -> None:
    async with system.database.transaction() as tx:
        await tx.execute(
            "insert into therapy.plan (child_id, version, source, starts_on, days, created_at)"
            " select $1, n, 'guardian', date '2026-03-18', '[]', now()"
            " from generate_series(2, 501) n",
            UUID(child["id"]),
        )
    path = f"/children/{child['id']}/plans"
    answer = await guardian.call("POST", path, json={"days": [plan_day(1)]})
    assert (answer.status_code, answer.json()["code"]) == (409, "plan_limit_reached")
    clinician = await care_member(system, guardian.http, settings, child)
    answer = await clinician.call("POST", path, json={"days": [plan_day(1)]})
    assert (answer.status_code, answer.json()["version"]) == (201, 502)
