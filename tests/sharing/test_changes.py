"""T12: logs of days and results of sessions, which may change: what changes comes again."""

import asyncio
from uuid import uuid4

import pytest

from tests.families import Guardian, play, sign_up
from tests.therapy.steps import problem, rows, seoul

from .steps import (
    DAY,
    EVENING,
    LOGS,
    MINUTE,
    MORNING,
    RESULTS,
    SESSIONS,
    System,
    Town,
    family,
    grant,
    numbers,
    plays,
    share,
    shared_child,
    stop,
)

TODAY = "2026-03-19"
YESTERDAY = seoul("2026-03-18", "17:00")
BOTH = (LOGS, SESSIONS)


@pytest.fixture
async def system(town: Town) -> System:
    return await town.system(scopes=[RESULTS, LOGS, SESSIONS])


async def test_T12_a_day_and_a_session_are_read_as_the_guardian_sees_them(
    town: Town, home: Guardian, system: System
) -> None:
    child = await shared_child(town, home, system)
    await home.upload(
        child, [play(MORNING), play(MORNING, motion="tip_pinch", hand="right", accuracy=0.5)]
    )
    assert (await system.logs(), await system.sessions()) == ([], [])
    await town.sweep()
    mine = await home.get(f"/children/{child['id']}/daily-logs")
    [day] = mine["days"]
    sessions = day.pop("sessions")
    number = (await numbers(home, child))[system.id]
    changed_at = "2026-03-19T00:05:00Z"
    assert await system.logs() == [
        {
            "child": number,
            "day": TODAY,
            "changed_at": changed_at,
            "deleted": False,
            "log": {"day": TODAY, **day},
        }
    ]
    known = {each["session_id"]: each for each in await system.sessions()}
    assert known == {
        each["session_id"]: {
            "child": number,
            "session_id": each["session_id"],
            "changed_at": changed_at,
            "deleted": False,
            "result": each,
        }
        for each in sessions
    }
    answer = await system.call("GET", "/shared/daily-logs")
    for named in (child["id"], home.account_id, child["name"], child["birth_date"], home.email):
        assert named not in answer.text


async def test_T12_a_day_that_changes_comes_again_and_only_there(
    town: Town, home: Guardian, system: System
) -> None:
    child = await shared_child(town, home, system)
    await home.upload(child, play(MORNING))
    await town.sweep()
    first = await system.log_page()
    assert (await system.log_page(first["next_after"]))["logs"] == []
    await home.upload(child, play(MORNING + MINUTE))
    await town.sweep()
    assert [plays(each) for each in await system.logs(first["next_after"])] == [(TODAY, 2)]
    assert [plays(each) for each in await system.logs()] == [(TODAY, 2)]


async def test_T12_what_did_not_change_does_not_come_again(
    town: Town, home: Guardian, system: System
) -> None:
    """Though each sweep looks at some of the time before again, and tablets upload twice."""
    child = await shared_child(town, home, system)
    twice = play(MORNING)
    await home.upload(child, twice)
    await town.sweep()
    after = (await system.log_page())["next_after"]
    sessions = await system.sessions()
    await home.upload(child, twice)
    for _ in range(3):
        await town.sweep()
    assert await system.log_page(after) == {"logs": [], "next_after": after, "has_more": False}
    assert await system.sessions() == sessions


async def test_T12_an_upload_that_is_days_late_is_noticed(
    town: Town, home: Guardian, system: System
) -> None:
    child = await shared_child(town, home, system)
    await town.sweep()
    await town.house.at(MORNING + 5 * DAY, home)
    session = str(uuid4())
    await home.upload(
        child,
        [
            play(MORNING, session_id=session),
            play(MORNING + DAY, session_id=session),
            play(MORNING + 5 * DAY),
        ],
    )
    await town.sweep()
    days = [each["day"] for each in await system.logs()]
    assert sorted(days) == [TODAY, "2026-03-20", "2026-03-24"]
    known = {each["session_id"]: each["result"] for each in await system.sessions()}
    assert (known[session]["therapy_day"], known[session]["totals"]["plays"]) == (TODAY, 2)


async def test_T12_days_before_the_consent_are_not_shared(
    town: Town, home: Guardian, system: System
) -> None:
    child = await shared_child(town, home)
    await home.upload(child, play(YESTERDAY))
    await home.upload(child, play(MORNING))
    await town.sweep()
    await share(home, child, system, *BOTH)
    await home.upload(child, play(YESTERDAY + MINUTE))
    await town.sweep()
    # What was played on the day of the consent before it is there.
    assert [plays(each) for each in await system.logs()] == [(TODAY, 1)]
    assert {each["result"]["therapy_day"] for each in await system.sessions()} == {TODAY}


async def test_T12_a_session_that_turns_out_to_have_begun_before_the_consent_is_deleted(
    town: Town, home: Guardian, system: System
) -> None:
    child = await shared_child(town, home, system)
    session = str(uuid4())
    number = (await numbers(home, child))[system.id]
    await home.upload(child, play(MORNING, session_id=session))
    await town.sweep()
    assert [each["deleted"] for each in await system.sessions()] == [False]
    await home.upload(child, play(YESTERDAY, session_id=session))
    await town.sweep()
    [known] = await system.sessions()
    assert known == {
        "child": number,
        "session_id": session,
        "changed_at": "2026-03-19T00:10:00Z",
        "deleted": True,
        "result": None,
    }


async def test_T12_each_part_is_granted_by_itself(
    town: Town, home: Guardian, system: System
) -> None:
    child = await shared_child(town, home, system, scopes=(LOGS,))
    await home.upload(child, play(MORNING))
    await town.sweep()
    await town.evening()
    assert len(await system.logs()) == 1
    assert (await system.sessions(), await system.days()) == ([], [])
    await town.house.at(EVENING, home)
    await share(home, child, system, SESSIONS)
    await town.sweep()
    assert (len(await system.logs()), len(await system.sessions())) == (0, 1)


async def test_A14_what_a_key_may_read_later_is_not_shared_until_it_is_granted(
    town: Town, home: Guardian
) -> None:
    system = await town.system()
    child = await shared_child(town, home, system, scopes=(RESULTS,))
    number = await numbers(home, child)
    problem(await system.call("GET", "/shared/daily-logs"), 403, "not_permitted")
    path = f"/staff/api-keys/{system.id}"
    form = {"scopes": [RESULTS, LOGS]}
    changed = await town.house.admin.call("PATCH", path, json=form)
    assert sorted(changed.json()["scopes"]) == sorted([RESULTS, LOGS])
    await home.upload(child, play(MORNING))
    await town.sweep()
    assert await system.logs() == []
    await town.house.at(MORNING + DAY, home)
    await share(home, child, system, RESULTS, LOGS)
    assert await numbers(home, child) == number
    await home.upload(child, play(MORNING + DAY))
    await town.sweep()
    assert [plays(each) for each in await system.logs()] == [("2026-03-20", 1)]


async def test_A14_nothing_is_granted_that_is_not_offered_or_not_in_the_document(
    town: Town, home: Guardian, system: System
) -> None:
    few = await town.system(scopes=[RESULTS])
    child = await shared_child(town, home)
    answer = await grant(home, child, few, 2, RESULTS, LOGS)
    assert problem(answer, 400, "invalid_input") == {"scopes": "not_offered"}
    answer = await grant(home, child, system, 1, RESULTS, LOGS)
    assert problem(answer, 400, "invalid_input") == {"scopes": "not_in_document"}
    problem(await grant(home, child, system, 2), 400, "invalid_input")
    problem(await grant(home, child, system, 2, "everything"), 400, "invalid_input")
    assert await numbers(home, child) == {}


@pytest.mark.parametrize("how", ["guardian", "removed", "consent", "key"])
async def test_A14_what_is_no_longer_granted_is_no_longer_read_nor_told_of(
    town: Town, home: Guardian, how: str
) -> None:
    system = await town.system(scopes=[RESULTS, LOGS, SESSIONS])
    other = await town.system("바다재활의원", scopes=[LOGS])
    child = await shared_child(town, home, system)
    await share(home, child, other, LOGS)
    await home.upload(child, play(MORNING))
    await town.sweep()
    assert len(await system.logs()) == len(await system.sessions()) == 1
    await home.upload(child, play(MORNING + MINUTE))
    if how == "guardian":
        await stop(home, child, system)
    elif how == "removed":
        await home.call("DELETE", f"/children/{child['id']}")
    elif how == "consent":
        await home.consent(privacy=None)
    else:
        form = {"scopes": [RESULTS]}
        await town.house.admin.call("PATCH", f"/staff/api-keys/{system.id}", json=form)
        problem(await system.call("GET", "/shared/daily-logs"), 403, "not_permitted")
        return
    assert (await system.logs(), await system.sessions()) == ([], [])
    await town.sweep()
    assert (await system.logs(), await system.sessions()) == ([], [])
    assert len(await other.logs()) == (1 if how == "guardian" else 0)


async def test_A12_of_test_accounts_nothing_is_shared(
    town: Town, home: Guardian, system: System
) -> None:
    child = await shared_child(town, home, system)
    await home.upload(child, play(MORNING))
    owner = await sign_up(town.house.http)
    path = f"/staff/accounts/{owner.account_id}/test-accounts"
    form = {"accounts": [home.account_id]}
    assert (await town.house.admin.call("PUT", path, json=form)).status_code == 200
    await town.sweep()
    count = "select count(*) as n from sharing.shared_log"
    assert await rows(town.dodam, count) == [{"n": 0}]


async def test_A14_a_grant_that_rested_misses_nothing_and_neither_does_a_reader(
    town: Town, home: Guardian, system: System
) -> None:
    """A new version of a required document rests every grant until its guardian consents to it."""
    child = await shared_child(town, home, system, scopes=(RESULTS, *BOTH))
    await home.upload(child, play(MORNING))
    await town.sweep()
    await town.evening()
    assert (await town.house.publish("privacy", 2)).status_code == 201
    await town.house.at(EVENING + DAY, home)
    page = await system.read()
    passed_over = page["next_after"]
    assert (page["results"], await system.logs(), await system.sessions()) == ([], [], [])
    await town.sweep()
    await home.consent(privacy=2)
    await town.sweep()
    assert len((await system.read(passed_over))["results"]) == 1
    assert len(await system.logs(passed_over)) == 1
    assert len(await system.sessions(passed_over)) == 1
    after = (await system.read(passed_over))["next_after"]
    await town.sweep()
    assert (await system.read(after))["results"] == []


@pytest.mark.parametrize("stream", ["results", "logs"])
async def test_A14_what_is_granted_again_on_the_same_day_comes_again(
    town: Town, home: Guardian, system: System, stream: str
) -> None:
    path = f"/shared/daily-{stream}"
    children = await family(town, home, count=2)
    for child in children:
        await share(home, child, system, RESULTS, *BOTH)
    await town.sweep()
    await town.evening()
    await town.house.at(EVENING + MINUTE, home)
    earlier, later = (each["child"] for each in (await system.get(path))[stream])
    [child] = [each for each in children if (await numbers(home, each))[system.id] == earlier]
    await share(home, child, system, SESSIONS)
    passed = await system.get(path)
    assert [each["child"] for each in passed[stream]] == [later]
    await share(home, child, system, RESULTS, *BOTH)
    await town.sweep()
    again = await system.get(path, params={"after": passed["next_after"]})
    assert [each["child"] for each in again[stream]] == [earlier]


async def test_T12_a_system_that_reads_while_days_change_misses_none(
    town: Town, home: Guardian, system: System
) -> None:
    """Readers and sweeps at once: whoever keeps the newest of each day has what is so."""
    await town.house.at(MORNING, home)
    children = [await home.register_child() for _ in range(3)]
    for child in children:
        await share(home, child, system, LOGS)
    kept: dict[tuple[str, str], int] = {}
    after, done = 0, False

    async def read_on() -> None:
        nonlocal after
        while True:
            was_done = done
            page = await system.log_page(after, limit=2)
            for each in page["logs"]:
                kept[each["child"], each["day"]] = each["log"]["totals"]["plays"]
            after = page["next_after"]
            if was_done and not page["has_more"]:
                return

    reading = asyncio.create_task(read_on())
    for number in range(6):
        await asyncio.gather(
            *(home.upload(child, play(MORNING - number * MINUTE)) for child in children),
            town.chore("share-changes"),
            town.chore("share-changes"),
        )
    await town.sweep()
    done = True
    await reading
    known = [(await numbers(home, child))[system.id] for child in children]
    assert kept == {(number, TODAY): 6 for number in known}


async def test_A13_an_erased_child_leaves_nothing_of_what_was_shared(
    town: Town, home: Guardian, system: System
) -> None:
    child = await shared_child(town, home, system)
    await home.upload(child, play(MORNING))
    await town.sweep()
    await home.call("DELETE", f"/children/{child['id']}")
    await town.house.at(EVENING + 31 * DAY, home)
    await town.chore("erase-removed-children")
    await town.work("deliver:children.erase")
    left = await rows(
        town.dodam,
        "select grant_id from sharing.shared_log union all"
        " select grant_id from sharing.shared_session union all"
        " select grant_id from sharing.grant_scope",
    )
    assert left == []


@pytest.mark.parametrize("path", ["daily-results", "daily-logs", "therapy-results"])
async def test_T12_positions_that_are_none_are_told_so(system: System, path: str) -> None:
    for params in ({"after": -1}, {"after": 2**63}, {"limit": 0}, {"limit": 501}):
        answer = await system.call("GET", f"/shared/{path}", params=params)
        assert list(problem(answer, 400, "invalid_input")) == list(params)
