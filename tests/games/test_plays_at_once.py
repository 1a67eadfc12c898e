"""G04, P09: however many tablets ask at once, no more is granted, spent or counted than is due."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.clock import NOON
from tests.conftest import CLOCK
from tests.families import Guardian
from tests.staff import Staff
from tests.therapy.steps import server

from .steps import (
    ask,
    balance,
    codes,
    give_back,
    give_tickets,
    lock_of,
    publish,
    result_of,
    send,
    start,
)

CLIENTS = 50


@pytest.fixture(scope="module")
async def elsewhere(
    settings: Settings,
    database_url: str,
    system: Dodam,  # noqa: ARG001 - has filled the catalogue
) -> AsyncIterator[httpx.AsyncClient]:
    """A second server on the same database."""
    async with server(settings, database_url, CLOCK) as http:
        yield http


@pytest.fixture
def tablets(guardian: Guardian, elsewhere: httpx.AsyncClient) -> list[Guardian]:
    """Fifty signed-in tablets of one guardian, at two servers in turn."""
    there = Guardian(elsewhere, guardian.email, guardian.tokens)
    return [guardian, there] * (CLIENTS // 2)


def outcomes(answers: list[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


async def seen_everywhere(tablets: list[Guardian], child: dict[str, Any], game: str) -> None:
    """Wait until each server has learnt of a game, which takes a second at most."""
    async with asyncio.timeout(10):
        for tablet in tablets[:2]:
            path = f"/children/{child['id']}/games/{game}"
            while (await tablet.call("GET", path)).status_code == 404:  # noqa: ASYNC110 - nothing here is told what other servers learn
                await asyncio.sleep(0.05)


async def test_G04_fifty_tablets_at_once_are_granted_no_more_than_the_limit(
    tablets: list[Guardian], child: dict[str, Any], admin: Staff
) -> None:
    game = await publish(admin, limits={"plays_a_day": 3})
    await seen_everywhere(tablets, child, game)
    answers = await asyncio.gather(*(ask(tablet, child, game) for tablet in tablets))
    assert outcomes(answers) == {201: 3, 409: CLIENTS - 3}
    assert sorted(each.json()["plays_left"] for each in answers if each.is_success) == [0, 1, 2]
    refused = [codes(each.json()["details"]) for each in answers if not each.is_success]
    assert refused == [["limit_reached"]] * (CLIENTS - 3)


async def test_G04_one_play_asked_for_fifty_times_at_once_is_granted_once(
    tablets: list[Guardian], child: dict[str, Any], admin: Staff
) -> None:
    game = await publish(admin, limits={"plays_a_day": 2})
    await seen_everywhere(tablets, child, game)
    play_id = str(uuid4())
    answers = await asyncio.gather(*(ask(tablet, child, game, play_id) for tablet in tablets))
    assert outcomes(answers) == {201: CLIENTS}
    assert len({answer.text for answer in answers}) == 1
    assert (await lock_of(tablets[0], child, game))["plays_left"] == 1


async def test_P09_fifty_tablets_at_once_spend_no_more_tickets_than_there_are(
    tablets: list[Guardian],
    child: dict[str, Any],
    admin: Staff,
    system: Dodam,
    http: httpx.AsyncClient,
    settings: Settings,
) -> None:
    game = await publish(admin, unlock={"kind": "ticket"})
    await seen_everywhere(tablets, child, game)
    await give_tickets(system, http, settings, child, 2)
    answers = await asyncio.gather(*(ask(tablet, child, game) for tablet in tablets))
    assert outcomes(answers) == {201: 2, 409: CLIENTS - 2}
    assert await balance(tablets[0], child) == 0


async def test_P09_plays_that_are_taken_and_given_back_at_once_leave_nothing_over_or_short(
    tablets: list[Guardian],
    child: dict[str, Any],
    admin: Staff,
    system: Dodam,
    http: httpx.AsyncClient,
    settings: Settings,
) -> None:
    game = await publish(admin, unlock={"kind": "ticket"}, limits={"plays_a_day": 4})
    await seen_everywhere(tablets, child, game)
    await give_tickets(system, http, settings, child, 3)

    async def change_mind(tablet: Guardian) -> int:
        """Take a play and give it back, twice at once; how many were taken."""
        answer = await ask(tablet, child, game)
        if not answer.is_success:
            return 0
        play_id = answer.json()["id"]
        answers = await asyncio.gather(*(give_back(each, child, play_id) for each in tablets[:2]))
        assert outcomes(list(answers)) == {204: 2}
        return 1

    taken = sum(await asyncio.gather(*(change_mind(tablet) for tablet in tablets)))
    assert taken >= 3
    assert await balance(tablets[0], child) == 3
    assert (await lock_of(tablets[0], child, game))["plays_left"] == 4


async def test_G04_a_play_has_one_result_however_many_tablets_send_theirs_at_once(
    tablets: list[Guardian], child: dict[str, Any], admin: Staff
) -> None:
    game = await publish(admin, limits={"plays_a_day": 2})
    await seen_everywhere(tablets, child, game)
    play = await start(tablets[0], child, game)
    at = NOON.isoformat()
    results = [result_of(game, at, play["id"]) for _ in tablets]
    sent = await asyncio.gather(
        *(send(tablet, child, result) for tablet, result in zip(tablets, results, strict=True))
    )
    assert all(each["created"] == 1 for each in sent)
    assert (await tablets[0].get(f"/children/{child['id']}/games/{game}"))["results"] == 1


async def test_G04_a_play_is_given_back_or_has_a_result_and_never_both(
    tablets: list[Guardian], child: dict[str, Any], admin: Staff
) -> None:
    game = await publish(admin, limits={"plays_a_day": 50})
    await seen_everywhere(tablets, child, game)
    plays = [await start(tablets[0], child, game) for _ in range(CLIENTS // 2)]

    async def send_and_give_back(play: dict[str, Any]) -> bool:
        """Whether it was given back."""
        result = result_of(game, NOON.isoformat(), play["id"])
        _, answer = await asyncio.gather(
            send(tablets[0], child, result), give_back(tablets[1], child, play["id"])
        )
        return answer.status_code == 204

    returned = sum(await asyncio.gather(*(send_and_give_back(play) for play in plays)))
    found = await tablets[0].get(f"/children/{child['id']}/games/{game}")
    assert found["results"] == len(plays) - returned
    assert found["lock"]["plays_left"] == 50 - found["results"]
