"""The simulated Google and Apple sign and refuse as the real ones do."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from dodam_sim.providers.apple import Apple, AppleAccount
from dodam_sim.providers.google import Google, GoogleAccount
from dodam_sim.serving import serving

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
PERSON = AppleAccount.new("someone@dodam.example")


@pytest.fixture
async def apple() -> Apple:
    return Apple(lambda: NOW)


@pytest.fixture
async def http(apple: Apple) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(apple) as url, httpx.AsyncClient(base_url=url) as client:
        yield client


def form(apple: Apple, key: ECKey | None = None, **changes: Any) -> dict[str, str]:
    """What a client of Apple's sends of itself."""
    claims = {
        "iss": apple.team_id,
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + timedelta(minutes=5)).timestamp()),
        "aud": "https://appleid.apple.com",
        "sub": apple.client_id,
        **changes,
    }
    header = {"alg": "ES256", "kid": apple.key_id}
    secret = jwt.encode(header, claims, key or apple.app_key, algorithms=["ES256"])
    return {"client_id": apple.client_id, "client_secret": secret}


async def test_google_publishes_the_keys_it_signs_with() -> None:
    google = Google(lambda: NOW)
    async with serving(google) as url, httpx.AsyncClient(base_url=url) as client:
        google.keys.rotate()
        answer = await client.get("/oauth2/v3/certs")
    assert "max-age" in answer.headers["cache-control"]
    assert [set(key) & {"d", "p"} for key in answer.json()["keys"]] == [set(), set()]
    keys = KeySet.import_key_set(answer.json())
    account = GoogleAccount.new("someone@dodam.example")
    token = jwt.decode(google.id_token(account, "nonce"), keys, algorithms=["RS256"])
    assert (token.claims["sub"], token.claims["nonce"]) == (account.subject, "nonce")


async def test_apple_tells_the_name_once_until_the_consent_is_gone(apple: Apple) -> None:
    names = [apple.sign_in(PERSON, "nonce").name for _ in range(2)]
    apple.notification(PERSON, "consent-revoked")
    assert [*names, apple.sign_in(PERSON, "nonce").name] == ["김하늘", None, "김하늘"]


async def test_apple_gives_a_token_for_a_code_once_and_takes_it_back(
    apple: Apple, http: httpx.AsyncClient
) -> None:
    code = apple.sign_in(PERSON, "nonce").authorization_code
    asked = {**form(apple), "grant_type": "authorization_code", "code": code}
    granted = await http.post("/auth/token", data=asked)
    again = await http.post("/auth/token", data=asked)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})
    token = granted.json()["refresh_token"]
    assert apple.handed_out == [token]
    for _ in range(2):
        revoked = await http.post("/auth/revoke", data={**form(apple), "token": token})
        assert revoked.status_code == 200
    assert (apple.handed_out, apple.revoked) == ([], [PERSON.subject])


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "another team"},
        {"sub": "another.app"},
        {"aud": "https://accounts.google.com"},
        {"exp": int(NOW.timestamp())},
        {"exp": int((NOW + timedelta(days=190)).timestamp())},
        {"key": ECKey.generate_key("P-256")},
    ],
)
async def test_apple_knows_its_clients_by_their_secret(
    apple: Apple, http: httpx.AsyncClient, changes: dict[str, Any]
) -> None:
    for path in ("/auth/token", "/auth/revoke"):
        answer = await http.post(path, data=form(apple, **changes))
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})


async def test_apple_writes_its_events_as_json_within_the_json(
    apple: Apple, http: httpx.AsyncClient
) -> None:
    keys = KeySet.import_key_set((await http.get("/auth/keys")).json())
    payload = apple.notification(PERSON, "email-disabled")["payload"]
    claims = jwt.decode(payload, keys, algorithms=["RS256"]).claims
    event = json.loads(claims["events"])
    assert (event["type"], event["sub"]) == ("email-disabled", PERSON.subject)
    assert event["event_time"] == int(NOW.timestamp() * 1000)
