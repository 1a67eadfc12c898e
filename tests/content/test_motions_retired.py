"""G01: a retired motion is offered no more; what names it goes on."""

from typing import Any

import httpx
import pytest

from tests.clock import StoppedClock
from tests.families import Guardian, play, sign_up
from tests.house import House

from .motions import motion_of, save_motion

_DAYS: list[dict[str, Any]] = [
    {
        "weekday": weekday,
        "hand": "left",
        "items": [{"motion": "tip_pinch", "target_repetitions": 10}],
    }
    for weekday in range(1, 8)
]


@pytest.fixture
async def parent(house: House) -> Guardian:
    return await sign_up(house.http)


async def _retire(house: House, motion: str) -> dict[str, Any]:
    answer = await house.admin.call("PUT", f"/staff/motions/{motion}/retirement")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _plan(parent: Guardian, child: dict[str, Any]) -> httpx.Response:
    return await parent.call("POST", f"/children/{child['id']}/plans", json={"days": _DAYS})


async def test_G01_a_retired_motion_is_shown_as_retired_until_it_is_restored(
    house: House, parent: Guardian
) -> None:
    assert (await _retire(house, "tip_pinch"))["version"] == 2
    shown = {motion["id"]: motion for motion in await parent.get("/motions")}
    assert shown["tip_pinch"]["retired"] is True
    assert shown["mass_grasp"]["retired"] is False
    # Doing it again is no other version.
    assert (await _retire(house, "tip_pinch"))["version"] == 2
    answer = await house.admin.call("DELETE", "/staff/motions/tip_pinch/retirement")
    assert (answer.json()["version"], answer.json()["retired"]) == (3, False)
    assert (await motion_of(house.admin, "tip_pinch"))["retired"] is False


async def test_G01_saving_a_retired_motion_does_not_restore_it(house: House) -> None:
    await _retire(house, "tip_pinch")
    saved = await save_motion(house.admin, "tip_pinch", default_repetitions=31)
    assert (saved["version"], saved["retired"]) == (3, True)


async def test_G01_no_new_plan_takes_a_retired_motion(house: House, parent: Guardian) -> None:
    child = await parent.register_child()
    await _retire(house, "tip_pinch")
    answer = await _plan(parent, child)
    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert {error["code"] for error in errors} == {"retired_motion"}
    assert errors[0]["field"] == "days[0].items[0].motion"
    template = {"name": "Pinch", "days": [{**_DAYS[0], "hand": "affected"}]}
    refused = await house.admin.call("POST", "/staff/plan-templates", json=template)
    [error] = refused.json()["errors"]
    assert (refused.status_code, error["code"]) == (400, "retired_motion")


async def test_G01_default_plans_leave_retired_motions_out(house: House, parent: Guardian) -> None:
    before = await parent.register_child()
    plan = (await parent.get(f"/children/{before['id']}/plans"))[0]
    planned = {item["motion"] for day in plan["days"] for item in day["items"]}
    gone = min(planned - {"bimanual_hold"})
    await _retire(house, gone)
    child = await parent.register_child()
    plan = (await parent.get(f"/children/{child['id']}/plans"))[0]
    assert gone not in {item["motion"] for day in plan["days"] for item in day["items"]}
    # The plan of the child that was there stays as it is.
    plan = (await parent.get(f"/children/{before['id']}/plans"))[0]
    assert gone in {item["motion"] for day in plan["days"] for item in day["items"]}


async def test_G01_a_plan_that_has_a_retired_motion_goes_on(
    house: House, parent: Guardian, clock: StoppedClock
) -> None:
    child = await parent.register_child()
    assert (await _plan(parent, child)).status_code in {200, 201}
    await _retire(house, "tip_pinch")
    receipt = await parent.call(
        "POST",
        f"/children/{child['id']}/play-records",
        json=[play(clock.now(), motion="tip_pinch", repetitions=10)],
    )
    assert receipt.json()["created"] == 1, receipt.text
    today = await parent.get(f"/children/{child['id']}/today")
    [item] = today["items"]
    assert (item["motion"], item["reached"]) == ("tip_pinch", True)
