"""T07, T06: sessions of play, from what tablets tell of them and from their plays."""

import asyncio
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from dodam.bootstrap import Dodam
from dodam.features.therapy.events import SessionFinished
from dodam.platform.settings import Settings
from tests.facts import Facts
from tests.families import Guardian, play
from tests.staff import care_member

from .steps import Travel, problem, rows, seoul

TODAY = "2026-03-18"


def event(kind: str, at: datetime, session_id: str, **fields: Any) -> dict[str, Any]:
    """A session event as a tablet sends it."""
    return {
        "id": str(uuid4()),
        "session_id": session_id,
        "kind": kind,
        "at": at.isoformat(),
        **fields,
    }


async def tell(guardian: Guardian, child: dict[str, Any], events: Any) -> dict[str, Any]:
    answer = await guardian.call("POST", f"/children/{child['id']}/session-events", json=events)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _session(guardian: Guardian, child: dict[str, Any], session_id: str) -> dict[str, Any]:
    return await guardian.get(f"/children/{child['id']}/sessions/{session_id}")


async def _listed(guardian: Guardian, child: dict[str, Any], **days: str) -> dict[str, Any]:
    found = await guardian.get(f"/children/{child['id']}/sessions", params=days)
    return {each["session_id"]: each for each in found["sessions"]}


def _whole(session_id: str, **fields: Any) -> list[dict[str, Any]]:
    """A session of twenty minutes, five of them a pause."""
    return [
        event(kind, seoul(TODAY, at), session_id, **fields)
        for kind, at in (
            ("started", "17:00"),
            ("paused", "17:05"),
            ("resumed", "17:10"),
            ("finished", "17:20"),
        )
    ]


async def test_T07_a_session_that_was_told_of_whole(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    one, tablet = str(uuid4()), str(uuid4())
    receipt = await tell(guardian, child, _whole(one, device_id=tablet))
    assert (receipt["created"], receipt["records"][0]["therapy_day"]) == (4, TODAY)
    await guardian.upload(child, play(seoul(TODAY, "17:01"), session_id=one, device="Tab S9"))
    found = await _session(guardian, child, one)
    assert found.pop("totals")["active_seconds"] == 60
    assert found == {
        "session_id": one,
        "state": "finished",
        "therapy_day": TODAY,
        "started_at": "2026-03-18T08:00:00Z",
        "ended_at": "2026-03-18T08:20:00Z",
        "paused_seconds": 300,
        "devices": ["Tab S9"],
        "device_ids": [tablet],
        "events": "complete",
        "flags": [],
    }


async def test_T07_in_whatever_order_things_come_in_the_session_is_the_same(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    seen: list[Any] = []
    for turn, order in enumerate(permutations(range(4))):
        if turn % 5:
            continue
        one = str(uuid4())
        events = _whole(one)
        for n in order:
            await tell(guardian, child, [events[n], events[0]])
        found = await _session(guardian, child, one)
        seen.append([found[name] for name in ("state", "started_at", "ended_at", "paused_seconds")])
    assert all(each == seen[0] for each in seen)
    assert seen[0][0] == "finished"


async def test_T07_plays_without_events_are_a_session_all_the_same(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    one = str(uuid4())
    await guardian.upload(child, play(seoul(TODAY, "20:50"), session_id=one))
    found = await _session(guardian, child, one)
    assert (found["state"], found["events"], found["ended_at"]) == ("open", "none", None)
    await travel(seoul(TODAY, "21:21") + timedelta(seconds=1))
    found = await _session(guardian, child, one)
    assert (found["state"], found["ended_at"]) == ("abandoned", "2026-03-18T11:51:00Z")
    # What was played meanwhile comes in late: somebody is still there.
    await guardian.upload(child, play(seoul(TODAY, "21:10"), session_id=one))
    assert (await _session(guardian, child, one))["state"] == "open"
    assert (await _listed(guardian, child))[one]["totals"]["plays"] == 2


async def test_T07_events_without_plays_are_a_session_without_results(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    one = str(uuid4())
    await tell(guardian, child, event("started", seoul(TODAY, "20:50"), one))
    found = (await _listed(guardian, child))[one]
    assert (found["state"], found["events"]) == ("open", "incomplete")
    assert found["totals"]["plays"] == 0
    logs = await guardian.get(f"/children/{child['id']}/daily-logs")
    assert logs["days"] == []


async def test_T06_an_event_twice_is_one_and_an_id_is_used_once(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    one = event("started", seoul(TODAY), str(uuid4()))
    other = {**one, "kind": "finished"}
    receipts = await asyncio.gather(*(tell(guardian, child, [one, one]) for _ in range(5)))
    assert sum(receipt["created"] for receipt in receipts) == 1
    assert sum(receipt["duplicates"] for receipt in receipts) == 9
    again = await tell(guardian, child, [other, {**one, "sent_at": seoul(TODAY).isoformat()}])
    assert [each["fate"] for each in again["records"]] == ["rejected", "duplicate"]
    assert again["records"][0]["reason"]["code"] == "id_reused"
    mixed = await tell(guardian, child, [{**one, "id": str(uuid4())}, one])
    assert [each["fate"] for each in mixed["records"]] == ["created", "duplicate"]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"kind": "danced"}, "kind", "not_a_choice"),
        ({"session_id": None}, "session_id", "wrong_type"),
        ({"at": "2026-03-18T17:00:00"}, "at", "wrong_format"),
        ({"at": "0001-01-01T00:00:00+23:00"}, "at", "out_of_range"),
        ({"device_id": "mine"}, "device_id", "wrong_format"),
    ],
)
async def test_T06_a_wrong_event_spoils_no_other(
    guardian: Guardian, child: dict[str, Any], change: dict[str, Any], field: str, code: str
) -> None:
    good = event("started", seoul(TODAY), str(uuid4()))
    wrong = {**event("started", seoul(TODAY), str(uuid4())), **change}
    receipt = await tell(guardian, child, [wrong, good])
    assert [each["fate"] for each in receipt["records"]] == ["rejected", "created"]
    reason = receipt["records"][0]["reason"]
    assert (reason["field"], reason["code"]) == (field, code)


async def test_T06_too_many_events_are_refused(guardian: Guardian, child: dict[str, Any]) -> None:
    one = str(uuid4())
    events = [event("started", seoul(TODAY), one) for _ in range(501)]
    answer = await guardian.call("POST", f"/children/{child['id']}/session-events", json=events)
    problem(answer, 413, "too_many_records")
    assert await _listed(guardian, child) == {}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_T07_sessions_of_any_day_can_be_asked_for(
    guardian: Guardian, child: dict[str, Any], day: str
) -> None:
    assert await _listed(guardian, child, **{"from": day, "to": day}) == {}


async def test_T08_a_wrong_clock_is_put_right_as_for_plays(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    one = str(uuid4())
    ahead = timedelta(hours=3)
    receipt = await tell(
        guardian,
        child,
        [
            event(
                kind,
                seoul(TODAY, at) + ahead,
                one,
                sent_at=(seoul(TODAY, "21:00") + ahead).isoformat(),
            )
            for kind, at in (("started", "20:40"), ("finished", "20:55"))
        ],
    )
    assert {each["notice"]["code"] for each in receipt["records"]} == {"clock_corrected"}
    found = await _session(guardian, child, one)
    assert (found["started_at"], found["ended_at"]) == (
        "2026-03-18T11:40:00Z",
        "2026-03-18T11:55:00Z",
    )


async def test_T07_sessions_are_listed_by_the_day_they_began_on(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    late, early = str(uuid4()), str(uuid4())
    # The day begins at four: this session goes on into the next.
    await tell(guardian, child, event("started", seoul("2026-03-17", "03:50"), late))
    await guardian.upload(child, play(seoul("2026-03-17", "04:05"), session_id=late))
    await guardian.upload(child, play(seoul("2026-03-17", "10:00"), session_id=early))
    one_day = {"from": "2026-03-17", "to": "2026-03-17"}
    assert set(await _listed(guardian, child, **one_day)) == {early}
    both = await _listed(guardian, child)
    assert list(both) == [late, early]
    assert both[late]["therapy_day"] == "2026-03-16"
    assert both[late]["flags"] == ["crosses_days"]
    path = f"/children/{child['id']}/sessions"
    reversed_days = {"from": "2026-03-17", "to": "2026-03-16"}
    answer = await guardian.call("GET", path, params=reversed_days)
    assert problem(answer, 400, "invalid_input") == {"to": "out_of_range"}


async def test_T07_two_tablets_at_once_are_told_of(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    one, other, later = (str(uuid4()) for _ in range(3))
    await tell(guardian, child, _whole(one))
    await guardian.upload(child, play(seoul(TODAY, "17:15"), session_id=other))
    await guardian.upload(child, play(seoul(TODAY, "17:30"), session_id=later))
    flags = {key: each["flags"] for key, each in (await _listed(guardian, child)).items()}
    assert flags == {one: ["overlaps"], other: ["overlaps"], later: []}


async def test_T07_a_tablet_handed_to_a_sibling_makes_a_session_of_each_child(
    guardian: Guardian, other_guardian: Guardian, child: dict[str, Any]
) -> None:
    sibling = await guardian.register_child(name="서연")
    stranger = await other_guardian.register_child()
    one = str(uuid4())
    await tell(guardian, child, event("started", seoul(TODAY, "17:00"), one))
    await guardian.upload(child, play(seoul(TODAY, "17:01"), session_id=one))
    await other_guardian.upload(stranger, play(seoul(TODAY, "17:01"), session_id=one))
    assert (await _session(guardian, child, one))["flags"] == []
    await guardian.upload(sibling, play(seoul(TODAY, "17:05"), session_id=one, repetitions=9))
    await tell(guardian, sibling, event("finished", seoul(TODAY, "17:10"), one))
    mine, theirs = [await _session(guardian, each, one) for each in (child, sibling)]
    assert (mine["flags"], theirs["flags"]) == (["shared_session_id"], ["shared_session_id"])
    assert (mine["totals"]["repetitions"], theirs["totals"]["repetitions"]) == (10, 9)
    assert (mine["state"], theirs["state"]) == ("abandoned", "finished")
    assert (await _session(other_guardian, stranger, one))["flags"] == []


async def test_T09_a_finish_is_told_of_once_a_session_however_late(
    guardian: Guardian, elsewhere: Guardian, child: dict[str, Any], facts: Facts, travel: Travel
) -> None:
    one, other = str(uuid4()), str(uuid4())
    finishes = [event("finished", seoul(TODAY, f"17:{n}"), one) for n in range(10, 20)]
    await asyncio.gather(
        *(tell(who, child, each) for who in (guardian, elsewhere) for each in finishes)
    )
    await tell(guardian, child, event("started", seoul(TODAY), other))
    assert await facts.of(child, SessionFinished) == [
        SessionFinished(
            child_id=UUID(child["id"]),
            account_id=UUID(guardian.account_id),
            session_id=UUID(one),
            therapy_day=seoul(TODAY).date(),
        )
    ]
    await travel(seoul("2026-06-01"))
    await tell(guardian, child, event("finished", seoul(TODAY), other))
    told = await facts.of(child, SessionFinished)
    assert [str(each.session_id) for each in told] == [one, other]


async def test_A15_the_care_team_sees_sessions_and_others_do_not(
    system: Dodam,
    settings: Settings,
    guardian: Guardian,
    other_guardian: Guardian,
    child: dict[str, Any],
) -> None:
    one = str(uuid4())
    await guardian.upload(child, play(seoul(TODAY), session_id=one))
    path = f"/children/{child['id']}/sessions"
    clinician = await care_member(system, guardian.http, settings, child)
    assert (await clinician.get(f"{path}/{one}"))["session_id"] == one
    assert len((await clinician.get(path))["sessions"]) == 1
    problem(await guardian.call("GET", f"{path}/{uuid4()}"), 404, "session_not_found")
    problem(await other_guardian.call("GET", f"{path}/{one}"), 404, "child_not_found")
    events = f"/children/{child['id']}/session-events"
    problem(await other_guardian.call("POST", events, json=[]), 404, "child_not_found")
    problem(await clinician.call("POST", events, json=[]), 403, "not_permitted")
    assert (
        await rows(
            system, "select 1 from therapy.session_event where child_id = $1", UUID(child["id"])
        )
        == []
    )
