"""Profiles are kept, and people forgotten on request."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from dodam_sim.world.mixpanel import Mixpanel
from tests.clock import NOON, StoppedClock
from tests.sim.mixpanel.asking import DELETIONS, GDPR, TOKEN, an_event, an_update, engage, send


async def test_N03_a_profile_is_set_and_deleted(
    clock: StoppedClock, mixpanel: Mixpanel, http: httpx.AsyncClient
) -> None:
    assert (await engage(http, an_update(set={"plan": "free", "locale": "ko"}))).text == "1"
    clock.advance(timedelta(seconds=1))
    await engage(http, an_update(set={"plan": "paid"}), an_update(set_once={"plan": "x", "n": 1}))
    await engage(http, an_update(unset=["locale", "unknown"]))
    profile = mixpanel.profiles.all["guardian-1"]
    assert (profile.properties, profile.at) == ({"plan": "paid", "n": 1}, clock.now())
    await engage(http, an_update(delete="null"))
    assert not mixpanel.profiles.all


async def test_N03_a_wrong_token_is_not_told(mixpanel: Mixpanel, http: httpx.AsyncClient) -> None:
    update = {**an_update(set={}), "$token": "of nobody"}
    assert (await engage(http, update)).text == "1"
    assert not mixpanel.profiles.all


@pytest.mark.parametrize(
    "update",
    [{"$distinct_id": "a", "$set": {}}, an_update(""), an_update(set=[]), an_update(unset="a")],
)
async def test_N03_a_wrong_update_is_told_only_to_who_asks(
    http: httpx.AsyncClient, update: dict[str, Any]
) -> None:
    good = an_update(set={})
    assert (await engage(http, update)).text == "0"
    assert (await engage(http, update, good)).text == "1"
    assert (await engage(http, update, verbose="1")).json()["status"] == 0
    strict = await engage(http, update, good, strict="1")
    assert (strict.status_code, strict.json()["num_records_imported"]) == (400, 1)
    assert [each["index"] for each in strict.json()["failed_records"]] == [0]
    assert (await engage(http, good, strict="1")).json()["status"] == "OK"
    half = await http.post("/engage", content=b'[{"$token":')
    assert (half.status_code, half.text) == (200, "0")


async def order(http: httpx.AsyncClient, **body: Any) -> httpx.Response:
    return await http.post(DELETIONS, params=TOKEN, headers=GDPR, json=body)


async def status(http: httpx.AsyncClient, task_id: str) -> str:
    answer = await http.get(f"{DELETIONS}{task_id}", params=TOKEN, headers=GDPR)
    assert answer.json()["results"]["distinct_ids"] == ["guardian-1"]
    return answer.json()["results"]["status"]


async def test_N03_a_person_is_forgotten_a_while_after_it_was_ordered(
    clock: StoppedClock, mixpanel: Mixpanel, http: httpx.AsyncClient, gdpr: httpx.AsyncClient
) -> None:
    await send(http, an_event(1), an_event(2, distinct_id="guardian-2"))
    await engage(http, an_update(set={}), an_update("guardian-2", set={}))
    ordered = await order(gdpr, distinct_ids=["guardian-1"], compliance_type="GDPR")
    assert (ordered.status_code, ordered.json()["status"]) == (201, "ok")
    task_id = ordered.json()["results"]["task_id"]
    assert await status(gdpr, task_id) == "PENDING"
    assert len(mixpanel.received) == 2
    clock.advance(timedelta(hours=1))
    assert await status(gdpr, task_id) == "STARTED"
    late = await gdpr.delete(f"{DELETIONS}{task_id}", params=TOKEN, headers=GDPR)
    assert late.status_code == 405
    clock.advance(timedelta(days=1))
    assert await status(gdpr, task_id) == "SUCCESS"
    assert [each.distinct_id for each in mixpanel.received] == ["guardian-2"]
    assert mixpanel.profiles.all.keys() == {"guardian-2"}
    assert [each.status for each in mixpanel.deletions] == ["SUCCESS"]


async def test_N03_a_deletion_can_be_cancelled_until_it_starts(
    clock: StoppedClock, mixpanel: Mixpanel, http: httpx.AsyncClient, gdpr: httpx.AsyncClient
) -> None:
    await send(http, an_event())
    task_id = (await order(gdpr, distinct_ids=["guardian-1"])).json()["results"]["task_id"]
    cancelled = await gdpr.delete(f"{DELETIONS}{task_id}", params=TOKEN, headers=GDPR)
    assert cancelled.status_code == 204
    clock.advance(timedelta(days=2))
    assert await status(gdpr, task_id) == "REVOKED"
    assert len(mixpanel.received) == 1


async def test_N03_deletions_are_ordered_by_the_project_one_a_second(
    clock: StoppedClock, gdpr: httpx.AsyncClient
) -> None:
    body = {"distinct_ids": ["guardian-1"]}
    nobody = await gdpr.post(DELETIONS, params=TOKEN, json=body)
    assert (nobody.status_code, nobody.json()["status"]) == (401, "error")
    another = await gdpr.post(DELETIONS, params={"token": "x"}, headers=GDPR, json=body)
    assert another.status_code == 403
    assert (await order(gdpr, **body)).status_code == 201
    assert (await order(gdpr, **body)).status_code == 429
    unknown = await gdpr.get(f"{DELETIONS}unknown", params=TOKEN, headers=GDPR)
    assert unknown.status_code == 404
    wrong: list[dict[str, Any]] = [
        {"distinct_ids": ["x"] * 2000},
        {"distinct_ids": []},
        {"distinct_ids": "x"},
        {},
    ]
    for each in [*wrong, {**body, "compliance_type": "PIPA"}]:
        clock.advance(timedelta(seconds=1))
        refused = await order(gdpr, **each)
        assert (refused.status_code, refused.json()["status"]) == (400, "error")


async def test_N03_the_page_shows_events_and_deletions(
    clock: StoppedClock, mixpanel: Mixpanel, http: httpx.AsyncClient, gdpr: httpx.AsyncClient
) -> None:
    await send(http, an_event(plays=3, hand="left"))
    clock.advance(timedelta(seconds=1))
    await order(gdpr, distinct_ids=["guardian-1"])
    event, deletion = mixpanel.shown()
    assert (event.at, event.title, event.who) == (NOON, "session finished", "guardian-1")
    assert event.text == "plays: 3, hand: left"
    assert (deletion.title, deletion.who) == ("deletion PENDING", "guardian-1")
