"""T12, T05: what staff correct comes again, and endpoints are told which days changed."""

from datetime import timedelta
from typing import Any

import pytest

from dodam.platform.settings import Settings
from tests.conftest import CLOCK
from tests.families import Guardian, play
from tests.staff import Staff, care_member

from .steps import (
    DAY,
    LOGS,
    MINUTE,
    MORNING,
    RESULTS,
    SESSIONS,
    Receiver,
    System,
    Town,
    numbers,
    plays,
    share,
    shared_child,
)

TODAY = "2026-03-19"


@pytest.fixture
async def system(town: Town) -> System:
    return await town.system(scopes=[RESULTS, LOGS, SESSIONS])


async def _correct(
    by: Staff, child: dict[str, Any], kind: str, corrected: dict[str, Any], **fields: Any
) -> None:
    form = {"kind": kind, "plays": [corrected["id"]], "reason": "Played by the sibling.", **fields}
    answer = await by.call("POST", f"/children/{child['id']}/corrections", json=form)
    assert answer.status_code in {200, 201}, answer.text


async def test_T12_what_staff_correct_comes_again_and_what_is_gone_is_deleted(
    town: Town, home: Guardian, system: System, settings: Settings
) -> None:
    child = await shared_child(town, home, system)
    sibling = await home.register_child(name="서연")
    await share(home, sibling, system, LOGS)
    number, siblings = [(await numbers(home, each))[system.id] for each in (child, sibling)]
    wrong, right = play(MORNING), play(MORNING + MINUTE)
    await home.upload(child, [wrong, right])
    await town.sweep()
    clinician = await care_member(town.dodam, town.house.http, settings, child, "clinician")
    team = f"/staff/children/{sibling['id']}/care-team/{clinician.id}"
    assert (await town.house.admin.call("PUT", team)).status_code == 204
    await town.house.at(MORNING + 3 * DAY, home)
    await _correct(clinician, child, "reassign", wrong, to_child_id=sibling["id"])
    await town.sweep()
    assert {each["child"]: plays(each) for each in await system.logs()} == {
        number: (TODAY, 1),
        siblings: (TODAY, 1),
    }
    after = (await system.log_page())["next_after"]
    await _correct(clinician, child, "void", right)
    await town.sweep()
    [gone] = await system.logs(after)
    assert (gone["child"], gone["day"], gone["deleted"], gone["log"]) == (number, TODAY, True, None)
    assert {each["deleted"] for each in await system.sessions()} == {True}
    await _correct(clinician, child, "restore", right)
    await town.sweep()
    [back] = await system.logs(after)
    assert (plays(back), back["deleted"]) == ((TODAY, 1), False)


async def _takes(system: System, receiver: Receiver, *types: str) -> None:
    answer = await system.call("PATCH", receiver.path, json={"types": types})
    assert sorted(answer.json()["types"]) == sorted(types)


async def test_T12_an_endpoint_is_told_once_a_sweep_and_child_which_days_changed(
    town: Town, home: Guardian, system: System, receiver: Receiver, other_receiver: Receiver
) -> None:
    await _takes(system, receiver, "daily_log.changed")
    child = await shared_child(town, home, system)
    await town.house.at(MORNING + DAY, home)
    await home.upload(child, [play(MORNING), play(MORNING + MINUTE), play(MORNING + DAY)])
    await town.sweep()
    number = (await numbers(home, child))[system.id]
    assert receiver.messages == [
        {
            "type": "daily_log.changed",
            "timestamp": "2026-03-20T00:05:00Z",
            "data": {"child": number, "days": [TODAY, "2026-03-20"]},
        }
    ]
    await town.sweep()
    assert (len(receiver.messages), other_receiver.messages) == (1, [])
    [delivery] = await system.get(f"{receiver.path}/deliveries")
    assert (delivery["type"], delivery["days"], delivery["state"]) == (
        "daily_log.changed",
        [TODAY, "2026-03-20"],
        "delivered",
    )


async def test_A14_days_that_waited_to_be_told_of_are_dropped_when_the_grant_ends(
    town: Town, home: Guardian, system: System, receiver: Receiver
) -> None:
    await _takes(system, receiver, "daily_log.changed", "daily_result.ready")
    child = await shared_child(town, home, system, scopes=(RESULTS, LOGS))
    await home.upload(child, play(MORNING))
    CLOCK.advance(timedelta(minutes=5))
    await town.chore("share-changes")
    await share(home, child, system, RESULTS)
    await town.work()
    assert (receiver.messages, await town.states(receiver)) == ([], ["dropped"])
