"""A08: wrong passwords are limited, and nobody is locked out by strangers who try them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam, build
from dodam.platform.passwords import Passwords
from dodam.platform.settings import Settings
from tests.answers import words_of
from tests.clock import StoppedClock
from tests.conftest import CLOCK
from tests.families import PASSWORD

from .calls import new_address, refresh, sign_in, sign_up
from .mailing import MailServer, client_of, mailing_system

WRONG = "not the password"


@pytest.fixture
async def limited(settings: Settings, database_url: str) -> AsyncIterator[Dodam]:
    """Three wrong passwords an hour."""
    chosen = {"limit_failed_sign_ins": "3/hour"}
    dodam = build(settings.model_copy(update=chosen), database_url, CLOCK)
    async with dodam.running():
        yield dodam


@pytest.fixture
async def http(limited: Dodam) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(limited) as client:
        yield client


@pytest.fixture
async def opened(http: httpx.AsyncClient) -> dict[str, Any]:
    """What opening an account was answered with."""
    return (await sign_up(http)).json()


async def _try(http: httpx.AsyncClient, email: str, times: int, **fields: Any) -> list[int]:
    return [(await sign_in(http, email, WRONG, **fields)).status_code for _ in range(times)]


async def test_A08_strangers_use_up_their_own_share(
    http: httpx.AsyncClient, opened: dict[str, Any]
) -> None:
    email, device = opened["account"]["email"], opened["trusted_device"]
    assert await _try(http, email, 4) == [401, 401, 401, 429]
    refused = await sign_in(http, email)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    assert (await sign_in(http, email, trusted_device=device)).status_code == 200
    # That success gave the strangers nothing back.
    assert (await sign_in(http, email)).status_code == 429


async def test_A08_a_trusted_device_has_a_share_of_its_own(
    http: httpx.AsyncClient, opened: dict[str, Any]
) -> None:
    email, device = opened["account"]["email"], opened["trusted_device"]
    assert await _try(http, email, 4, trusted_device=device) == [401, 401, 401, 429]
    assert (await sign_in(http, email, trusted_device=device)).status_code == 429
    assert (await sign_in(http, email)).status_code == 200


async def test_A08_the_right_password_gives_its_share_back(
    http: httpx.AsyncClient, opened: dict[str, Any]
) -> None:
    email = opened["account"]["email"]
    for _ in range(3):
        assert await _try(http, email, 2) == [401, 401]
        assert (await sign_in(http, email)).status_code == 200


async def test_A08_an_unknown_address_is_counted_like_a_known_one(
    http: httpx.AsyncClient, opened: dict[str, Any]
) -> None:
    known, unknown = opened["account"]["email"], new_address()
    answers = {
        email: [words_of(await sign_in(http, email, WRONG)) for _ in range(4)]
        for email in (known, unknown)
    }
    assert answers[known][:3] == answers[unknown][:3]
    assert await _try(http, unknown.upper(), 1) == [429]
    assert await _try(http, new_address(), 1) == [401]


async def test_A08_tries_at_the_same_moment_get_no_more_than_their_share(
    http: httpx.AsyncClient, opened: dict[str, Any]
) -> None:
    email = opened["account"]["email"]
    answers = await asyncio.gather(*(sign_in(http, email, WRONG) for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [*[401] * 3, *[429] * 9]


async def test_A08_a_flood_costs_no_hashing(
    http: httpx.AsyncClient,
    limited: Dodam,
    opened: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hashed = _count(monkeypatch, limited.passwords)
    await _try(http, opened["account"]["email"], 20)
    assert len(hashed) == 3


async def test_A08_whatever_is_wrong_takes_the_same_work(
    http: httpx.AsyncClient,
    limited: Dodam,
    opened: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An unknown address, an account without a password, a wrong one, and one of staff."""
    without, of_staff = (await sign_up(http)).json(), (await sign_up(http)).json()
    async with limited.database.transaction() as tx:
        change = "update accounts.account set {} where email = $1"
        await tx.execute(change.format("password_hash = null"), without["account"]["email"])
        await tx.execute(change.format("kind = 'staff'"), of_staff["account"]["email"])
    tries = [
        (new_address(), PASSWORD),
        ("no address", PASSWORD),
        (without["account"]["email"], PASSWORD),
        (opened["account"]["email"], WRONG),
        (of_staff["account"]["email"], PASSWORD),
    ]
    hashed = _count(monkeypatch, limited.passwords)
    looks = _count_looks(monkeypatch, limited)
    answers: set[tuple[int, str]] = set()
    for number, (email, password) in enumerate(tries, start=1):
        answer = await sign_in(http, email, password, trusted_device="not known")
        answers.add((answer.status_code, words_of(answer)))
        assert (len(hashed), len(looks)) == (number, number)
    assert len(answers) == 1


def _count(monkeypatch: pytest.MonkeyPatch, passwords: Passwords) -> list[str]:
    hashed: list[str] = []
    matches = passwords.matches

    async def counting(stored: str | None, password: str) -> bool:
        hashed.append(password)
        return await matches(stored, password)

    monkeypatch.setattr(passwords, "matches", counting)
    return hashed


def _count_looks(monkeypatch: pytest.MonkeyPatch, system: Dodam) -> list[str]:
    looks: list[str] = []
    for scope in ("reading", "transaction"):
        enter = getattr(system.database, scope)

        def counting(enter: Any = enter, scope: str = scope) -> Any:
            looks.append(scope)
            return enter()

        monkeypatch.setattr(system.database, scope, counting)
    return looks


async def test_A08_a_device_is_trusted_for_its_own_account_only(
    http: httpx.AsyncClient, opened: dict[str, Any]
) -> None:
    other = (await sign_up(http)).json()
    email = opened["account"]["email"]
    assert await _try(http, email, 3, trusted_device=other["trusted_device"]) == [401] * 3
    assert await _try(http, email, 1) == [429]
    for secret in ("x", "\u0000", "가" * 200):
        assert await _try(http, email, 1, trusted_device=secret) == [429]


async def test_A08_a_device_keeps_its_secret_while_it_is_used(
    http: httpx.AsyncClient, opened: dict[str, Any], clock: StoppedClock
) -> None:
    email, secret = opened["account"]["email"], opened["trusted_device"]
    for _ in range(3):
        clock.advance(timedelta(days=179))
        answer = await sign_in(http, email, trusted_device=secret)
        assert answer.json()["trusted_device"] == secret
    clock.advance(timedelta(days=180))
    answer = await sign_in(http, email, trusted_device=secret)
    assert answer.json()["trusted_device"] != secret


async def test_A08_an_account_trusts_its_twenty_devices_used_last(
    http: httpx.AsyncClient, opened: dict[str, Any], limited: Dodam, clock: StoppedClock
) -> None:
    email, first = opened["account"]["email"], opened["trusted_device"]
    second = (await sign_in(http, email)).json()["trusted_device"]
    for _ in range(19):
        clock.advance(timedelta(minutes=1))
        await sign_in(http, email)
        await sign_in(http, email, trusted_device=first)
    assert (await sign_in(http, email, trusted_device=first)).json()["trusted_device"] == first
    answer = await sign_in(http, email, trusted_device=second)
    assert answer.json()["trusted_device"] != second
    async with limited.database.reading() as db:
        rows = await db.fetch(
            "select digest from accounts.trusted_device join accounts.account on id = account_id"
            " where email = $1",
            email,
        )
    assert len(rows) == 20
    assert all(first.encode() not in row["digest"] for row in rows)


async def test_A08_a_reset_by_mail_lets_the_holder_in_again(
    settings: Settings, database_url: str, mail_server: MailServer
) -> None:
    chosen = {"limit_failed_sign_ins": "3/hour"}
    async with mailing_system(settings, database_url, mail_server, **chosen) as mailing:
        http = mailing.http
        opened = (await sign_up(http)).json()
        email, password = opened["account"]["email"], "바다 건너 온 초록 우산"
        assert await _try(http, email, 4) == [401, 401, 401, 429]
        await http.post("/v1/auth/password/reset-request", json={"email": email})
        form = {"token": await mailing.token(email, "다시 정해"), "password": password}
        device = (await http.post("/v1/auth/password/reset", json=form)).json()["trusted_device"]
        assert (await sign_in(http, email, password)).status_code == 200
        assert await _try(http, email, 4) == [401, 401, 401, 429]
        answer = await sign_in(http, email, password, trusted_device=device)
        assert answer.json()["trusted_device"] == device
        # What was trusted before the reset is not any more.
        stale = opened["trusted_device"]
        assert (await sign_in(http, email, password, trusted_device=stale)).status_code == 429


@pytest.mark.parametrize("limit", ["sign_ups", "sign_ins", "refreshes", "mail_requests"])
async def test_A08_each_route_is_limited_by_network(
    settings: Settings, database_url: str, limit: str
) -> None:
    chosen = {f"limit_{limit}": "2/hour"}
    dodam = build(settings.model_copy(update=chosen), database_url, CLOCK)

    async def call(http: httpx.AsyncClient) -> httpx.Response:
        if limit == "sign_ups":
            return await sign_up(http)
        if limit == "sign_ins":
            return await sign_in(http, new_address())
        if limit == "refreshes":
            return await refresh(http, {"refresh_token": "x"})
        form = {"email": new_address()}
        return await http.post("/v1/auth/password/reset-request", json=form)

    async with dodam.running():
        here, there = _client(dodam, "192.0.2.1"), _client(dodam, "192.0.2.2")
        async with here, there:
            answers = [await call(here) for _ in range(3)]
            elsewhere = await call(there)
    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    assert "retry-after" in answers[2].headers
    assert elsewhere.status_code != 429


def _client(system: Dodam, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=system.app, client=(address, 1))  # pyright: ignore[reportArgumentType]
    return httpx.AsyncClient(transport=transport, base_url="http://dodam")


async def test_A01_no_session_begins_on_a_password_that_is_being_replaced(
    http: httpx.AsyncClient,
    limited: Dodam,
    opened: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    email = opened["account"]["email"]
    matches = limited.passwords.matches

    async def replaced_meanwhile(stored: str | None, password: str) -> bool:
        right = await matches(stored, password)
        async with limited.database.transaction() as tx:
            change = "update accounts.account set password_hash = 'quite another' where email = $1"
            await tx.execute(change, email)
        return right

    monkeypatch.setattr(limited.passwords, "matches", replaced_meanwhile)
    assert (await sign_in(http, email)).status_code == 401
