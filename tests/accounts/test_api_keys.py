"""A16: API keys: scoped, kept as digests, rotated, revoked and rate-limited."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam, build
from dodam.features.accounts.models.api_keys import Scope
from dodam.platform.http.access import api_keys_with
from dodam.platform.ids import new_id
from dodam.platform.settings import Settings
from dodam.platform.tokens import Caller, CallerKind
from tests.clock import NOON, StoppedClock
from tests.conftest import CLOCK
from tests.families import Guardian
from tests.staff import Staff, staff


@pytest.fixture
def admin(http: httpx.AsyncClient, settings: Settings) -> Staff:
    return staff(http, settings, "admin")


async def make(admin: Staff, **fields: Any) -> dict[str, Any]:
    form = {"name": "A hospital", "scopes": ["daily_results:read"], **fields}
    answer = await admin.call("POST", "/staff/api-keys", json=form)
    assert answer.status_code == 201, answer.text
    return answer.json()


def _secret_part(made: dict[str, Any]) -> str:
    """What follows `dodam_<id>_`; it may hold underscores of its own."""
    return made["secret"].split("_", maxsplit=2)[2]


async def _ask(http: httpx.AsyncClient, secret: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {secret}"}
    return await http.get("/v1/api-key", headers=headers)


async def _rotate(admin: Staff, made: dict[str, Any]) -> httpx.Response:
    return await admin.call("POST", f"/staff/api-keys/{made['key']['id']}/rotate")


async def test_A16_a_key_tells_what_it_is(http: httpx.AsyncClient, admin: Staff) -> None:
    expires_at = "2027-03-18T21:00:00+09:00"
    made = await make(admin, expires_at=expires_at)
    answer = await _ask(http, made["secret"])
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["name"], shown["scopes"]) == ("A hospital", [Scope.READ_DAILY_RESULTS])
    assert shown["expires_at"] == "2027-03-18T12:00:00Z"
    assert made["secret"].startswith(f"dodam_{shown['id'].replace('-', '')}_")


async def test_A16_the_secret_is_shown_once_and_kept_as_a_digest(
    system: Dodam, admin: Staff
) -> None:
    made = await make(admin)
    secret = _secret_part(made)
    listed = await admin.call("GET", "/staff/api-keys")
    trail = await admin.call("GET", "/staff/audit", params={"subject_id": made["key"]["id"]})
    assert secret not in listed.text + trail.text
    async with system.database.reading() as db:
        rows = await db.fetch(
            "select secret.*, key.* from accounts.api_key_secret as secret"
            " join accounts.api_key as key on key.id = api_key_id"
        )
    assert secret not in str([dict(row) for row in rows])


def test_A16_a_route_for_one_scope_denies_keys_of_another() -> None:
    access = api_keys_with(Scope.READ_DAILY_RESULTS)["access"]

    def caller(kind: CallerKind, *grants: str) -> Caller:
        return Caller(kind, new_id(), new_id(), NOON, frozenset(grants))

    assert access.allows(caller(CallerKind.API_KEY, Scope.READ_DAILY_RESULTS))
    assert not access.allows(caller(CallerKind.API_KEY))
    assert not access.allows(caller(CallerKind.API_KEY, "another:read"))
    assert not access.allows(caller(CallerKind.STAFF, Scope.READ_DAILY_RESULTS))


async def test_A16_a_key_does_not_do_what_people_do(http: httpx.AsyncClient, admin: Staff) -> None:
    made = await make(admin)
    headers = {"authorization": f"Bearer {made['secret']}"}
    for path in ("/v1/children", "/v1/sessions", "/v1/staff/api-keys", "/v1/staff/me"):
        answer = await http.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted"), path


async def test_A16_people_are_no_keys(admin: Staff, guardian: Guardian) -> None:
    for caller in (admin, guardian):
        answer = await caller.call("GET", "/api-key")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"scopes": ["everything"]}, "scopes[0]"),
        ({"scopes": []}, "scopes"),
        ({"scopes": "daily_results:read"}, "scopes"),
        ({"name": " "}, "name"),
        ({"name": "a\u0000"}, "name"),
        ({"expires_at": "2027-01-01T00:00:00"}, "expires_at"),
        ({"expires_at": "2026-03-18T12:00:00Z"}, "expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, "expires_at"),
        ({"expires_at": "0001-01-01T00:00:00+14:00"}, "expires_at"),
        ({"secret": "one of mine"}, "secret"),
    ],
)
async def test_A16_a_malformed_key_is_refused_by_name(
    admin: Staff, fields: dict[str, Any], field: str
) -> None:
    form = {"name": "A hospital", "scopes": ["daily_results:read"], **fields}
    answer = await admin.call("POST", "/staff/api-keys", json=form)
    assert answer.status_code == 400, answer.text
    assert [each["field"] for each in answer.json()["errors"]] == [field]


async def test_A16_what_is_no_key_opens_nothing(http: httpx.AsyncClient, admin: Staff) -> None:
    made, other = await make(admin), await make(admin)
    good = made["secret"]
    identity = other["key"]["id"].replace("-", "")
    forged = [
        f"{good}x",
        good[:-1],
        good.upper(),
        f"dodam_{identity}_{good.rpartition('_')[2]}",
        f"dodam_{new_id().hex}_{'A' * 43}",
        f"dodam_{'A' * 32}_{'A' * 43}",
        "dodam_",
        "dodam_x_y",
        f"dodam_{'0' * 5000}",
    ]
    for token in forged:
        answer = await _ask(http, token)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), token
    assert (await _ask(http, good)).status_code == 200


async def test_A16_a_key_expires(
    http: httpx.AsyncClient, admin: Staff, clock: StoppedClock
) -> None:
    made = await make(admin, expires_at=(NOON + timedelta(hours=1)).isoformat())
    clock.advance(timedelta(minutes=59))
    assert (await _ask(http, made["secret"])).status_code == 200
    clock.advance(timedelta(minutes=1))
    assert (await _ask(http, made["secret"])).status_code == 401
    answer = await _rotate(admin, made)
    assert (answer.status_code, answer.json()["code"]) == (404, "api_key_not_found")


async def test_A16_a_rotated_keys_old_secret_works_for_the_overlap(
    http: httpx.AsyncClient, admin: Staff, clock: StoppedClock, settings: Settings
) -> None:
    made = await make(admin)
    answer = await _rotate(admin, made)
    assert answer.status_code == 201, answer.text
    rotated = answer.json()
    assert (rotated["key"]["id"], rotated["secret"] != made["secret"]) == (made["key"]["id"], True)
    clock.advance(timedelta(hours=settings.api_key_overlap_hours, seconds=-1))
    assert (await _ask(http, made["secret"])).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert (await _ask(http, made["secret"])).status_code == 401
    assert (await _ask(http, rotated["secret"])).status_code == 200


async def test_A16_rotating_again_does_not_lengthen_an_old_secrets_life(
    http: httpx.AsyncClient, admin: Staff, clock: StoppedClock, settings: Settings
) -> None:
    made = await make(admin)
    await _rotate(admin, made)
    clock.advance(timedelta(hours=settings.api_key_overlap_hours - 1))
    second = (await _rotate(admin, made)).json()
    clock.advance(timedelta(hours=1))
    assert (await _ask(http, made["secret"])).status_code == 401
    assert (await _ask(http, second["secret"])).status_code == 200


async def test_A16_of_concurrent_rotations_each_secret_works_and_one_stays(
    http: httpx.AsyncClient, admin: Staff, clock: StoppedClock, settings: Settings
) -> None:
    made = await make(admin)
    answers = await asyncio.gather(*(_rotate(admin, made) for _ in range(4)))
    secrets = [answer.json()["secret"] for answer in answers]
    assert {(await _ask(http, secret)).status_code for secret in secrets} == {200}
    clock.advance(timedelta(hours=settings.api_key_overlap_hours))
    left = [(await _ask(http, secret)).status_code for secret in secrets]
    assert sorted(left) == [200, 401, 401, 401]


async def test_A16_a_revoked_key_is_refused_at_once_on_every_instance(
    http: httpx.AsyncClient, admin: Staff, settings: Settings, database_url: str
) -> None:
    made = await make(admin)
    newest = (await _rotate(admin, made)).json()
    other = build(settings, database_url, CLOCK)
    async with other.running():
        transport = httpx.ASGITransport(app=other.app)  # pyright: ignore[reportArgumentType]
        async with httpx.AsyncClient(transport=transport, base_url="http://dodam") as elsewhere:
            assert (await _ask(elsewhere, made["secret"])).status_code == 200
            path = f"/staff/api-keys/{made['key']['id']}"
            assert (await admin.call("DELETE", path)).status_code == 204
            for client in (http, elsewhere):
                for secret in (made["secret"], newest["secret"]):
                    assert (await _ask(client, secret)).status_code == 401
    assert (await admin.call("DELETE", path)).status_code == 404
    assert (await _rotate(admin, made)).status_code == 404
    assert made["key"]["id"] not in {each["id"] for each in await admin.get("/staff/api-keys")}


async def test_A16_a_revocation_is_not_undone_by_a_rotation_at_the_same_moment(
    http: httpx.AsyncClient, admin: Staff
) -> None:
    for _ in range(4):
        made = await make(admin)
        path = f"/staff/api-keys/{made['key']['id']}"
        rotated, revoked = await asyncio.gather(_rotate(admin, made), admin.call("DELETE", path))
        assert revoked.status_code == 204
        secrets = [made["secret"]]
        if rotated.status_code == 201:
            secrets.append(rotated.json()["secret"])
        assert {(await _ask(http, secret)).status_code for secret in secrets} == {401}


async def test_A16_what_is_done_to_a_key_is_audited(admin: Staff) -> None:
    made = await make(admin)
    await _rotate(admin, made)
    await admin.call("DELETE", f"/staff/api-keys/{made['key']['id']}")
    page = await admin.get("/staff/audit", params={"subject_id": made["key"]["id"]})
    assert [(each["action"], each["details"]) for each in reversed(page["entries"])] == [
        ("api_key.made", {"scopes": ["daily_results:read"]}),
        ("api_key.rotated", {}),
        ("api_key.revoked", {}),
    ]
    assert {each["actor_id"] for each in page["entries"]} == {str(admin.id)}


async def test_A16_the_last_use_is_noted_once_a_minute_at_most(
    http: httpx.AsyncClient, admin: Staff, clock: StoppedClock
) -> None:
    made = await make(admin)

    async def noted() -> str | None:
        listed = await admin.get("/staff/api-keys")
        [key] = [each for each in listed if each["id"] == made["key"]["id"]]
        return key["last_used_at"]

    assert await noted() is None
    await asyncio.gather(*(_ask(http, made["secret"]) for _ in range(4)))
    assert await noted() == "2026-03-18T12:00:00Z"
    clock.advance(timedelta(seconds=59))
    await _ask(http, made["secret"])
    assert await noted() == "2026-03-18T12:00:00Z"
    clock.advance(timedelta(seconds=1))
    await _ask(http, made["secret"])
    assert await noted() == "2026-03-18T12:01:00Z"


async def test_A16_each_key_has_its_own_limit_of_calls(
    settings: Settings, database_url: str
) -> None:
    strict = build(
        settings.model_copy(update={"limit_api_key_calls": "3 per hour"}), database_url, CLOCK
    )
    async with strict.running():
        transport = httpx.ASGITransport(app=strict.app)  # pyright: ignore[reportArgumentType]
        async with httpx.AsyncClient(transport=transport, base_url="http://dodam") as http:
            admin = staff(http, settings, "admin")
            made, other = await make(admin), await make(admin)
            wrong = f"{made['secret'][:-43]}{'A' * 43}"
            assert (await _ask(http, wrong)).status_code == 401
            rotated = (await _rotate(admin, made)).json()
            answers = [await _ask(http, made["secret"]) for _ in range(2)]
            answers += [await _ask(http, rotated["secret"]) for _ in range(2)]
            assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
            assert answers[-1].json()["code"] == "too_many_requests"
            assert int(answers[-1].headers["retry-after"]) > 3000
            assert (await _ask(http, other["secret"])).status_code == 200


async def test_A16_expired_secrets_are_forgotten(
    system: Dodam, admin: Staff, clock: StoppedClock, settings: Settings
) -> None:
    made = await make(admin)
    await _rotate(admin, made)

    async def kept() -> int:
        async with system.database.reading() as db:
            return len(
                await db.fetch(
                    "select from accounts.api_key_secret where api_key_id = $1::text::uuid",
                    made["key"]["id"],
                )
            )

    assert await kept() == 2
    clock.advance(timedelta(hours=settings.api_key_overlap_hours, seconds=1))
    async with system.database.transaction() as tx:
        await system.chores["forget-api-key-secrets"](tx)
    assert await kept() == 1
