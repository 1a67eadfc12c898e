"""A04: several ways to sign in to one account, and never none."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam
from tests.clock import StoppedClock
from tests.families import PASSWORD, Guardian

from .calls import new_address, refresh, sign_in, sign_up
from .providers import People, methods

NEW_PASSWORD = "three quiet otters paint"


def _refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def _local(people: People) -> Guardian:
    email = new_address()
    answer = await sign_up(people.http, email=email)
    return Guardian(people.http, email, answer.json())


async def _link(guardian: Guardian, method: str, form: dict[str, Any]) -> httpx.Response:
    return await guardian.call("POST", f"/auth/methods/{method}", json=form)


async def _unlink(guardian: Guardian, method: str) -> httpx.Response:
    return await guardian.call("DELETE", f"/auth/methods/{method}")


async def test_A04_one_account_is_signed_in_to_in_every_way_that_is_linked(
    people: People,
) -> None:
    guardian = await _local(people)
    googler, apple_user = people.googler(), people.apple_user()
    assert await methods(guardian) == ["password"]
    linked = await _link(guardian, "google", await people.google_proof(googler))
    assert (linked.status_code, [each["method"] for each in linked.json()]) == (
        200,
        ["google", "password"],
    )
    await _link(guardian, "apple", await people.apple_proof(apple_user))
    assert await methods(guardian) == ["apple", "google", "password"]
    ids = {
        answer.json()["account"]["id"]
        for answer in (
            await people.with_google(googler),
            await people.with_apple(apple_user),
            await sign_in(people.http, guardian.email),
        )
    }
    assert ids == {guardian.tokens["account"]["id"]}
    shown = {each["method"]: each["email"] for each in await guardian.get("/auth/methods")}
    assert shown == {
        "apple": apple_user.email,
        "google": googler.email,
        "password": guardian.email,
    }


async def test_A04_linking_again_is_fine(people: People) -> None:
    guardian, googler = await _local(people), people.googler()
    for _ in range(2):
        answer = await _link(guardian, "google", await people.google_proof(googler))
        assert answer.status_code == 200
    assert await methods(guardian) == ["google", "password"]


async def test_A04_who_signs_in_to_another_account_cannot_be_linked(people: People) -> None:
    googler = people.googler()
    await people.with_google(googler)
    guardian = await _local(people)
    answer = await _link(guardian, "google", await people.google_proof(googler))
    assert _refused(answer) == (409, "identity_taken")
    assert await methods(guardian) == ["password"]


async def test_A04_an_account_has_one_person_of_a_provider(people: People) -> None:
    guardian = await people.guardian_with_google(people.googler())
    answer = await _link(guardian, "google", await people.google_proof(people.googler()))
    assert _refused(answer) == (409, "method_linked_already")


async def test_A04_of_two_accounts_that_link_one_person_at_once_one_gets_them(
    people: People,
) -> None:
    googler = people.googler()
    guardians = [await _local(people) for _ in range(4)]
    proofs = [await people.google_proof(googler) for _ in guardians]
    answers = await asyncio.gather(
        *(_link(each, "google", proof) for each, proof in zip(guardians, proofs, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_A04_a_person_who_links_and_signs_in_at_once_has_one_account(
    people: People,
) -> None:
    for _ in range(5):
        googler, guardian = people.googler(), await _local(people)
        proof = await people.google_proof(googler)
        linked, signed_in = await asyncio.gather(
            _link(guardian, "google", proof), people.with_google(googler)
        )
        if linked.status_code == 200:
            assert signed_in.json()["account"]["id"] == guardian.tokens["account"]["id"]
        else:
            assert (_refused(linked), signed_in.status_code) == ((409, "identity_taken"), 201)


async def test_A04_linking_needs_the_same_proof_as_signing_in(people: People) -> None:
    guardian = await _local(people)
    proof = await people.google_proof(people.googler(), aud="another")
    assert _refused(await _link(guardian, "google", proof)) == (401, "invalid_id_token")
    proof = await people.google_proof(people.googler())
    await people.http.post("/v1/auth/google", json=proof)
    assert _refused(await _link(guardian, "google", proof)) == (401, "invalid_nonce")


async def test_A04_a_device_that_was_found_signed_in_links_nothing(
    people: People, clock: StoppedClock
) -> None:
    guardian = await people.guardian_with_google(people.googler())
    clock.advance(timedelta(minutes=10, seconds=1))
    guardian.tokens = (await refresh(people.http, guardian.tokens)).json()
    for method, form in (
        ("google", await people.google_proof(people.googler())),
        ("apple", await people.apple_proof(people.apple_user())),
        ("password", {"password": NEW_PASSWORD}),
    ):
        assert _refused(await _link(guardian, method, form)) == (403, "recent_sign_in_required")
    assert await methods(guardian) == ["google"]


async def test_A04_who_signs_in_again_links(people: People, clock: StoppedClock) -> None:
    googler = people.googler()
    await people.guardian_with_google(googler)
    clock.advance(timedelta(days=3))
    guardian = await people.guardian_with_google(googler)
    clock.advance(timedelta(minutes=9))
    assert (await _link(guardian, "password", {"password": NEW_PASSWORD})).status_code == 200


async def test_A04_the_last_way_in_stays(people: People) -> None:
    guardian = await people.guardian_with_google(people.googler())
    assert _refused(await _unlink(guardian, "google")) == (409, "last_sign_in_method")
    local = await _local(people)
    assert _refused(await _unlink(local, "password")) == (409, "last_sign_in_method")
    assert _refused(await _unlink(local, "google")) == (404, "method_not_linked")
    assert (await _unlink(local, "carrier-pigeon")).status_code == 404


async def test_A04_of_two_ways_that_are_unlinked_at_once_one_stays(people: People) -> None:
    for _ in range(5):
        guardian = await people.guardian_with_google(people.googler())
        await _link(guardian, "apple", await people.apple_proof(people.apple_user()))
        answers = await asyncio.gather(_unlink(guardian, "google"), _unlink(guardian, "apple"))
        assert sorted(answer.status_code for answer in answers) == [204, 409]
        assert len(await methods(guardian)) == 1


async def test_A04_an_unlinked_person_is_a_stranger_and_signed_out(people: People) -> None:
    googler, guardian = people.googler(), await _local(people)
    await _link(guardian, "google", await people.google_proof(googler))
    tablet = await people.guardian_with_google(googler)
    assert (await _unlink(guardian, "google")).status_code == 204
    assert (await tablet.call("GET", "/children")).status_code == 401
    assert await guardian.get("/children") == []
    assert (await people.with_google(googler)).status_code == 201


async def test_A04_who_unlinks_stays_signed_in(people: People) -> None:
    guardian = await people.guardian_with_google(people.googler())
    await _link(guardian, "password", {"password": NEW_PASSWORD})
    assert (await _unlink(guardian, "google")).status_code == 204
    assert await methods(guardian) == ["password"]


async def test_A04_signing_in_while_being_unlinked_opens_no_way_around(people: People) -> None:
    for _ in range(5):
        googler, guardian = people.googler(), await _local(people)
        await _link(guardian, "google", await people.google_proof(googler))
        unlinked, signed_in = await asyncio.gather(
            _unlink(guardian, "google"), people.with_google(googler)
        )
        assert unlinked.status_code == 204
        tablet = Guardian(people.http, "", signed_in.json())
        if signed_in.json()["account"]["id"] == guardian.tokens["account"]["id"]:
            assert (await tablet.call("GET", "/children")).status_code == 401
        else:
            assert signed_in.status_code == 201


async def test_A04_a_first_password_opens_the_account_by_its_address(people: People) -> None:
    guardian = await people.guardian_with_apple(people.apple_user())
    weak = await _link(guardian, "password", {"password": "password 1234"})
    assert _refused(weak) == (400, "invalid_input")
    assert (await _link(guardian, "password", {"password": NEW_PASSWORD})).status_code == 200
    assert (await sign_in(people.http, guardian.email, NEW_PASSWORD)).status_code == 200
    again = await _link(guardian, "password", {"password": NEW_PASSWORD + "s"})
    assert _refused(again) == (409, "method_linked_already")
    assert (await sign_in(people.http, guardian.email, NEW_PASSWORD)).status_code == 200


async def test_A04_an_unlinked_password_opens_nothing(people: People) -> None:
    guardian = await _local(people)
    await _link(guardian, "google", await people.google_proof(people.googler()))
    assert (await _unlink(guardian, "password")).status_code == 204
    answer = await sign_in(people.http, guardian.email, PASSWORD)
    assert _refused(answer) == (401, "invalid_credentials")


async def test_A04_another_person_may_follow_one_who_took_the_consent_back(
    people: People,
) -> None:
    guardian, former = await _local(people), people.apple_user()
    await _link(guardian, "apple", await people.apple_proof(former))
    await people.notify(former, "consent-revoked")
    assert await methods(guardian) == ["password"]
    assert _refused(await _unlink(guardian, "password")) == (409, "last_sign_in_method")
    answer = await _link(guardian, "apple", await people.apple_proof(people.apple_user()))
    assert answer.status_code == 200
    assert await methods(guardian) == ["apple", "password"]


@pytest.mark.parametrize("ways", [["password"], ["google"], ["apple"], ["google", "password"]])
async def test_A05_a_registered_address_is_told_how_it_signs_in(
    people: People, ways: list[str]
) -> None:
    email = new_address()
    if ways[0] == "password":
        await sign_up(people.http, email=email)
    elif ways[0] == "apple":
        await people.with_apple(people.apple_user(email=email))
    else:
        guardian = await people.guardian_with_google(people.googler(email=email))
        for _ in ways[1:]:
            await _link(guardian, "password", {"password": NEW_PASSWORD})
    answer = await sign_up(people.http, email=email.upper())
    assert _refused(answer) == (409, "email_taken")
    assert answer.json()["details"] == {"methods": ways}


async def test_A13_the_trail_that_nothing_can_erase_keeps_no_address_of_a_guardian(
    people: People, registered_system: Dodam
) -> None:
    guardian = await _local(people)
    await _link(guardian, "google", await people.google_proof(people.googler()))
    async with registered_system.database.reading() as db:
        [entry] = await db.fetch(
            "select actor_kind, action, address from audit.entry where subject_id = $1::text::uuid",
            guardian.account_id,
        )
    assert tuple(entry) == ("guardian", "sign_in_method.linked", None)
