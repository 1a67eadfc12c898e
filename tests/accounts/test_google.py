"""A02: signing up and in with Google."""

import asyncio
import hmac
import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from dodam.bootstrap import build
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.conftest import CLOCK
from tests.families import Guardian

from .calls import new_address, refresh
from .providers import People, methods


def _refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_A02_the_first_sign_in_opens_an_account_and_the_next_finds_it(
    people: People,
) -> None:
    account = people.googler()
    first = await people.with_google(account, device="Galaxy Tab S9", country="US", language="en")
    assert first.status_code == 201
    opened = first.json()["account"]
    assert (opened["email"], opened["name"]) == (account.email, "김하늘")
    assert (opened["country"], opened["language"]) == ("US", "en")
    assert opened["email_verified_at"] is not None
    again = await people.with_google(account)
    assert (again.status_code, again.json()["account"]["id"]) == (200, opened["id"])


async def test_A02_the_session_is_a_whole_one(people: People) -> None:
    guardian = await people.guardian_with_google(people.googler())
    assert await guardian.get("/children") == []
    assert (await refresh(people.http, guardian.tokens)).status_code == 200
    assert [each["method"] for each in await guardian.get("/sessions")] == ["google"]


async def test_A02_a_person_is_known_by_the_id_and_not_by_the_address(people: People) -> None:
    account = people.googler()
    opened = (await people.with_google(account)).json()["account"]
    moved = type(account)(new_address(), account.name, account.subject)
    answer = await people.with_google(moved)
    assert (answer.status_code, answer.json()["account"]["id"]) == (200, opened["id"])


async def test_A02_the_nonce_may_be_hashed_by_the_app(people: People) -> None:
    nonce = await people.nonce()
    token = people.google.id_token(people.googler(), sha256(nonce.encode()).hexdigest())
    answer = await people.http.post("/v1/auth/google", json={"id_token": token, "nonce": nonce})
    assert answer.status_code == 201


@pytest.mark.parametrize("issuer", ["https://accounts.google.com", "accounts.google.com"])
async def test_A02_both_spellings_of_the_issuer_are_taken(people: People, issuer: str) -> None:
    proof = await people.google_proof(people.googler(), iss=issuer)
    assert (await people.http.post("/v1/auth/google", json=proof)).status_code == 201


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://accounts.google.com.evil.example"},
        {"aud": "another.apps.googleusercontent.com"},
        {"aud": ["dodam.apps.googleusercontent.com"]},
        {"aud": None},
        {"exp": int(NOON.timestamp()) - 61},
        {"exp": "never"},
        {"iat": int(NOON.timestamp()) + 61},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": 5},
    ],
)
async def test_A02_a_token_with_a_wrong_claim_is_refused(
    people: People, claims: dict[str, Any]
) -> None:
    proof = await people.google_proof(people.googler(), **claims)
    answer = await people.http.post("/v1/auth/google", json=proof)
    assert _refused(answer) == (401, "invalid_id_token")


async def test_A02_forged_signatures_are_refused(people: People) -> None:
    nonce = await people.nonce()
    good = people.google.id_token(people.googler(), nonce)
    published = people.google.keys.published()["keys"][-1]
    google_key = RSAKey.import_key(published)
    claims = jwt.decode(good, google_key).claims
    _, body, _ = good.split(".")
    ours = RSAKey.generate_key(2048)

    def headed(header: dict[str, str]) -> str:
        return f"{_base64(json.dumps(header).encode())}.{body}"

    hashed = headed({"alg": "HS256", "kid": published["kid"]})
    public_key_as_secret = hmac.digest(google_key.as_pem(private=False), hashed.encode(), "sha256")
    forged = [
        jwt.encode({"alg": "RS256", "kid": published["kid"]}, claims, ours),
        jwt.encode({"alg": "RS256", "kid": "ours"}, claims, ours),
        jwt.encode({"alg": "RS256"}, claims, ours),
        jwt.encode({"alg": "RS256", "jwk": ours.as_dict(private=False)}, claims, ours),
        f"{hashed}.{_base64(public_key_as_secret)}",
        f"{headed({'alg': 'none', 'kid': published['kid']})}.",
        f"{good.rpartition('.')[0]}.",
        "a.b.c",
        "..",
        "-",
    ]
    for token in forged:
        form = {"id_token": token, "nonce": nonce}
        answer = await people.http.post("/v1/auth/google", json=form)
        assert _refused(answer) == (401, "invalid_id_token"), token
    form = {"id_token": good, "nonce": nonce}
    assert (await people.http.post("/v1/auth/google", json=form)).status_code == 201


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


async def test_A02_a_stolen_token_cannot_be_replayed(people: People) -> None:
    account = people.googler()
    proof = await people.google_proof(account)
    assert (await people.http.post("/v1/auth/google", json=proof)).status_code == 201
    replayed = await people.http.post("/v1/auth/google", json=proof)
    assert _refused(replayed) == (401, "invalid_nonce")
    renewed = {**proof, "nonce": await people.nonce()}
    answer = await people.http.post("/v1/auth/google", json=renewed)
    assert _refused(answer) == (401, "invalid_id_token")


async def test_A02_of_replays_at_the_same_moment_one_succeeds(people: People) -> None:
    proof = await people.google_proof(people.googler())
    answers = await asyncio.gather(
        *(people.http.post("/v1/auth/google", json=proof) for _ in range(6))
    )
    assert sorted(answer.status_code for answer in answers) == [201, *[401] * 5]


async def test_A02_a_nonce_of_our_own_and_young_is_needed(
    people: People, clock: StoppedClock
) -> None:
    account = people.googler()
    made_up = {"id_token": people.google.id_token(account, "made up"), "nonce": "made up"}
    answer = await people.http.post("/v1/auth/google", json=made_up)
    assert _refused(answer) == (401, "invalid_nonce")
    proof = await people.google_proof(account)
    clock.advance(timedelta(minutes=10))
    answer = await people.http.post("/v1/auth/google", json=proof)
    assert _refused(answer) == (401, "invalid_nonce")


async def test_A02_one_person_on_many_tablets_at_once_opens_one_account(people: People) -> None:
    account = people.googler()
    answers = await asyncio.gather(*(people.with_google(account) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [*[200] * 5, 201]
    assert len({answer.json()["account"]["id"] for answer in answers}) == 1


async def test_A02_one_person_whose_address_changes_at_that_moment_opens_one_account(
    people: People,
) -> None:
    account = people.googler()
    moved = type(account)(new_address(), account.name, account.subject)
    answers = await asyncio.gather(people.with_google(account), people.with_google(moved))
    assert sorted(answer.status_code for answer in answers) == [200, 201]
    assert len({answer.json()["account"]["id"] for answer in answers}) == 1


async def test_A05_an_address_that_has_an_account_is_never_merged_with_it(
    people: People, guardian: Guardian
) -> None:
    answer = await people.with_google(people.googler(email=guardian.email.upper()))
    assert _refused(answer) == (409, "email_taken")
    assert answer.json()["details"] == {"methods": ["password"]}
    assert await methods(guardian) == ["password"]


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email": None}, {"email": "x"}])
async def test_A02_an_account_needs_an_address_google_vouches_for(
    people: People, claims: dict[str, Any]
) -> None:
    proof = await people.google_proof(people.googler(), **claims)
    answer = await people.http.post("/v1/auth/google", json=proof)
    assert _refused(answer) == (403, "verified_email_needed")


@pytest.mark.parametrize("name", [None, "", " ", "\x00", "가" * 300])
async def test_A02_any_name_at_google_will_do(people: People, name: str | None) -> None:
    proof = await people.google_proof(people.googler(), name=name)
    answer = await people.http.post("/v1/auth/google", json=proof)
    assert answer.status_code == 201
    assert answer.json()["account"]["name"] in {None, "가" * 80}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"id_token": "a.b.\x00"}, "id_token"),
        ({"id_token": "a" * 8193}, "id_token"),
        ({"id_token": ""}, "id_token"),
        ({"nonce": ""}, "nonce"),
        ({"country": "kr"}, "country"),
        ({"device": "\x00"}, "device"),
        ({"email": "x@dodam.example"}, "email"),
    ],
)
async def test_A02_a_wrong_field_is_named(
    people: People, fields: dict[str, Any], wrong: str
) -> None:
    form = {"id_token": "a.b.c", "nonce": "n", **fields}
    answer = await people.http.post("/v1/auth/google", json=form)
    assert [each["field"] for each in answer.json()["errors"]] == [wrong]


async def test_A02_where_nothing_is_registered_the_methods_are_not_offered(
    http: httpx.AsyncClient,
) -> None:
    proof = {"id_token": "a.b.c", "nonce": "n"}
    calls = {
        "/v1/auth/google": proof,
        "/v1/auth/apple": {**proof, "authorization_code": "c"},
        "/v1/auth/apple/events": {"payload": "a.b.c"},
    }
    for path, form in calls.items():
        answer = await http.post(path, json=form)
        assert _refused(answer) == (404, "provider_not_configured")


async def test_A08_sign_ups_and_sign_ins_are_limited_by_network(
    people: People, registered: Settings, database_url: str
) -> None:
    limits = {"limit_sign_ups": "1/hour", "limit_sign_ins": "8/hour"}
    limited = build(registered.model_copy(update=limits), database_url, CLOCK)
    transport = httpx.ASGITransport(app=limited.app)  # pyright: ignore[reportArgumentType]
    async with (
        limited.running(),
        httpx.AsyncClient(transport=transport, base_url="http://dodam") as http,
    ):
        there = People(http, people.google, people.apple)
        account = people.googler()
        assert (await there.with_google(account)).status_code == 201
        assert (await there.with_google(account)).status_code == 200
        stranger = await there.with_google(people.googler())
        assert _refused(stranger) == (429, "too_many_requests")
        assert (await there.with_google(account)).status_code == 200
        assert (await http.post("/v1/auth/nonces")).status_code == 429
