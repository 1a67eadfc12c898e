"""P08: a code gives once to an account what it says, for as long as it holds."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.clock import NOON, StoppedClock
from tests.families import PASSWORD, Guardian, sign_up

from .conftest import Marketing, redeem, redeemed, refusal, tickets


async def test_P08_a_code_gives_tickets_to_a_child(
    marketing: Marketing, guardian: Guardian, child: dict[str, Any]
) -> None:
    code = await marketing.make_code()
    given = await redeemed(guardian, code.lower().replace("-", " "), child)
    assert given == {
        "id": given["id"],
        "redeemed_at": "2026-03-18T12:00:00Z",
        "free_days": None,
        "free_until": None,
        "tickets": 5,
        "child_id": child["id"],
    }
    assert await guardian.get("/promotions/redemptions") == [given]
    path = f"/children/{child['id']}/tickets"
    [line] = (await guardian.get(path, headers={"accept-language": "ko"}))["entries"]
    assert (line["reason"], line["reference"]) == ("promotion", given["id"])
    assert (line["tickets"], line["text"]) == (5, "프로모션 코드로 받았어요.")


async def test_P08_the_same_code_again_is_the_same_answer_and_gives_nothing(
    marketing: Marketing, guardian: Guardian, child: dict[str, Any], clock: StoppedClock
) -> None:
    code = await marketing.make_code()
    given = await redeemed(guardian, code, child)
    sibling = await guardian.register_child(name="서연")
    clock.advance(timedelta(days=300))
    signed_in = await guardian.http.post(
        "/v1/auth/sign-in", json={"email": guardian.email, "password": PASSWORD}
    )
    guardian.tokens = signed_in.json()
    assert await redeemed(guardian, code, sibling) == given
    assert await redeemed(guardian, code) == given
    assert (await tickets(guardian, child), await tickets(guardian, sibling)) == (5, 0)


async def test_P08_an_account_takes_part_once_in_a_promotion(
    marketing: Marketing, guardian: Guardian, child: dict[str, Any]
) -> None:
    [first, second, _] = await marketing.make_codes()
    await redeemed(guardian, first, child)
    assert refusal(await redeem(guardian, second, child)) == (409, "already_redeemed")
    # The code is not lost by that.
    friend = await sign_up(guardian.http)
    await redeemed(friend, second, await friend.register_child())
    assert await tickets(guardian, child) == 5


async def test_P08_promotions_of_one_campaign_count_together(
    marketing: Marketing, guardian: Guardian, child: dict[str, Any]
) -> None:
    campaign = f"봄 {uuid4()}"
    first, second = [await marketing.make_code(campaign=campaign) for _ in range(2)]
    await redeemed(guardian, first, child)
    assert refusal(await redeem(guardian, second, child)) == (409, "already_redeemed")
    await redeemed(guardian, await marketing.make_code(campaign=f"{campaign}!"), child)
    assert await tickets(guardian, child) == 10


async def test_P08_a_code_that_is_used_up_says_so(
    marketing: Marketing, guardian: Guardian, other_guardian: Guardian, child: dict[str, Any]
) -> None:
    code = await marketing.make_code()
    await redeemed(guardian, code, child)
    others = await other_guardian.register_child()
    assert refusal(await redeem(other_guardian, code, others)) == (409, "code_used_up")
    assert await tickets(other_guardian, others) == 0


async def test_P08_a_code_holds_from_its_first_instant_until_before_its_last(
    marketing: Marketing, guardian: Guardian, child: dict[str, Any], clock: StoppedClock
) -> None:
    begins, ends = NOON + timedelta(minutes=1), NOON + timedelta(minutes=2)
    times = {"valid_from": begins.isoformat(), "valid_until": ends.isoformat()}
    code, another = [await marketing.make_code(**times) for _ in range(2)]
    clock.set(begins - timedelta(microseconds=1))
    # Nobody learns that it is to come.
    assert refusal(await redeem(guardian, code, child)) == (404, "code_unknown")
    clock.set(begins)
    await redeemed(guardian, code, child)
    clock.set(ends)
    assert refusal(await redeem(guardian, another, child)) == (409, "code_expired")


async def test_P08_a_code_that_gives_tickets_asks_for_the_child(
    marketing: Marketing, guardian: Guardian, other_guardian: Guardian, child: dict[str, Any]
) -> None:
    code = await marketing.make_code()
    missing = await redeem(guardian, code, headers={"accept-language": "ko"})
    [error] = missing.json()["errors"]
    assert (error["field"], error["code"]) == ("child_id", "required")
    assert "아이" in error["message"]
    others = await other_guardian.register_child()
    assert refusal(await redeem(guardian, code, others)) == (404, "child_not_found")
    # Neither used the code up.
    assert (await redeemed(guardian, code, child))["tickets"] == 5


async def test_P08_nothing_is_given_to_a_child_without_consent(
    marketing: Marketing, guardian: Guardian, child: dict[str, Any]
) -> None:
    code = await marketing.make_code()
    await guardian.call(
        "PUT",
        f"/children/{child['id']}/consent",
        json={"given_by": "legal_guardian", "documents": {"child_data": None}},
    )
    assert refusal(await redeem(guardian, code, child)) == (403, "consent_required")


@pytest.mark.parametrize("typed", ["0000-0000-0000-0000-0000", "abc", "'; drop table", "0" * 64])
async def test_P08_a_slip_is_told_as_one(guardian: Guardian, typed: str) -> None:
    assert refusal(await redeem(guardian, typed)) == (400, "code_mistyped")


@pytest.mark.parametrize("typed", ["0000-0000-0000-0000-0098", "어린이날2031", "spring is here"])
async def test_P08_what_no_code_is_is_unknown(guardian: Guardian, typed: str) -> None:
    assert refusal(await redeem(guardian, typed)) == (404, "code_unknown")


@pytest.mark.parametrize("code", ["", "0" * 65, None, 5])
async def test_P08_what_is_no_text_is_refused(guardian: Guardian, code: Any) -> None:
    assert (await redeem(guardian, code)).status_code == 400


async def test_P08_one_sees_ones_own_redemptions_only(
    marketing: Marketing, guardian: Guardian, other_guardian: Guardian, child: dict[str, Any]
) -> None:
    older = await redeemed(guardian, await marketing.make_code(), child)
    newer = await redeemed(guardian, await marketing.make_code(), child)
    assert await guardian.get("/promotions/redemptions") == [newer, older]
    assert await other_guardian.get("/promotions/redemptions") == []
