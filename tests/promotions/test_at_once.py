"""P08, P09: whoever comes at once, through two servers, gets what there is, once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dodam.bootstrap import Dodam, build
from dodam.platform.settings import Settings
from tests.conftest import CLOCK
from tests.families import Guardian, sign_up

from .conftest import Marketing, redeem, tickets, uses_add_up


@pytest.fixture
async def elsewhere(database_url: str, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A second server on the same database, with connections of its own."""
    second = build(settings, database_url, CLOCK)
    transport = httpx.ASGITransport(app=second.app)  # pyright: ignore[reportArgumentType]
    async with (
        second.running(),
        httpx.AsyncClient(transport=transport, base_url="http://elsewhere") as http,
    ):
        yield http


def _there(guardian: Guardian, http: httpx.AsyncClient) -> Guardian:
    return Guardian(http, guardian.email, guardian.tokens)


async def _families(
    http: httpx.AsyncClient, elsewhere: httpx.AsyncClient, count: int
) -> list[tuple[Guardian, dict[str, Any]]]:
    """Guardians, each with a child; every other one comes by the second server."""
    families: list[tuple[Guardian, dict[str, Any]]] = []
    for number in range(count):
        guardian = await sign_up(http)
        child = await guardian.register_child()
        families.append((_there(guardian, (http, elsewhere)[number % 2]), child))
    return families


async def _word(marketing: Marketing, uses: int) -> tuple[str, dict[str, Any]]:
    word = f"봄{uuid4().hex[:8]}"
    codes = {"kind": "word", "word": word, "uses": uses}
    return word, await marketing.make(codes=codes)


def _counted(answers: list[httpx.Response]) -> Counter[str]:
    return Counter(
        "given" if answer.status_code == 200 else answer.json()["code"] for answer in answers
    )


async def test_P08_of_a_hundred_who_use_a_word_of_ten_uses_at_once_ten_get_something(
    marketing: Marketing, system: Dodam, http: httpx.AsyncClient, elsewhere: httpx.AsyncClient
) -> None:
    word, promotion = await _word(marketing, 10)
    families = await _families(http, elsewhere, 100)
    answers = await asyncio.gather(*(redeem(guardian, word, child) for guardian, child in families))
    assert _counted(answers) == {"given": 10, "code_used_up": 90}
    balances = [await tickets(guardian, child) for guardian, child in families]
    assert Counter(balances) == {5: 10, 0: 90}
    await uses_add_up(system, [promotion["id"]])


async def test_P08_of_a_hundred_who_use_one_code_at_once_one_gets_something(
    marketing: Marketing, system: Dodam, http: httpx.AsyncClient, elsewhere: httpx.AsyncClient
) -> None:
    promotion = await marketing.make(codes={"kind": "single", "count": 1})
    [code] = await marketing.codes(promotion)
    families = await _families(http, elsewhere, 100)
    answers = await asyncio.gather(*(redeem(guardian, code, child) for guardian, child in families))
    assert _counted(answers) == {"given": 1, "code_used_up": 99}
    await uses_add_up(system, [promotion["id"]])


async def test_P08_what_one_account_sends_a_hundred_times_at_once_is_given_once(
    marketing: Marketing, system: Dodam, http: httpx.AsyncClient, elsewhere: httpx.AsyncClient
) -> None:
    word, promotion = await _word(marketing, 100)
    [(guardian, child)] = await _families(http, elsewhere, 1)
    sibling = await guardian.register_child(name="서연")
    answers = await asyncio.gather(
        *(
            redeem(_there(guardian, server), word, whom)
            for _ in range(25)
            for server in (http, elsewhere)
            for whom in (child, sibling)
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert {await tickets(guardian, child), await tickets(guardian, sibling)} == {0, 5}
    await uses_add_up(system, [promotion["id"]])


async def test_P08_an_account_with_a_hundred_codes_of_a_campaign_at_once_uses_one(
    marketing: Marketing, system: Dodam, http: httpx.AsyncClient, elsewhere: httpx.AsyncClient
) -> None:
    campaign = f"봄 {uuid4()}"
    promotions = [
        await marketing.make(codes={"kind": "single", "count": 50}, campaign=campaign)
        for _ in range(2)
    ]
    codes = [code for each in promotions for code in await marketing.codes(each)]
    [(guardian, child)] = await _families(http, elsewhere, 1)
    answers = await asyncio.gather(
        *(
            redeem(_there(guardian, (http, elsewhere)[number % 2]), code, child)
            for number, code in enumerate(codes)
        )
    )
    assert _counted(answers) == {"given": 1, "already_redeemed": 99}
    assert await tickets(guardian, child) == 5
    shown = [await marketing.staff.get(f"/staff/promotions/{each['id']}") for each in promotions]
    assert sum(each["redeemed"] for each in shown) == 1
    await uses_add_up(system, [each["id"] for each in promotions])


async def test_P08_a_promotion_that_is_withdrawn_meanwhile_gives_nothing_afterwards(
    marketing: Marketing, system: Dodam, http: httpx.AsyncClient, elsewhere: httpx.AsyncClient
) -> None:
    word, promotion = await _word(marketing, 100)
    path = f"/staff/promotions/{promotion['id']}"
    families = await _families(http, elsewhere, 30)
    *answers, _ = await asyncio.gather(
        *(redeem(guardian, word, child) for guardian, child in families),
        marketing.staff.call("DELETE", path),
    )
    assert set(_counted(answers)) <= {"given", "code_used_up", "code_unknown"}
    after = await marketing.staff.get(path)
    assert after["redeemed"] == _counted(answers)["given"]
    late, child = (await _families(http, elsewhere, 1))[0]
    assert _counted([await redeem(late, word, child)]) == {"code_unknown": 1}
    await uses_add_up(system, [promotion["id"]])
