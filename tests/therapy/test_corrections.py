"""T05, C02: staff void, restore and reassign plays; every sum is right afterwards."""

from typing import Any
from uuid import uuid4

import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.features.therapy.events import DayAttended, TherapyGoalReached
from dodam.platform.settings import Settings
from tests.facts import Facts
from tests.families import Guardian, play
from tests.staff import Staff, care_member, member, staff

from .recount import sums_are_those_of_the_plays
from .steps import make_plan, plan_day, problem, repetitions, rows, seoul

TODAY = "2026-03-18"
AT = seoul(TODAY)


@pytest.fixture
async def clinician(
    system: Dodam, settings: Settings, guardian: Guardian, child: dict[str, Any]
) -> Staff:
    return await care_member(system, guardian.http, settings, child)


@pytest.fixture
async def sibling(guardian: Guardian, settings: Settings, clinician: Staff) -> dict[str, Any]:
    """Of the same guardian; treated by the same clinician. Its day begins at midnight."""
    found = await guardian.register_child(
        name="서연", day_start_hour=0, therapy_starts_on="2026-03-18"
    )
    admin = staff(guardian.http, settings, Role.ADMIN)
    path = f"/staff/children/{found['id']}/care-team/{clinician.id}"
    answer = await admin.call("PUT", path)
    assert answer.status_code == 204, answer.text
    return found


async def _correct(
    by: Staff, child: dict[str, Any], kind: str, *plays: dict[str, Any], **fields: Any
) -> Any:
    form = {"kind": kind, "plays": [each["id"] for each in plays], "reason": "측정 오류", **fields}
    return await _send(by, child, form)


async def _send(by: Guardian | Staff, child: dict[str, Any], form: dict[str, Any]) -> Any:
    return await by.call("POST", f"/children/{child['id']}/corrections", json=form)


async def _corrected(*args: Any, **fields: Any) -> dict[str, Any]:
    answer = await _correct(*args, **fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _done(guardian: Guardian, child: dict[str, Any]) -> tuple[int, int]:
    done = (await guardian.get(f"/children/{child['id']}/today"))["done"]
    return done["plays"], done["repetitions"]


async def _plays(who: Guardian | Staff, child: dict[str, Any], **params: Any) -> list[Any]:
    return (await who.get(f"/children/{child['id']}/plays", params=params))["plays"]


async def test_T05_a_voided_play_is_in_no_sum_and_stays_on_record(
    system: Dodam, guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    first, last = play(seoul(TODAY, "09:00"), score=7, accuracy=0.5), play(AT, repetitions=20)
    await guardian.upload(child, [first, last])
    made = await _corrected(clinician, child, "void", first)
    assert made == {
        "number": 1,
        "kind": "void",
        "reason": "측정 오류",
        "made_by": str(clinician.id),
        "made_at": "2026-03-18T12:00:00Z",
        "other_child_id": None,
        "plays": [{"id": first["id"], "before": "counted", "after": "voided"}],
    }
    assert await _done(guardian, child) == (1, 20)
    await sums_are_those_of_the_plays(system, child, [last])
    counted, voided = await _plays(guardian, child)
    assert (counted["id"], counted["standing"], counted["correction"]) == (
        last["id"],
        "counted",
        None,
    )
    assert (voided["id"], voided["standing"], voided["score"]) == (first["id"], "voided", 7)
    assert voided["correction"] == {
        "number": 1,
        "kind": "void",
        "reason": "측정 오류",
        "made_by": str(clinician.id),
        "made_at": "2026-03-18T12:00:00Z",
    }


async def test_T05_a_day_and_session_without_plays_that_count_are_gone(
    system: Dodam, guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    only = play(AT)
    await guardian.upload(child, only)
    await _corrected(clinician, child, "void", only)
    await sums_are_those_of_the_plays(system, child, [])
    attendance = await guardian.get(f"/children/{child['id']}/attendance")
    assert (attendance["attended"], attendance["current_streak"]) == ([], 0)
    path = f"/children/{child['id']}/sessions/{only['session_id']}"
    problem(await guardian.call("GET", path), 404, "session_not_found")
    await _corrected(clinician, child, "restore", only)
    await sums_are_those_of_the_plays(system, child, [only])
    assert (await guardian.get(path))["totals"]["plays"] == 1


async def test_T06_uploading_a_voided_play_again_changes_nothing(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    sent = play(AT)
    await guardian.upload(child, sent)
    await _corrected(clinician, child, "void", sent)
    assert (await guardian.upload(child, [sent, play(AT)]))["duplicates"] == 1
    assert await _done(guardian, child) == (1, 10)
    assert [each["standing"] for each in await _plays(guardian, child)].count("voided") == 1


async def test_T05_a_play_may_be_voided_and_restored_and_all_of_it_is_told(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    one, other = play(AT), play(AT)
    await guardian.upload(child, [one, other])
    await _corrected(clinician, child, "void", one, reason="first")
    second = await _corrected(clinician, child, "void", one, other, one, reason="second")
    assert [each["id"] for each in second["plays"]] == [other["id"]]
    problem(await _correct(clinician, child, "void", one, other), 409, "nothing_to_correct")
    await _corrected(clinician, child, "restore", one, reason="third")
    assert await _done(guardian, child) == (1, 10)
    path = f"/children/{child['id']}/corrections"
    page = await guardian.get(path, params={"limit": 2})
    assert [(each["number"], each["reason"]) for each in page["corrections"]] == [
        (3, "third"),
        (2, "second"),
    ]
    rest = await guardian.get(path, params={"cursor": page["next_cursor"]})
    assert [each["reason"] for each in rest["corrections"]] == ["first"]
    assert rest["next_cursor"] is None


async def test_T05_plays_of_a_sibling_are_given_to_it_and_both_children_are_right(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    sibling: dict[str, Any],
    clinician: Staff,
) -> None:
    session = str(uuid4())
    # At half past three the child's day is still the day before, the sibling's is not.
    night = play(seoul(TODAY, "03:30"), session_id=session, device="tablet", payload={"a": 1})
    theirs, mine = play(AT, session_id=session, hand="both"), play(AT, session_id=session)
    await guardian.upload(child, [night, theirs, mine])
    made = await _corrected(clinician, child, "reassign", night, theirs, to_child_id=sibling["id"])
    assert {each["after"] for each in made["plays"]} == {"reassigned"}
    assert made["other_child_id"] == sibling["id"]
    await sums_are_those_of_the_plays(system, child, [mine])
    await sums_are_those_of_the_plays(system, sibling, [night, theirs])
    [first, last] = sorted(await _plays(clinician, sibling), key=lambda each: each["started_at"])
    assert (first["therapy_day"], first["device"], first["flags"]) == (TODAY, "tablet", [])
    assert (last["flags"], last["standing"]) == (["wrong_hand"], "counted")
    received = await guardian.get(f"/children/{sibling['id']}/corrections")
    assert [
        (each["kind"], each["other_child_id"], each["plays"][0]["before"])
        for each in received["corrections"]
    ] == [("receive", child["id"], "absent")]
    # The tablet knows of nothing and sends them again, for either.
    assert (await guardian.upload(child, [night, theirs, mine]))["duplicates"] == 3
    assert (await guardian.upload(sibling, [night, theirs]))["duplicates"] == 2
    assert await _done(guardian, sibling) == (2, 20)


async def test_T05_a_play_that_was_given_away_comes_back_only_from_there(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    sibling: dict[str, Any],
    clinician: Staff,
) -> None:
    sent = play(AT)
    await guardian.upload(child, sent)
    await _corrected(clinician, child, "reassign", sent, to_child_id=sibling["id"])
    for kind in ("void", "restore"):
        fields = problem(await _correct(clinician, child, kind, sent), 400, "invalid_input")
        assert fields == {"plays[0]": "reassigned"}
    again = await _correct(clinician, child, "reassign", sent, to_child_id=sibling["id"])
    problem(again, 409, "nothing_to_correct")
    await _corrected(clinician, sibling, "reassign", sent, to_child_id=child["id"])
    await sums_are_those_of_the_plays(system, child, [sent])
    await sums_are_those_of_the_plays(system, sibling, [])
    assert [each["standing"] for each in await _plays(guardian, sibling)] == ["reassigned"]


async def test_T05_a_play_uploaded_for_both_children_counts_once(
    guardian: Guardian,
    child: dict[str, Any],
    sibling: dict[str, Any],
    clinician: Staff,
) -> None:
    sent, other = play(AT), play(AT)
    await guardian.upload(child, [sent, other])
    await guardian.upload(sibling, [sent, {**other, "repetitions": 3, "successes": 3}])
    await _corrected(clinician, child, "reassign", sent, to_child_id=sibling["id"])
    assert await _done(guardian, child) == (1, 10)
    assert await _done(guardian, sibling) == (2, 13)
    answer = await _correct(clinician, child, "reassign", sent, other, to_child_id=sibling["id"])
    assert problem(answer, 400, "invalid_input") == {"plays[1]": "id_reused"}
    assert await _done(guardian, child) == (1, 10)


async def test_T05_a_correction_is_made_of_all_plays_or_none(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    sent = play(AT)
    await guardian.upload(child, sent)
    answer = await _correct(clinician, child, "void", sent, play(AT))
    assert problem(answer, 400, "invalid_input") == {"plays[1]": "unknown_play"}
    assert await _done(guardian, child) == (1, 10)
    assert (await guardian.get(f"/children/{child['id']}/corrections"))["corrections"] == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"reason": " "}, {"reason": "wrong_format"}),
        ({"reason": "x" * 501}, {"reason": "wrong_length"}),
        ({"kind": "receive"}, {"kind": "not_a_choice"}),
        ({"plays": []}, {"plays": "wrong_length"}),
        ({"to_child_id": str(uuid4())}, {"to_child_id": "unexpected"}),
        ({"kind": "reassign"}, {"to_child_id": "not_a_sibling"}),
        ({"kind": "reassign", "to_child_id": str(uuid4())}, {"to_child_id": "not_a_sibling"}),
        ({"made_by": str(uuid4())}, {"made_by": "unknown_field"}),
    ],
)
async def test_T05_a_wrong_correction_names_the_field(
    guardian: Guardian,
    child: dict[str, Any],
    clinician: Staff,
    fields: dict[str, Any],
    wrong: dict[str, str],
) -> None:
    sent = play(AT)
    await guardian.upload(child, sent)
    form = {"kind": "void", "plays": [sent["id"]], "reason": "측정 오류", **fields}
    assert problem(await _send(clinician, child, form), 400, "invalid_input") == wrong


async def test_A15_only_who_treats_both_children_gives_plays_to_a_sibling(
    system: Dodam,
    settings: Settings,
    guardian: Guardian,
    other_guardian: Guardian,
    child: dict[str, Any],
    clinician: Staff,
) -> None:
    sent = play(AT)
    await guardian.upload(child, sent)
    untreated = await guardian.register_child(name="서연")
    strangers = await other_guardian.register_child()
    admin = staff(guardian.http, settings, Role.ADMIN)
    await admin.call("PUT", f"/staff/children/{strangers['id']}/care-team/{clinician.id}")
    for to in (untreated, strangers, child):
        answer = await _correct(clinician, child, "reassign", sent, to_child_id=to["id"])
        assert problem(answer, 400, "invalid_input") == {"to_child_id": "not_a_sibling"}
    outsider = await member(system, guardian.http, settings, Role.CLINICIAN)
    problem(await _correct(outsider, child, "void", sent), 404, "child_not_found")
    form = {"kind": "void", "plays": [sent["id"]], "reason": "no"}
    problem(await _send(guardian, child, form), 403, "not_permitted")
    assert await _done(guardian, child) == (1, 10)


async def test_X08_corrections_are_in_the_audit_trail_of_each_child(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    sibling: dict[str, Any],
    clinician: Staff,
) -> None:
    sent = play(AT)
    await guardian.upload(child, sent)
    await _corrected(clinician, child, "void", sent)
    await _corrected(clinician, child, "restore", sent)
    await _corrected(clinician, child, "reassign", sent, to_child_id=sibling["id"])
    query = (
        "select subject_id, action from audit.entry where actor_id = $1 and action like 'play.%'"
        " order by at, id"
    )
    noted = await rows(system, query, clinician.id)
    assert [each["action"] for each in noted if str(each["subject_id"]) == child["id"]] == [
        "play.voided",
        "play.restored",
        "play.reassigned",
    ]
    assert [each["action"] for each in noted if str(each["subject_id"]) == sibling["id"]] == [
        "play.received"
    ]


async def test_T09_what_a_sibling_reaches_by_plays_it_is_given_is_told_of(
    guardian: Guardian,
    child: dict[str, Any],
    sibling: dict[str, Any],
    clinician: Staff,
    facts: Facts,
) -> None:
    await make_plan(guardian, sibling, [plan_day(3)])
    sent = play(AT)
    await guardian.upload(child, sent)
    await _corrected(clinician, child, "reassign", sent, to_child_id=sibling["id"])
    for kind in (DayAttended, TherapyGoalReached):
        [told] = await facts.of(sibling, kind)
        assert str(told.therapy_day) == TODAY
    # A day is told of once, whatever becomes of its plays.
    await _corrected(clinician, sibling, "void", sent)
    await _corrected(clinician, sibling, "restore", sent)
    await guardian.upload(child, play(AT))
    assert len(await facts.of(sibling, DayAttended)) == 1
    assert len(await facts.of(child, DayAttended)) == 1


async def test_T09_a_goal_that_is_reached_by_plays_put_back_is_told_of(
    guardian: Guardian, child: dict[str, Any], clinician: Staff, facts: Facts
) -> None:
    await make_plan(guardian, child, [plan_day(3, repetitions("mass_grasp", 20))])
    first, second = play(AT), play(AT)
    await guardian.upload(child, first)
    await _corrected(clinician, child, "void", first)
    await guardian.upload(child, second)
    assert await facts.of(child, TherapyGoalReached) == []
    await _corrected(clinician, child, "restore", first)
    [told] = await facts.of(child, TherapyGoalReached)
    assert str(told.therapy_day) == TODAY
