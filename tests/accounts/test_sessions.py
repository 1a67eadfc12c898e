"""A06: access tokens, rotating refresh tokens, and signing out."""

import asyncio
import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from dodam.bootstrap import Dodam
from dodam.platform.ids import new_id
from dodam.platform.settings import Settings
from dodam.platform.tokens import AccessTokens, NotSignedIn, SigningKeys
from tests.clock import NOON, StoppedClock
from tests.families import PASSWORD, Guardian, sign_up


async def _refresh(http: httpx.AsyncClient, token: str) -> httpx.Response:
    return await http.post("/v1/auth/refresh", json={"refresh_token": token})


async def test_A06_a_refresh_token_buys_a_new_pair(
    http: httpx.AsyncClient, guardian: Guardian
) -> None:
    answer = await _refresh(http, guardian.tokens["refresh_token"])
    assert answer.status_code == 200
    assert answer.json()["refresh_token"] != guardian.tokens["refresh_token"]
    guardian.tokens = answer.json()
    assert await guardian.get("/children") == []


async def test_A06_a_refresh_token_used_twice_ends_its_whole_family(
    http: httpx.AsyncClient, guardian: Guardian
) -> None:
    first = guardian.tokens["refresh_token"]
    second = (await _refresh(http, first)).json()["refresh_token"]
    again = await _refresh(http, first)
    assert (again.status_code, again.json()["code"]) == (401, "refresh_token_reused")
    newest = await _refresh(http, second)
    assert (newest.status_code, newest.json()["code"]) == (401, "invalid_refresh_token")


async def test_A06_another_device_stays_signed_in_when_a_family_ends(
    http: httpx.AsyncClient, guardian: Guardian
) -> None:
    form = {"email": guardian.email, "password": PASSWORD}
    other = (await http.post("/v1/auth/sign-in", json=form)).json()
    for _ in range(2):
        await _refresh(http, guardian.tokens["refresh_token"])
    assert (await _refresh(http, other["refresh_token"])).status_code == 200


async def test_A06_of_concurrent_exchanges_of_one_token_at_most_one_succeeds(
    http: httpx.AsyncClient, guardian: Guardian
) -> None:
    token = guardian.tokens["refresh_token"]
    answers = await asyncio.gather(*(_refresh(http, token) for _ in range(8)))
    assert [answer.status_code for answer in answers].count(200) == 1


async def test_A06_a_refresh_token_dies_of_age(
    http: httpx.AsyncClient, guardian: Guardian, clock: StoppedClock, settings: Settings
) -> None:
    clock.advance(timedelta(days=settings.refresh_token_days))
    answer = await _refresh(http, guardian.tokens["refresh_token"])
    assert answer.json()["code"] == "invalid_refresh_token"


@pytest.mark.parametrize("token", ["x", "\u0000", "가" * 200])
async def test_A06_what_is_no_refresh_token_is_refused(http: httpx.AsyncClient, token: str) -> None:
    answer = await _refresh(http, token)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_refresh_token")


async def test_A06_refresh_tokens_are_stored_as_digests_only(
    system: Dodam, guardian: Guardian
) -> None:
    async with system.database.reading() as db:
        rows = await db.fetch("select digest::text from accounts.refresh_token")
    token = guardian.tokens["refresh_token"]
    assert all(token.encode().hex() not in row["digest"] for row in rows)


async def test_A06_signing_out_ends_this_device_only(
    http: httpx.AsyncClient, guardian: Guardian
) -> None:
    form = {"email": guardian.email, "password": PASSWORD}
    other = (await http.post("/v1/auth/sign-in", json=form)).json()
    answer = await guardian.call("POST", "/auth/sign-out", json={})
    assert answer.status_code == 204
    assert (await _refresh(http, guardian.tokens["refresh_token"])).status_code == 401
    assert (await _refresh(http, other["refresh_token"])).status_code == 200


async def test_A06_signing_out_everywhere_ends_every_device(
    http: httpx.AsyncClient, guardian: Guardian
) -> None:
    form = {"email": guardian.email, "password": PASSWORD}
    other = (await http.post("/v1/auth/sign-in", json=form)).json()
    await guardian.call("POST", "/auth/sign-out", json={"everywhere": True})
    assert (await _refresh(http, other["refresh_token"])).status_code == 401
    stranger = await sign_up(http)
    assert (await _refresh(http, stranger.tokens["refresh_token"])).status_code == 200


async def test_A06_an_access_token_expires(
    guardian: Guardian, clock: StoppedClock, settings: Settings
) -> None:
    clock.advance(timedelta(seconds=settings.access_token_seconds - 1))
    await guardian.get("/children")
    clock.advance(timedelta(seconds=1))
    answer = await guardian.call("GET", "/children")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert answer.headers["www-authenticate"] == "Bearer"


def _claims(**changes: object) -> dict[str, object]:
    return {
        "iss": "dodam",
        "aud": "dodam",
        "sub": str(new_id()),
        "sid": str(new_id()),
        "exp": int(NOON.timestamp()) + 600,
        "kind": "guardian",
        "roles": [],
        **changes,
    }


def test_A06_forged_access_tokens_speak_for_nobody(tmp_path: Path) -> None:
    keys = SigningKeys.load(tmp_path)
    tokens = AccessTokens(keys, StoppedClock(), seconds=600, permissions={})
    header = {"alg": "ES256", "kid": keys.newest.kid}

    def signed(key: ECKey, **changes: object) -> str:
        return jwt.encode(header, _claims(**changes), key, algorithms=["ES256"])

    good = signed(keys.newest)
    assert tokens.caller(good).expires_at > NOON
    head, body, signature = good.split(".")
    hashed = f"eyJhbGciOiJIUzI1NiJ9.{body}"
    public = keys.newest.as_pem(private=False)
    mac = urlsafe_b64encode(hmac.digest(public, hashed.encode(), "sha256")).decode().rstrip("=")
    unsigned = "eyJhbGciOiJub25lIn0"
    forged = [
        signed(ECKey.generate_key("P-256")),
        signed(keys.newest, iss="somebody"),
        signed(keys.newest, aud="elsewhere"),
        signed(keys.newest, sub="nobody"),
        signed(keys.newest, exp="never"),
        f"{hashed}.{mac}",
        f"{unsigned}.{body}.",
        f"{head}.{body[:-2]}AA.{signature}",
        f"{head}.{body}.",
        "",
        "a.b.c",
        "가.나.다",
    ]
    for token in forged:
        with pytest.raises(NotSignedIn):
            tokens.caller(token)


def test_A06_keys_rotate_without_signing_anybody_out(tmp_path: Path) -> None:
    old = AccessTokens(SigningKeys.load(tmp_path), StoppedClock(), seconds=600, permissions={})
    token = old.issue(new_id(), new_id())
    key = ECKey.generate_key("P-256")
    (tmp_path / "0002.pem").write_bytes(key.as_pem(private=True))
    keys = SigningKeys.load(tmp_path)
    new = AccessTokens(keys, StoppedClock(), seconds=600, permissions={})
    new.caller(token)
    assert keys.newest.thumbprint() == key.thumbprint()
    with pytest.raises(NotSignedIn):
        old.caller(new.issue(new_id(), new_id()))


def test_A06_the_signing_key_is_its_owners_alone(tmp_path: Path) -> None:
    SigningKeys.load(tmp_path / "keys")
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()]
    assert modes == [0o600]
