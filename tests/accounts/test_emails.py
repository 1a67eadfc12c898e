"""A01: an account's address is verified, and changed, by whoever reads its mails."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dodam.bootstrap import build
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.conftest import CLOCK
from tests.families import PASSWORD, Guardian

from .calls import new_address, sign_in, sign_up
from .mailing import Mailing, client_of, token_in

VERIFY, NEW, CHANGED = "확인해 주세요", "새 이메일 주소", "주소가 바뀌었"


@pytest.fixture
async def parent(mailing: Mailing) -> Guardian:
    """A guardian whose mails can be read."""
    answer = await sign_up(mailing.http)
    return Guardian(mailing.http, answer.json()["account"]["email"], answer.json())


async def _verify(mailing: Mailing, token: str) -> httpx.Response:
    return await mailing.http.post("/v1/auth/email/verify", json={"token": token})


async def _account(mailing: Mailing, email: str) -> dict[str, Any]:
    answer = await sign_in(mailing.http, email)
    assert answer.status_code == 200, answer.text
    return answer.json()["account"]


async def _ask_for(parent: Guardian, email: str, password: str = PASSWORD) -> httpx.Response:
    form = {"email": email, "password": password}
    return await parent.call("POST", "/auth/email/change", json=form)


async def test_A01_the_link_mailed_at_sign_up_verifies_the_address_once(
    mailing: Mailing, parent: Guardian
) -> None:
    token = await mailing.token(parent.email)
    assert parent.tokens["account"]["email_verified_at"] is None
    assert (await _verify(mailing, token)).status_code == 204
    account = await _account(mailing, parent.email)
    assert account["email_verified_at"] == NOON.isoformat().replace("+00:00", "Z")
    again = await _verify(mailing, token)
    assert (again.status_code, again.json()["code"]) == (400, "invalid_token")


@pytest.mark.parametrize("token", ["x", "\u0000", "가" * 200])
async def test_A01_what_is_no_token_verifies_nothing(http: httpx.AsyncClient, token: str) -> None:
    answer = await http.post("/v1/auth/email/verify", json={"token": token})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_token")


async def test_A01_the_link_works_for_three_days(
    mailing: Mailing, parent: Guardian, clock: StoppedClock
) -> None:
    token = await mailing.token(parent.email)
    clock.advance(timedelta(hours=72))
    assert (await _verify(mailing, token)).status_code == 400


async def test_A01_the_link_is_mailed_again_until_the_address_is_verified(
    mailing: Mailing, parent: Guardian
) -> None:
    first = await mailing.token(parent.email)
    assert (await parent.call("POST", "/auth/email/verification")).status_code == 202
    second = await mailing.token(parent.email, number=2)
    assert first != second
    assert (await _verify(mailing, first)).status_code == 204
    refused = await parent.call("POST", "/auth/email/verification")
    assert (refused.status_code, refused.json()["code"]) == (409, "email_verified_already")


async def test_A08_mails_are_asked_for_a_few_times_an_hour(
    settings: Settings, database_url: str, guardian: Guardian
) -> None:
    limited = build(settings.model_copy(update={"limit_mails": "2/hour"}), database_url, CLOCK)
    async with limited.running(), client_of(limited) as http:
        caller = Guardian(http, guardian.email, guardian.tokens)
        answers = [await caller.call("POST", "/auth/email/verification") for _ in range(3)]
        form = {"email": guardian.email.upper()}
        answers.append(await http.post("/v1/auth/password/reset-request", json=form))
    assert [answer.status_code for answer in answers] == [202, 202, 429, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 3600


async def test_A01_another_address_takes_over_once_it_is_verified(
    mailing: Mailing, parent: Guardian
) -> None:
    old, new = parent.email, new_address()
    old_token = await mailing.token(old, VERIFY)
    assert (await _ask_for(parent, new)).status_code == 202
    token = await mailing.token(new, NEW)
    assert (await sign_in(mailing.http, new)).status_code == 401
    assert (await _verify(mailing, token)).status_code == 204
    account = await _account(mailing, new)
    assert account["email"] == new
    assert account["email_verified_at"] is not None
    assert (await sign_in(mailing.http, old)).status_code == 401
    await mailing.mail(old, CHANGED)
    # What lies in the old mailbox opens nothing.
    assert (await _verify(mailing, old_token)).status_code == 400


async def test_A01_an_address_is_changed_by_who_knows_the_password(
    mailing: Mailing, parent: Guardian
) -> None:
    answer = await _ask_for(parent, new_address(), "not the password")
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_password")
    answer = await _ask_for(parent, "no address")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "email")
    await mailing.settled()


async def test_A01_asking_for_somebody_elses_address_is_answered_alike_and_mails_nobody(
    mailing: Mailing, parent: Guardian
) -> None:
    other = (await sign_up(mailing.http)).json()["account"]["email"]
    taken, free = await _ask_for(parent, other), await _ask_for(parent, new_address())
    assert taken.status_code == free.status_code == 202
    assert taken.content == free.content
    await mailing.settled()
    assert [mail["Subject"] for mail in mailing.server.to(other)] == [
        "도담 이메일 주소를 확인해 주세요"
    ]


async def test_A01_of_several_addresses_asked_for_the_last_one_is_meant(
    mailing: Mailing, parent: Guardian
) -> None:
    first, second = new_address(), new_address()
    await _ask_for(parent, first)
    old_token = await mailing.token(first)
    await _ask_for(parent, second)
    token = await mailing.token(second)
    assert (await _verify(mailing, old_token)).status_code == 400
    assert (await _verify(mailing, token)).status_code == 204


async def test_A01_an_address_that_was_taken_meanwhile_stays_its_holders(
    mailing: Mailing, parent: Guardian
) -> None:
    wanted = new_address()
    await _ask_for(parent, wanted)
    token = await mailing.token(wanted, NEW)
    await sign_up(mailing.http, email=wanted)
    answer = await _verify(mailing, token)
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    assert (await _account(mailing, parent.email))["email"] == parent.email


async def test_A01_of_two_accounts_that_verify_one_address_at_once_one_gets_it(
    mailing: Mailing, parent: Guardian
) -> None:
    answer = await sign_up(mailing.http)
    other = Guardian(mailing.http, answer.json()["account"]["email"], answer.json())
    wanted = new_address()
    await _ask_for(parent, wanted)
    await _ask_for(other, wanted)
    await mailing.token(wanted, NEW, number=2)
    tokens = [token_in(mail) for mail in mailing.server.to(wanted)]
    answers = await asyncio.gather(*(_verify(mailing, token) for token in tokens))
    assert sorted(answer.status_code for answer in answers) == [204, 409]


async def test_A01_a_link_used_at_the_same_moment_verifies_once(
    mailing: Mailing, parent: Guardian
) -> None:
    token = await mailing.token(parent.email)
    answers = await asyncio.gather(*(_verify(mailing, token) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [204, *[400] * 4]
