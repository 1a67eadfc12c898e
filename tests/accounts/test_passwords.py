"""A01: which passwords are taken, changing one's own, and resetting a forgotten one."""

import asyncio
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic
from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam, build
from dodam.features.accounts.models.permissions import Role
from dodam.platform.database import Transaction
from dodam.platform.passwords import Passwords
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.conftest import CLOCK
from tests.families import PASSWORD, Guardian
from tests.staff import staff

from .calls import list_children, new_address, refresh, sign_in, sign_up
from .mailing import Mailing, client_of, text_of

NEW_PASSWORD = "바다 건너 온 초록 우산"
RESET, CHANGED = "다시 정해", "비밀번호가 바뀌었"


@pytest.fixture
async def parent(mailing: Mailing) -> Guardian:
    """A guardian whose mails can be read."""
    answer = await sign_up(mailing.http)
    return Guardian(mailing.http, answer.json()["account"]["email"], answer.json())


async def _change(parent: Guardian, old: str = PASSWORD, new: str = NEW_PASSWORD) -> httpx.Response:
    form = {"old_password": old, "password": new}
    return await parent.call("POST", "/auth/password", json=form)


async def _ask(mailing: Mailing, email: str) -> httpx.Response:
    return await mailing.http.post("/v1/auth/password/reset-request", json={"email": email})


async def _reset_token(mailing: Mailing, email: str) -> str:
    assert (await _ask(mailing, email)).status_code == 202
    return await mailing.token(email, RESET)


async def _reset(mailing: Mailing, token: str, password: str = NEW_PASSWORD) -> httpx.Response:
    form = {"token": token, "password": password}
    return await mailing.http.post("/v1/auth/password/reset", json=form)


def _wrong_fields(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(each["field"], each["code"]) for each in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("password", "email", "name"),
    [
        ("password1234", None, "김하늘"),
        ("qwertyuiop12", None, "김하늘"),
        ("aaaaaaaaaaaaaaaaaaaa", None, "김하늘"),
        ("1357924680135", None, "김하늘"),
        ("dodamdodam1", None, "김하늘"),
        ("qlalfqjsgh12", None, "김하늘"),  # 비밀번호 on a Latin keyboard
        ("dkssudgktpdy1", None, "김하늘"),  # 안녕하세요
        ("haneul.kim.1984", "haneul.kim.1984@dodam.example", "김하늘"),
        ("Seraphina Vandervort", None, "Seraphina Vandervort"),
        ("김하늘김하늘김하늘12", None, "김하늘"),
    ],
)
async def test_A01_a_password_that_is_easy_to_guess_is_refused(
    http: httpx.AsyncClient, password: str, email: str | None, name: str
) -> None:
    address = email or new_address()
    for language, words in (("ko", "추측하기 쉬운"), ("en", "too easy to guess")):
        answer = await http.post(
            "/v1/auth/sign-up",
            json={"email": address, "password": password, "name": name},
            headers={"accept-language": language},
        )
        assert answer.status_code == 400
        assert _wrong_fields(answer) == [("password", "too_guessable")]
        assert words in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        NEW_PASSWORD,
        "아이와함께걷는봄날저녁길",
        "x8$Kq!m2Zp",
        "w" + "ö" * 5 + "rterbuch 4",
    ],
)
async def test_A01_a_long_or_random_password_of_any_letters_is_taken(
    http: httpx.AsyncClient, password: str
) -> None:
    address = new_address()
    answer = await sign_up(http, email=address, password=password)
    assert answer.status_code == 201, answer.text
    # However a keyboard composes it.
    for form in ("NFC", "NFD"):
        answer = await sign_in(http, address, unicodedata.normalize(form, password))
        assert answer.status_code == 200


async def test_A01_no_password_takes_long_to_look_at(http: httpx.AsyncClient) -> None:
    started = monotonic()
    await sign_up(http, password="4@8({[<369&#!/1|0$5+7%2" * 5)
    assert monotonic() - started < 5


async def test_A01_words_of_one_estimate_are_not_anothers() -> None:
    passwords = Passwords(memory_kib=8, passes=1)
    words = ["seraphina", "vandervort"]
    asked: Sequence[tuple[str, list[str]]] = [
        ("seraphinavandervort", words if number % 2 else []) for number in range(20)
    ]
    found = await asyncio.gather(*(passwords.strength(*each) for each in asked))
    passwords.close()
    assert {*found[::2]} == {4}
    assert max(found[1::2]) < 3


async def test_A01_a_changed_password_is_the_only_one(mailing: Mailing, parent: Guardian) -> None:
    form = {"token": await mailing.token(parent.email)}
    await mailing.http.post("/v1/auth/email/verify", json=form)
    assert (await _change(parent)).status_code == 200
    assert (await sign_in(mailing.http, parent.email)).status_code == 401
    assert (await sign_in(mailing.http, parent.email, NEW_PASSWORD)).status_code == 200
    mail = await mailing.mail(parent.email, CHANGED)
    assert "://" not in text_of(mail)


async def test_A01_changing_the_password_signs_out_every_other_device(
    mailing: Mailing, parent: Guardian
) -> None:
    other = (await sign_in(mailing.http, parent.email)).json()
    await _change(parent)
    assert (await list_children(mailing.http, other["access_token"])).status_code == 401
    assert (await refresh(mailing.http, other)).status_code == 401
    await parent.get("/children")
    assert (await refresh(mailing.http, parent.tokens)).status_code == 200


async def test_A01_the_password_is_changed_by_who_knows_it(
    mailing: Mailing, parent: Guardian
) -> None:
    answer = await _change(parent, old="not the password")
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_password")
    answer = await _change(parent, new="password1234")
    assert _wrong_fields(answer) == [("password", "too_guessable")]
    answer = await _change(parent, new="short")
    assert _wrong_fields(answer) == [("password", "wrong_length")]
    assert (await sign_in(mailing.http, parent.email)).status_code == 200


async def test_A01_of_two_changes_at_once_one_is_made(mailing: Mailing, parent: Guardian) -> None:
    passwords = ["바다 건너 온 초록 우산", "산 너머로 간 노란 우산"]
    answers = await asyncio.gather(*(_change(parent, new=each) for each in passwords))
    assert sorted(answer.status_code for answer in answers) == [200, 403]
    made = passwords[[answer.status_code for answer in answers].index(200)]
    assert (await sign_in(mailing.http, parent.email, made)).status_code == 200


async def test_A08_a_found_device_may_not_guess_the_password_on_and_on(
    settings: Settings, database_url: str, guardian: Guardian
) -> None:
    chosen = {"limit_failed_sign_ins": "3/hour"}
    limited = build(settings.model_copy(update=chosen), database_url, CLOCK)
    async with limited.running(), client_of(limited) as http:
        caller = Guardian(http, guardian.email, guardian.tokens)
        answers = [await _change(caller, old=f"guess number {n}") for n in range(4)]
        assert (await sign_in(http, guardian.email)).status_code == 200
    assert [answer.status_code for answer in answers] == [403, 403, 403, 429]


async def test_A01_a_mailed_link_resets_the_password_once(
    mailing: Mailing, parent: Guardian
) -> None:
    other = (await sign_in(mailing.http, parent.email)).json()
    token = await _reset_token(mailing, parent.email)
    answer = await _reset(mailing, token)
    assert answer.status_code == 200
    assert [*answer.json()] == ["trusted_device"]
    for tokens in (parent.tokens, other):
        assert (await list_children(mailing.http, tokens["access_token"])).status_code == 401
        assert (await refresh(mailing.http, tokens)).status_code == 401
    assert (await sign_in(mailing.http, parent.email)).status_code == 401
    signed_in = await sign_in(mailing.http, parent.email, NEW_PASSWORD)
    assert signed_in.json()["account"]["email_verified_at"] is not None
    assert (await _reset(mailing, token, PASSWORD)).json()["code"] == "invalid_token"
    await mailing.mail(parent.email, CHANGED)


async def test_A01_a_reset_makes_the_other_links_worthless(
    mailing: Mailing, parent: Guardian
) -> None:
    first = await _reset_token(mailing, parent.email)
    await _ask(mailing, parent.email)
    second = await mailing.token(parent.email, RESET, number=2)
    assert (await _reset(mailing, second)).status_code == 200
    assert (await _reset(mailing, first)).status_code == 400


async def test_A01_a_refused_password_leaves_the_link_good(
    mailing: Mailing, parent: Guardian
) -> None:
    token = await _reset_token(mailing, parent.email)
    assert _wrong_fields(await _reset(mailing, token, "password1234")) == [
        ("password", "too_guessable")
    ]
    assert _wrong_fields(await _reset(mailing, token, parent.email)) == [
        ("password", "too_guessable")
    ]
    assert (await _reset(mailing, token)).status_code == 200


async def test_A01_a_link_works_for_an_hour(
    mailing: Mailing, parent: Guardian, clock: StoppedClock
) -> None:
    token = await _reset_token(mailing, parent.email)
    clock.advance(timedelta(hours=1))
    assert (await _reset(mailing, token)).status_code == 400


async def test_A01_of_resets_at_the_same_moment_one_is_made(
    mailing: Mailing, parent: Guardian
) -> None:
    token = await _reset_token(mailing, parent.email)
    answers = await asyncio.gather(*(_reset(mailing, token) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, *[400] * 4]


async def test_A01_a_reset_and_a_change_at_once_leave_one_password(
    mailing: Mailing, parent: Guardian
) -> None:
    token = await _reset_token(mailing, parent.email)
    changed, reset = await asyncio.gather(
        _change(parent, new="산 너머로 간 노란 우산"), _reset(mailing, token)
    )
    made = {changed.status_code: "산 너머로 간 노란 우산", reset.status_code: NEW_PASSWORD}
    assert sorted((changed.status_code, reset.status_code)) in ([200, 400], [200, 403])
    assert (await sign_in(mailing.http, parent.email, made[200])).status_code == 200


async def test_A01_asking_for_a_reset_tells_nobody_whether_an_address_is_known(
    mailing: Mailing, parent: Guardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = new_address()
    monkeypatch.setattr(mailing.system.database, "reading", _no_look)
    monkeypatch.setattr(Transaction, "fetch", _no_look)
    known, other = await _ask(mailing, parent.email), await _ask(mailing, unknown)
    monkeypatch.undo()
    assert (known.status_code, known.content) == (other.status_code, other.content)
    assert known.status_code == 202
    await mailing.mail(parent.email, RESET)
    await mailing.settled()
    assert mailing.server.to(unknown) == []
    malformed = await _ask(mailing, "no address")
    assert (malformed.status_code, malformed.json()["errors"][0]["field"]) == (400, "email")


def _no_look(*_: Any) -> Any:
    message = "a request for a reset looks nothing up"
    raise AssertionError(message)


async def test_A01_an_account_without_a_password_can_be_given_one(
    mailing: Mailing, parent: Guardian
) -> None:
    await _forget_password(mailing.system, parent.email)
    await _ask(mailing, parent.email)
    mail = await mailing.mail(parent.email, "비밀번호 안내")
    assert "Google 또는 Apple" in text_of(mail)
    token = await mailing.token(parent.email, "비밀번호 안내")
    assert (await _reset(mailing, token)).status_code == 200
    assert (await sign_in(mailing.http, parent.email, NEW_PASSWORD)).status_code == 200


async def _forget_password(system: Dodam, email: str) -> None:
    async with system.database.transaction() as tx:
        await tx.execute("update accounts.account set password_hash = null where email = $1", email)


async def test_A01_who_left_is_not_mailed_a_link(mailing: Mailing, parent: Guardian) -> None:
    token = await _reset_token(mailing, parent.email)
    form = {"confirm": True, "password": PASSWORD}
    left = await parent.call("POST", "/account/withdrawal", json=form)
    assert left.status_code == 202, left.text
    assert (await _ask(mailing, parent.email)).status_code == 202
    await mailing.settled()
    await mailing.mail(parent.email, RESET)
    assert (await _reset(mailing, token)).status_code == 400


async def test_A16_a_password_that_staff_took_away_opens_nothing(
    mailing: Mailing, parent: Guardian, settings: Settings
) -> None:
    path = f"/staff/accounts/{parent.tokens['account']['id']}/password-reset"
    admin = staff(mailing.http, settings, Role.ADMIN)
    answer = await admin.call("POST", path, json={"reason": "It was found in a list."})
    assert answer.status_code == 204, answer.text
    assert (await list_children(mailing.http, parent.tokens["access_token"])).status_code == 401
    assert (await sign_in(mailing.http, parent.email)).status_code == 401
    token = await mailing.token(parent.email, "새로 정해")
    assert (await _reset(mailing, token)).status_code == 200
    signed_in = await sign_in(mailing.http, parent.email, NEW_PASSWORD)
    assert signed_in.json()["account"]["password_must_change"] is False


async def test_A16_after_a_password_was_taken_away_a_new_link_can_be_asked_for(
    mailing: Mailing, parent: Guardian, settings: Settings
) -> None:
    path = f"/staff/accounts/{parent.tokens['account']['id']}/password-reset"
    await staff(mailing.http, settings, Role.ADMIN).call("POST", path, json={"reason": "Leaked."})
    assert (await _reset(mailing, await _reset_token(mailing, parent.email))).status_code == 200


async def test_A08_who_is_signed_in_has_no_passwords_hashed_without_end(
    settings: Settings, database_url: str, guardian: Guardian
) -> None:
    limited = build(settings.model_copy(update={"limit_sign_ins": "3/hour"}), database_url, CLOCK)
    async with limited.running(), client_of(limited) as http:
        caller = Guardian(http, guardian.email, guardian.tokens)
        form = {"old_password": PASSWORD, "password": "password 1234"}
        answers = [await caller.call("POST", "/auth/password", json=form) for _ in range(2)]
        first = {"password": NEW_PASSWORD}
        answers += [
            await caller.call("POST", "/auth/methods/password", json=first) for _ in range(2)
        ]
    assert [answer.status_code for answer in answers] == [400, 400, 409, 429]
