"""A01: opening an account and signing in with e-mail and password."""

import asyncio
from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam, build
from dodam.platform.passwords import Passwords
from dodam.platform.settings import Settings
from tests.answers import words_of
from tests.families import PASSWORD, Guardian


async def _sign_up(http: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    form = {"email": "someone@dodam.example", "password": PASSWORD, "name": "김하늘", **fields}
    return await http.post("/v1/auth/sign-up", json=form)


async def test_A01_a_guardian_signs_in_however_the_address_is_written(
    http: httpx.AsyncClient, guardian: Guardian
) -> None:
    form = {"email": guardian.email.upper(), "password": PASSWORD}
    answer = await http.post("/v1/auth/sign-in", json=form)
    assert answer.status_code == 200
    assert answer.json()["account"]["email"] == guardian.email


async def test_A01_an_address_opens_one_account(
    http: httpx.AsyncClient, guardian: Guardian
) -> None:
    answer = await _sign_up(http, email=guardian.email.upper())
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")


async def test_A01_of_concurrent_sign_ups_with_one_address_one_succeeds(
    http: httpx.AsyncClient,
) -> None:
    answers = await asyncio.gather(
        *(_sign_up(http, email="all.at.once@dodam.example") for _ in range(6))
    )
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": "no address"}, ("email", "not_an_email_address")),
        ({"email": "a@b"}, ("email", "not_an_email_address")),
        ({"email": "\u0000@dodam.example"}, ("email", "not_an_email_address")),
        ({"email": 5}, ("email", "wrong_type")),
        ({"password": "too short"}, ("password", "wrong_length")),
        ({"password": "x" * 129}, ("password", "wrong_length")),
        ({"name": " "}, ("name", "wrong_format")),
        ({"name": "a\u0000"}, ("name", "wrong_format")),
        ({"colour": "red"}, ("colour", "unknown_field")),
    ],
)
async def test_A01_a_wrong_field_is_named(
    http: httpx.AsyncClient, fields: dict[str, Any], wrong: tuple[str, str]
) -> None:
    answer = await _sign_up(http, **fields)
    assert answer.status_code == 400
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [wrong]


async def test_A01_a_wrong_password_and_an_unknown_address_are_answered_alike(
    http: httpx.AsyncClient, guardian: Guardian
) -> None:
    forms = [
        {"email": guardian.email, "password": "not the password"},
        {"email": "nobody@dodam.example", "password": PASSWORD},
        {"email": "no address", "password": PASSWORD},
    ]
    answers = [await http.post("/v1/auth/sign-in", json=form) for form in forms]
    assert {answer.status_code for answer in answers} == {401}
    assert len({words_of(answer) for answer in answers}) == 1


async def test_A01_an_unknown_address_costs_as_much_work_as_a_known_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passwords = Passwords(memory_kib=8, passes=1)
    verified: list[str] = []
    verify = passwords._verify  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    def counting(stored: str, password: str) -> bool:
        verified.append(stored)
        return verify(stored, password)

    monkeypatch.setattr(passwords, "_verify", counting)
    assert not await passwords.matches(None, "a password that opens nothing")
    assert len(verified) == 1
    passwords.close()


async def test_A01_a_password_is_hashed_anew_when_its_cost_was_raised(
    system: Dodam,
    settings: Settings,
    database_url: str,
    http: httpx.AsyncClient,
    guardian: Guardian,
) -> None:
    async def stored() -> str:
        async with system.database.reading() as db:
            rows = await db.fetch(
                "select password_hash from accounts.account where email = $1", guardian.email
            )
        return rows[0]["password_hash"]

    before = await stored()
    dearer = build(settings.model_copy(update={"argon2_passes": 2}), database_url)
    form = {"email": guardian.email, "password": PASSWORD}
    async with dearer.running():
        transport = httpx.ASGITransport(app=dearer.app)  # pyright: ignore[reportArgumentType]
        async with httpx.AsyncClient(transport=transport, base_url="http://dodam") as client:
            assert (await client.post("/v1/auth/sign-in", json=form)).status_code == 200
    after = await stored()
    assert (",t=1," in before, ",t=2," in after) == (True, True)
    assert (await http.post("/v1/auth/sign-in", json=form)).status_code == 200
