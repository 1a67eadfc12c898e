"""A07: signed-in devices are listed, and can be signed out from afar."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from tests.clock import StoppedClock
from tests.families import PASSWORD, Guardian

from .calls import refresh, sign_in


async def _another_device(http: httpx.AsyncClient, guardian: Guardian, device: str) -> Guardian:
    answer = await sign_in(http, guardian.email, device=device)
    assert answer.status_code == 200, answer.text
    return Guardian(http, guardian.email, answer.json())


async def _devices(guardian: Guardian) -> list[dict[str, Any]]:
    return await guardian.get("/sessions")


async def test_A07_the_device_used_last_comes_first_and_the_own_one_is_marked(
    http: httpx.AsyncClient, guardian: Guardian, clock: StoppedClock
) -> None:
    clock.advance(timedelta(minutes=1))
    tablet = await _another_device(http, guardian, "Galaxy Tab S9")
    assert [(each["device"], each["is_current"]) for each in await _devices(tablet)] == [
        ("Galaxy Tab S9", True),
        (None, False),
    ]
    clock.advance(timedelta(minutes=1))
    guardian.tokens = (await refresh(http, guardian.tokens)).json()
    [first, second] = await _devices(guardian)
    assert (first["is_current"], second["device"]) == (True, "Galaxy Tab S9")
    assert first["last_used_at"] > second["created_at"]
    assert first["method"] == "password"


async def test_A07_a_device_shows_whence_it_was_used_last(
    http: httpx.AsyncClient, guardian: Guardian
) -> None:
    form = {"refresh_token": guardian.tokens["refresh_token"]}
    headers = {"user-agent": "dodam/1.2 (iPad)"}
    answer = await http.post("/v1/auth/refresh", json=form, headers=headers)
    guardian.tokens = answer.json()
    [device] = await _devices(guardian)
    assert (device["address"], device["user_agent"]) == ("127.0.0.1", "dodam/1.2 (iPad)")


async def test_A07_a_device_signed_out_from_afar_is_refused_at_once(
    http: httpx.AsyncClient, guardian: Guardian
) -> None:
    lost = await _another_device(http, guardian, "the lost tablet")
    [its] = [each for each in await _devices(guardian) if not each["is_current"]]
    assert (await guardian.call("DELETE", f"/sessions/{its['id']}")).status_code == 204
    answer = await lost.call("GET", "/children")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert (await refresh(http, lost.tokens)).status_code == 401
    assert [each["is_current"] for each in await _devices(guardian)] == [True]
    again = await guardian.call("DELETE", f"/sessions/{its['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "session_not_found")


async def test_A07_signing_out_everywhere_refuses_every_access_token_at_once(
    http: httpx.AsyncClient, guardian: Guardian
) -> None:
    other = await _another_device(http, guardian, "phone")
    answer = await guardian.call("POST", "/auth/sign-out", json={"everywhere": True})
    assert answer.status_code == 204
    for each in (guardian, other):
        assert (await each.call("GET", "/children")).status_code == 401


async def test_A07_a_stolen_refresh_token_ends_the_access_token_of_its_family_too(
    http: httpx.AsyncClient, guardian: Guardian
) -> None:
    stolen = dict(guardian.tokens)
    guardian.tokens = (await refresh(http, stolen)).json()
    assert (await refresh(http, stolen)).status_code == 401
    assert (await guardian.call("GET", "/children")).status_code == 401


async def test_A07_nobody_elses_device_is_listed_or_signed_out(
    guardian: Guardian, other_guardian: Guardian
) -> None:
    [theirs] = await _devices(other_guardian)
    assert theirs["id"] not in {each["id"] for each in await _devices(guardian)}
    for session_id in (theirs["id"], str(uuid4())):
        answer = await guardian.call("DELETE", f"/sessions/{session_id}")
        assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")
    assert (await other_guardian.call("GET", "/children")).status_code == 200


async def test_A07_a_device_that_was_not_used_for_long_is_not_listed(
    http: httpx.AsyncClient, guardian: Guardian, clock: StoppedClock
) -> None:
    clock.advance(timedelta(days=61))
    fresh = await http.post(
        "/v1/auth/sign-in", json={"email": guardian.email, "password": PASSWORD}
    )
    guardian.tokens = fresh.json()
    assert [each["is_current"] for each in await _devices(guardian)] == [True]
