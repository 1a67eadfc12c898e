"""P08, R04: guessing is slow, and tells nothing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dodam.bootstrap import build
from dodam.features.promotions.models.codes import code_of, shown
from dodam.platform.settings import Settings
from tests.clock import NOON
from tests.conftest import CLOCK
from tests.families import Guardian, sign_up

from .conftest import Marketing, redeem, redeemed, refusal


@pytest.fixture
async def guarded(database_url: str, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A server that counts tries as a deployment would."""
    limits: dict[str, Any] = {"limit_redemptions": "3/hour", "limit_wrong_codes": "5/hour"}
    dodam = build(settings.model_copy(update=limits), database_url, CLOCK)
    transport = httpx.ASGITransport(app=dodam.app)  # pyright: ignore[reportArgumentType]
    async with (
        dodam.running(),
        httpx.AsyncClient(transport=transport, base_url="http://guarded") as http,
    ):
        yield http


def _made_up() -> str:
    return shown(code_of(uuid4().bytes))


async def test_P08_an_account_tries_so_often_and_no_more(
    guarded: httpx.AsyncClient, marketing: Marketing
) -> None:
    code = await marketing.make_code()
    guardian = await sign_up(guarded)
    child = await guardian.register_child()
    # A slip is no try.
    for _ in range(5):
        assert refusal(await redeem(guardian, "0000-0000-0000-0000-0000"))[1] == "code_mistyped"
    for _ in range(3):
        assert refusal(await redeem(guardian, _made_up())) == (404, "code_unknown")
    refused = await redeem(guardian, code, child)
    assert refusal(refused) == (429, "too_many_requests")
    assert int(refused.headers["retry-after"]) > 0


async def test_P08_a_network_with_many_accounts_is_held_up_by_wrong_codes_only(
    guarded: httpx.AsyncClient, marketing: Marketing
) -> None:
    codes = await marketing.make_codes(codes={"kind": "single", "count": 8})
    for code in codes[:7]:
        guardian = await sign_up(guarded)
        await redeemed(guardian, code, await guardian.register_child())
    for _ in range(5):
        guesser = await sign_up(guarded)
        assert refusal(await redeem(guesser, _made_up())) == (404, "code_unknown")
    guesser = await sign_up(guarded)
    child = await guesser.register_child()
    assert refusal(await redeem(guesser, codes[7], child)) == (429, "too_many_requests")


async def test_P08_codes_that_are_not_there_withdrawn_or_to_come_are_told_alike(
    marketing: Marketing, guardian: Guardian
) -> None:
    withdrawn = await marketing.make()
    codes = await marketing.codes(withdrawn)
    await marketing.staff.call("DELETE", f"/staff/promotions/{withdrawn['id']}")
    soon = (NOON + timedelta(hours=1)).isoformat()
    to_come = await marketing.make_code(valid_from=soon)
    problems = [(await redeem(guardian, code)).json() for code in (_made_up(), codes[0], to_come)]
    for problem in problems:
        problem.pop("instance", None)
        problem.pop("request_id", None)
    assert problems[0]["code"] == "code_unknown"
    assert problems[0] == problems[1] == problems[2]
