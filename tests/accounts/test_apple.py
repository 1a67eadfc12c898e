"""A03: signing up and in with Apple, and what Apple tells us afterwards."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam_sim.providers.apple import AppleAccount
from dodam_sim.serving import Trouble
from tests.clock import NOON, StoppedClock

from .calls import refresh
from .providers import People, methods


def _refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def _tokens_of(system: Dodam, account: AppleAccount) -> list[Any]:
    async with system.database.reading() as db:
        return list(
            await db.fetch(
                "select identity::text as row, sealed_token from accounts.identity"
                " where subject = $1",
                account.subject,
            )
        )


async def test_A03_the_first_sign_in_opens_an_account_and_the_next_finds_it(
    people: People,
) -> None:
    account = people.apple_user()
    first = await people.with_apple(account, name="김하늘")
    assert first.status_code == 201
    opened = first.json()["account"]
    assert (opened["email"], opened["name"]) == (account.email, "김하늘")
    again = await people.with_apple(account)
    assert (again.status_code, again.json()["account"]["id"]) == (200, opened["id"])


async def test_A03_the_name_that_is_told_once_is_kept(people: People) -> None:
    account = people.apple_user()
    nonce = await people.nonce()
    told = people.apple.sign_in(account, nonce)
    assert told.name == "김하늘"
    form = {
        "id_token": told.id_token,
        "authorization_code": told.authorization_code,
        "nonce": nonce,
        "name": told.name,
    }
    await people.http.post("/v1/auth/apple", json=form)
    assert people.apple.sign_in(account, nonce).name is None
    for name in (None, "다른 이름"):
        answer = await people.with_apple(account, name=name)
        assert answer.json()["account"]["name"] == "김하늘"


async def test_A03_a_name_that_comes_late_is_taken(people: People) -> None:
    account = people.apple_user()
    assert (await people.with_apple(account)).json()["account"]["name"] is None
    answer = await people.with_apple(account, name="김하늘")
    assert answer.json()["account"]["name"] == "김하늘"


async def test_A03_a_relay_address_is_kept_and_marked(people: People) -> None:
    account = people.apple_user(hides_email=True)
    guardian = await people.guardian_with_apple(account)
    (method,) = await guardian.get("/auth/methods")
    assert (method["email"], method["email_is_relay"]) == (account.email, True)
    assert guardian.email.endswith("@privaterelay.appleid.com")


async def test_A03_the_refresh_token_is_kept_encrypted(
    people: People, registered_system: Dodam
) -> None:
    account = people.apple_user()
    before = set(people.apple.handed_out)
    await people.with_apple(account)
    (token,) = set(people.apple.handed_out) - before
    (row,) = await _tokens_of(registered_system, account)
    assert row["sealed_token"] is not None
    assert token.encode() not in row["sealed_token"]
    assert token.encode().hex() not in row["row"]


async def test_A03_a_code_is_worth_one_sign_in(people: People) -> None:
    account = people.apple_user()
    proof = await people.apple_proof(account)
    assert (await people.http.post("/v1/auth/apple", json=proof)).status_code == 201
    again = {
        **await people.apple_proof(account),
        "authorization_code": proof["authorization_code"],
    }
    answer = await people.http.post("/v1/auth/apple", json=again)
    assert _refused(answer) == (401, "invalid_authorization_code")


async def test_A03_somebody_elses_code_is_refused(people: People) -> None:
    stranger = await people.apple_proof(people.apple_user())
    proof = await people.apple_proof(people.apple_user())
    mixed = {**proof, "authorization_code": stranger["authorization_code"]}
    answer = await people.http.post("/v1/auth/apple", json=mixed)
    assert _refused(answer) == (401, "invalid_authorization_code")


async def test_A03_on_a_web_page_the_code_is_exchanged_for_that_page(people: People) -> None:
    account, page = people.apple_user(), "https://dodam.example/apple"
    proof = await people.apple_proof(account, redirect_uri=page)
    answer = await people.http.post("/v1/auth/apple", json={**proof, "redirect_uri": page})
    assert answer.status_code == 201
    proof = await people.apple_proof(account, redirect_uri=page)
    answer = await people.http.post("/v1/auth/apple", json=proof)
    assert _refused(answer) == (401, "invalid_authorization_code")


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://appleid.apple.com.evil.example"},
        {"aud": "another.app"},
        {"exp": int(NOON.timestamp()) - 61},
        {"nonce": "another"},
    ],
)
async def test_A03_a_token_with_a_wrong_claim_is_refused(
    people: People, claims: dict[str, Any]
) -> None:
    proof = await people.apple_proof(people.apple_user(), **claims)
    answer = await people.http.post("/v1/auth/apple", json=proof)
    assert _refused(answer) == (401, "invalid_id_token")


async def test_A03_a_token_of_googles_is_none_of_apples(people: People) -> None:
    proof = await people.google_proof(
        people.googler(), iss="https://appleid.apple.com", aud=people.apple.client_id
    )
    answer = await people.http.post("/v1/auth/apple", json={**proof, "authorization_code": "c"})
    assert answer.status_code == 401


async def test_A03_while_apple_is_away_nobody_is_signed_in_halfway(
    people: People, registered_system: Dodam
) -> None:
    known, account = people.apple_user(), people.apple_user()
    await people.with_apple(known)  # so that the keys are known
    proof = await people.apple_proof(account)
    people.apple.trouble = Trouble.DOWN
    try:
        answer = await people.http.post("/v1/auth/apple", json=proof)
    finally:
        people.apple.trouble = Trouble.NONE
    assert _refused(answer) == (503, "provider_unavailable")
    assert await _tokens_of(registered_system, account) == []
    assert (await people.with_apple(account)).status_code == 201


async def test_A03_one_person_on_many_devices_at_once_opens_one_account(people: People) -> None:
    account = people.apple_user()
    answers = await asyncio.gather(*(people.with_apple(account) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [*[200] * 4, 201]
    assert len({answer.json()["account"]["id"] for answer in answers}) == 1


async def test_A03_who_takes_the_consent_back_is_signed_out_and_may_come_back(
    people: People, registered_system: Dodam
) -> None:
    account = people.apple_user(hides_email=True)
    guardian = await people.guardian_with_apple(account)
    assert (await people.notify(account, "consent-revoked")).status_code == 200
    assert (await guardian.call("GET", "/children")).status_code == 401
    assert (await refresh(people.http, guardian.tokens)).status_code == 401
    (row,) = await _tokens_of(registered_system, account)
    assert row["sealed_token"] is None
    back = await people.guardian_with_apple(account)
    assert back.tokens["account"]["id"] == guardian.tokens["account"]["id"]


async def test_A03_only_what_apple_opened_ends_with_the_consent(people: People) -> None:
    googler, account = people.googler(), people.apple_user()
    guardian = await people.guardian_with_google(googler)
    await guardian.call("POST", "/auth/methods/apple", json=await people.apple_proof(account))
    on_ipad = await people.guardian_with_apple(account)
    await people.notify(account, "consent-revoked")
    assert (await on_ipad.call("GET", "/children")).status_code == 401
    assert await methods(guardian) == ["google"]


@pytest.mark.parametrize("kind", ["account-delete", "account-deleted"])
async def test_A03_of_a_deleted_apple_account_nothing_is_kept_but_the_account(
    people: People, registered_system: Dodam, kind: str
) -> None:
    account = people.apple_user()
    guardian = await people.guardian_with_apple(account)
    await guardian.call(
        "POST", "/auth/methods/google", json=await people.google_proof(googler := people.googler())
    )
    assert (await people.notify(account, kind)).status_code == 200
    assert (await guardian.call("GET", "/children")).status_code == 401
    assert await _tokens_of(registered_system, account) == []
    back = await people.guardian_with_google(googler)
    assert await methods(back) == ["google"]
    assert back.tokens["account"]["id"] == guardian.tokens["account"]["id"]


async def test_A03_the_account_outlives_its_only_way_in(people: People) -> None:
    account = people.apple_user()
    guardian = await people.guardian_with_apple(account)
    await people.notify(account, "account-delete")
    form = {"email": guardian.email, "password": "a long password nobody guesses", "name": "x"}
    answer = await people.http.post("/v1/auth/sign-up", json=form)
    assert _refused(answer) == (409, "email_taken")
    assert answer.json()["details"] == {"methods": []}


async def test_A03_an_event_that_comes_again_does_nothing(people: People) -> None:
    account = people.apple_user()
    await people.with_apple(account)
    event = people.apple.notification(account, "consent-revoked")
    for _ in range(2):
        assert (await people.http.post("/v1/auth/apple/events", json=event)).status_code == 200
    guardian = await people.guardian_with_apple(account)
    answers = await asyncio.gather(
        *(people.http.post("/v1/auth/apple/events", json=event) for _ in range(4))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert await methods(guardian) == ["apple"]


async def test_A03_news_older_than_the_last_sign_in_is_history(
    people: People, clock: StoppedClock
) -> None:
    account = people.apple_user()
    await people.with_apple(account)
    revoked_at = clock.now() + timedelta(minutes=1)
    clock.advance(timedelta(minutes=2))
    guardian = await people.guardian_with_apple(account)
    assert (await people.notify(account, "consent-revoked", at=revoked_at)).status_code == 200
    assert await methods(guardian) == ["apple"]


async def test_A03_whether_the_relay_forwards_follows_the_latest_news(
    people: People, clock: StoppedClock
) -> None:
    account = people.apple_user(hides_email=True)
    guardian = await people.guardian_with_apple(account)

    async def forwards() -> bool:
        return (await guardian.get("/auth/methods"))[0]["mail_forwarded"]

    assert await forwards()
    late = people.apple.notification(account, "email-disabled", at=clock.now())
    clock.advance(timedelta(minutes=1))
    await people.notify(account, "email-disabled")
    assert not await forwards()
    clock.advance(timedelta(minutes=1))
    await people.notify(account, "email-enabled")
    assert await forwards()
    await people.http.post("/v1/auth/apple/events", json=late)
    assert await forwards()


async def test_A03_an_event_of_a_stranger_or_of_a_new_kind_is_taken_and_let_be(
    people: People,
) -> None:
    account = people.apple_user()
    for kind in ("consent-revoked", "email-enabled", "account-delete"):
        assert (await people.notify(account, kind)).status_code == 200
    guardian = await people.guardian_with_apple(account)
    assert (await people.notify(account, "something-new")).status_code == 200
    assert await methods(guardian) == ["apple"]


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://accounts.google.com"},
        {"aud": "another.app"},
        {"exp": int(NOON.timestamp()) - 61},
        {"events": "not json"},
        {"events": {"type": "consent-revoked"}},
        {"events": '{"type": "consent-revoked", "sub": "x", "event_time": 1e300}'},
        {"jti": None},
    ],
)
async def test_A03_a_forged_event_is_refused(people: People, claims: dict[str, Any]) -> None:
    account = people.apple_user()
    guardian = await people.guardian_with_apple(account)
    answer = await people.notify(account, "consent-revoked", **claims)
    assert _refused(answer) == (401, "invalid_id_token")
    assert await methods(guardian) == ["apple"]


async def test_A03_an_id_token_is_no_event(people: People) -> None:
    proof = await people.apple_proof(people.apple_user())
    answer = await people.http.post("/v1/auth/apple/events", json={"payload": proof["id_token"]})
    assert _refused(answer) == (401, "invalid_id_token")


async def test_A03_seen_events_are_forgotten_once_their_signature_is_too_old(
    people: People, registered_system: Dodam, clock: StoppedClock
) -> None:
    account = people.apple_user()
    event = people.apple.notification(account, "consent-revoked", jti=account.subject)
    await people.http.post("/v1/auth/apple/events", json=event)

    async def seen() -> int:
        async with registered_system.database.transaction() as tx:
            await registered_system.chores["forget-apple-notices"](tx)
            rows = await tx.fetch(
                "select 1 from accounts.apple_notice where id = $1", account.subject
            )
        return len(rows)

    assert await seen() == 1
    # Apple's clock may be behind ours.
    clock.advance(timedelta(days=1, seconds=30))
    assert await seen() == 1
    clock.advance(timedelta(hours=1))
    assert await seen() == 0
    answer = await people.http.post("/v1/auth/apple/events", json=event)
    assert _refused(answer) == (401, "invalid_id_token")
