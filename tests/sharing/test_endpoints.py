"""T13, A16: an outside system, or staff for it, says where it takes webhooks."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from dodam.features.sharing.models.endpoints import is_right
from dodam_sim.world.faults import Fault, Faults
from tests.clock import NOON
from tests.therapy.steps import problem, rows

from .steps import Receiver, System, Town

HOSPITAL = "https://hospital.example/dodam"


async def _staffs(town: Town, system: System, method: str, path: str = "", **options: Any) -> Any:
    where = f"/staff/api-keys/{system.id}/webhook-endpoints{path}"
    return await town.house.admin.call(method, where, **options)


async def test_T13_a_system_makes_an_endpoint_and_is_shown_its_secret_once(
    town: Town, system: System
) -> None:
    made = await system.endpoint(HOSPITAL)
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", made["secret"])
    assert made["endpoint"] == {
        "id": made["endpoint"]["id"],
        "url": HOSPITAL,
        "types": ["daily_result.ready"],
        "disabled_by": None,
        "failing_since": None,
        "created_at": "2026-03-18T12:00:00Z",
    }
    assert await system.get("/webhook-endpoints") == [made["endpoint"]]
    [kept] = await rows(town.dodam, "select * from sharing.endpoint_secret")
    assert made["secret"].encode() not in kept["sealed"]
    trail = await rows(town.dodam, "select details::text from audit.entry")
    assert made["secret"] not in str(trail)


async def test_T13_staff_set_a_systems_endpoints_up_for_it(town: Town, system: System) -> None:
    answer = await _staffs(town, system, "POST", json={"url": HOSPITAL})
    assert answer.status_code == 201, answer.text
    endpoint = answer.json()["endpoint"]
    assert await system.get("/webhook-endpoints") == [endpoint]
    path = f"/{endpoint['id']}"
    off = await _staffs(town, system, "PATCH", path, json={"enabled": False})
    assert off.json()["disabled_by"] == "owner"
    assert (await _staffs(town, system, "POST", f"{path}/rotate")).status_code == 201
    assert (await _staffs(town, system, "DELETE", path)).status_code == 204
    assert (await _staffs(town, system, "GET")).json() == []
    trail = await rows(
        town.dodam,
        "select action, actor_kind from audit.entry where subject_id = $1 order by at, id",
        UUID(endpoint["id"]),
    )
    assert trail == [
        {"action": f"webhook_endpoint.{what}", "actor_kind": "staff"}
        for what in ("made", "changed", "rotated", "removed")
    ]


async def test_A16_an_endpoint_of_another_system_is_not_there(town: Town, system: System) -> None:
    other = await town.system("바다재활의원")
    theirs = (await other.endpoint(HOSPITAL))["endpoint"]["id"]
    for endpoint in (theirs, str(uuid4())):
        for method, path, form in (
            ("PATCH", "", {"enabled": False}),
            ("DELETE", "", None),
            ("POST", "/rotate", None),
            ("POST", "/ping", None),
            ("GET", "/deliveries", None),
        ):
            where = f"/webhook-endpoints/{endpoint}{path}"
            problem(await system.call(method, where, json=form), 404, "endpoint_not_found")
    assert await system.get("/webhook-endpoints") == []
    [kept] = await other.get("/webhook-endpoints")
    assert kept["disabled_by"] is None


async def test_T13_staff_set_nothing_up_for_a_key_that_is_not_there(
    town: Town, system: System
) -> None:
    nobody = System(system.http, str(uuid4()), "", "")
    answer = await _staffs(town, nobody, "POST", json={"url": HOSPITAL})
    problem(answer, 404, "api_key_not_found")


@pytest.mark.parametrize(
    "url",
    [
        "http://hospital.example/dodam",
        "ftp://hospital.example/",
        "//hospital.example/",
        "hospital.example",
        "https://",
        "https:///dodam",
        "https://user@hospital.example/",
        "https://user:demo@hospital.example/",
        "https://hospital.example/#part",
        "https://hospital.example:0/",
        "https://hospital.example:99999/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00:ec2::254]/",
        "https://[::1",
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
async def test_T13_an_address_that_is_not_allowed_is_told_so(system: System, url: str) -> None:
    answer = await system.call("POST", "/webhook-endpoints", json={"url": url})
    assert problem(answer, 400, "invalid_input") == {"url": "not_allowed"}
    endpoint = (await system.endpoint(HOSPITAL))["endpoint"]
    path = f"/webhook-endpoints/{endpoint['id']}"
    moved = await system.call("PATCH", path, json={"url": url})
    assert problem(moved, 400, "invalid_input") == {"url": "not_allowed"}
    assert await system.get("/webhook-endpoints") == [endpoint]


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://[::1]/", "http://127.0.0.1:8080/", "http://localhost/"]
)
def test_T13_this_machine_is_allowed_in_development_only(url: str) -> None:
    assert is_right(url, loopback=True)
    assert not is_right(url, loopback=False)


@pytest.mark.parametrize("url", [HOSPITAL, "https://hospital.example:8443", "https://1.1.1.1/?a=b"])
def test_T13_an_address_of_the_world_is_allowed(url: str) -> None:
    assert is_right(url, loopback=False)


@pytest.mark.parametrize(
    "url", ["", "https://hospital.example/ a", "https://병원.example/", "https://h/" + "x" * 500]
)
async def test_T13_what_is_no_address_is_told_so(system: System, url: str) -> None:
    answer = await system.call("POST", "/webhook-endpoints", json={"url": url})
    assert list(problem(answer, 400, "invalid_input")) == ["url"]


async def test_T13_a_system_has_five_endpoints_at_most(town: Town, system: System) -> None:
    for _ in range(5):
        await system.endpoint(HOSPITAL)
    answer = await system.call("POST", "/webhook-endpoints", json={"url": HOSPITAL})
    problem(answer, 409, "too_many_endpoints")
    other = await town.system("바다재활의원")
    await other.endpoint(HOSPITAL)


async def test_T13_a_ping_tells_at_once_how_it_went(system: System, receiver: Receiver) -> None:
    answer = await system.call("POST", f"{receiver.path}/ping")
    assert (answer.status_code, answer.json()) == (
        200,
        {"delivered": True, "status": 204, "reason": None},
    )
    assert receiver.messages == [{"type": "ping", "timestamp": "2026-03-18T12:00:00Z", "data": {}}]
    receiver.line.faults = Faults.always(Fault.BUSY)
    answer = await system.call("POST", f"{receiver.path}/ping")
    assert answer.json() == {"delivered": False, "status": 429, "reason": None}
    receiver.line.faults = Faults.always(Fault.DOWN)
    answer = await system.call("POST", f"{receiver.path}/ping")
    assert answer.json() == {"delivered": False, "status": None, "reason": "broken_off"}


async def test_T13_a_rotated_secret_signs_beside_the_old_one_for_a_day(
    town: Town, system: System, receiver: Receiver
) -> None:
    old = receiver.hospital.secret
    answer = await system.call("POST", f"{receiver.path}/rotate")
    assert answer.status_code == 201, answer.text
    new = answer.json()["secret"]
    assert new != old

    async def taken(secret: str) -> bool:
        receiver.hospital.secret = secret
        return (await system.call("POST", f"{receiver.path}/ping")).json()["delivered"]

    assert [await taken(old), await taken(new)] == [True, True]
    await town.house.at(NOON.replace(day=19, hour=11, minute=59))
    assert [await taken(old), await taken(new)] == [True, True]
    await town.house.at(NOON.replace(day=19))
    assert [await taken(old), await taken(new)] == [False, True]
    await town.chore("forget-endpoint-secrets")
    assert len(await rows(town.dodam, "select id from sharing.endpoint_secret")) == 1
    assert await taken(new)


async def test_T13_revoking_a_key_turns_its_endpoints_off(
    town: Town, system: System, receiver: Receiver
) -> None:
    await town.house.admin.call("DELETE", f"/staff/api-keys/{system.id}")
    await town.work()
    query = "select disabled_by from sharing.endpoint where id = $1"
    endpoint = UUID(receiver.endpoint["id"])
    assert await rows(town.dodam, query, endpoint) == [{"disabled_by": "key"}]
