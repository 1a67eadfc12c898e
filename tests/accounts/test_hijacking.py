"""A01, A04: somebody who was in, or was there first, is out for good once the holder has acted."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from dodam.platform.settings import Settings
from dodam_sim.providers.apple import Apple
from dodam_sim.providers.google import Google
from tests.families import PASSWORD, Guardian

from .calls import new_address, sign_in, sign_up
from .mailing import Mailing, MailServer, mailing_system
from .providers import People, methods

NEW_PASSWORD = "바다 건너 온 초록 우산"
RESET, NEW_EMAIL, CHANGED = "다시 정해", "새 이메일 주소", "비밀번호가 바뀌었"


@pytest.fixture(scope="module")
async def posting(
    registered: Settings, database_url: str, mail_server: MailServer
) -> AsyncIterator[Mailing]:
    """A system that sends mails, and that Google and Apple know."""
    async with mailing_system(registered, database_url, mail_server) as system:
        yield system


@pytest.fixture
def posted(posting: Mailing, google_at: tuple[Google, str], apple_at: tuple[Apple, str]) -> People:
    return People(posting.http, google_at[0], apple_at[0])


async def _signed_up(posting: Mailing) -> Guardian:
    answer = await sign_up(posting.http)
    return Guardian(posting.http, answer.json()["account"]["email"], answer.json())


async def _other_device(holder: Guardian) -> Guardian:
    answer = await sign_in(holder.http, holder.email)
    assert answer.status_code == 200, answer.text
    return Guardian(holder.http, holder.email, answer.json())


async def _ask_for(guardian: Guardian, email: str) -> None:
    form = {"email": email, "password": PASSWORD}
    answer = await guardian.call("POST", "/auth/email/change", json=form)
    assert answer.status_code == 202, answer.text


async def _change_password(guardian: Guardian) -> None:
    form = {"old_password": PASSWORD, "password": NEW_PASSWORD}
    answer = await guardian.call("POST", "/auth/password", json=form)
    assert answer.status_code == 200, answer.text


async def _reset(posting: Mailing, email: str) -> None:
    await posting.http.post("/v1/auth/password/reset-request", json={"email": email})
    form = {"token": await posting.token(email, RESET), "password": NEW_PASSWORD}
    answer = await posting.http.post("/v1/auth/password/reset", json=form)
    assert answer.status_code == 200, answer.text


async def _verify(posting: Mailing, token: str) -> httpx.Response:
    return await posting.http.post("/v1/auth/email/verify", json={"token": token})


@pytest.mark.parametrize("by_mail", [True, False])
async def test_A01_a_new_password_ends_the_change_of_address_a_thief_asked_for(
    posting: Mailing, *, by_mail: bool
) -> None:
    holder = await _signed_up(posting)
    thief, thiefs_address = await _other_device(holder), new_address()
    await _ask_for(thief, thiefs_address)
    token = await posting.token(thiefs_address, NEW_EMAIL)
    await (_reset(posting, holder.email) if by_mail else _change_password(holder))
    answer = await _verify(posting, token)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_token")
    assert (await sign_in(posting.http, holder.email, NEW_PASSWORD)).status_code == 200


async def test_A01_nor_does_a_mail_follow_that_was_still_to_be_sent(posting: Mailing) -> None:
    holder = await _signed_up(posting)
    await posting.settled()
    thief, thiefs_address = await _other_device(holder), new_address()
    await posting.server.close()
    try:
        await _ask_for(thief, thiefs_address)
        await _change_password(holder)
    finally:
        await posting.server.open()
    await posting.settled()
    assert posting.server.to(thiefs_address) == []


async def test_A01_a_change_of_password_and_of_address_at_once_leave_the_holder_in(
    posting: Mailing,
) -> None:
    for _ in range(4):
        holder = await _signed_up(posting)
        thief, thiefs_address = await _other_device(holder), new_address()
        await _ask_for(thief, thiefs_address)
        await asyncio.gather(_change_password(holder), posting.settled())
        for mail_token in await _tokens(posting, thiefs_address):
            assert (await _verify(posting, mail_token)).status_code == 400


async def _tokens(posting: Mailing, address: str) -> list[str]:
    if not posting.server.to(address):
        return []
    return [await posting.token(address, NEW_EMAIL)]


async def test_A04_who_opened_an_account_with_anothers_address_is_out_once_its_holder_resets(
    posting: Mailing, posted: People
) -> None:
    squatter = await _signed_up(posting)
    google, apple = posted.googler(), posted.apple_user()
    for provider, proof in (
        ("google", await posted.google_proof(google)),
        ("apple", await posted.apple_proof(apple)),
    ):
        answer = await squatter.call("POST", f"/auth/methods/{provider}", json=proof)
        assert answer.status_code == 200, answer.text
    await _reset(posting, squatter.email)
    answer = await sign_in(posting.http, squatter.email, NEW_PASSWORD)
    holder = Guardian(posting.http, squatter.email, answer.json())
    assert await methods(holder) == ["password"]
    for entered in (await posted.with_google(google), await posted.with_apple(apple)):
        assert entered.status_code == 201
        assert entered.json()["account"]["id"] != holder.account_id


async def test_A04_whoever_verified_the_address_keeps_what_they_linked(
    posting: Mailing, posted: People
) -> None:
    holder = await _signed_up(posting)
    assert (await _verify(posting, await posting.token(holder.email))).status_code == 204
    google = posted.googler()
    await holder.call("POST", "/auth/methods/google", json=await posted.google_proof(google))
    await _reset(posting, holder.email)
    assert (await posted.with_google(google)).status_code == 200


async def test_A08_nobody_is_flooded_with_notices_of_an_account_that_is_not_theirs(
    posting: Mailing,
) -> None:
    squatter = await _signed_up(posting)
    await _change_password(squatter)
    await posting.settled()
    assert [mail for mail in posting.server.to(squatter.email) if CHANGED in mail["Subject"]] == []
