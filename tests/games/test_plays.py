"""G04, P09: plays are granted once, for what they cost, and given back once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import Guardian
from tests.staff import Staff
from tests.therapy.steps import problem

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

TWO_A_DAY = {"plays_a_day": 2}
TWO_TICKETS = {"kind": "ticket", "tickets": 2}


async def test_G04_a_play_is_granted_of_the_version_of_that_moment(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish(admin, limits=TWO_A_DAY)
    play_id = str(uuid4())
    assert await start(guardian, child, game, play_id) == {
        "id": play_id,
        "game": game,
        "version": 1,
        "granted_at": "2026-03-18T12:00:00Z",
        "tickets_spent": 0,
        "plays_left": 1,
    }
    await publish(admin, game, limits=TWO_A_DAY, rewards=[{"name": "played", "tickets": 1}])
    assert (await start(guardian, child, game))["version"] == 2


async def test_G04_a_play_that_is_asked_for_again_is_the_same_play(
    guardian: Guardian, child: dict[str, Any], admin: Staff, clock: StoppedClock
) -> None:
    game = await publish(admin, limits={"plays_a_day": 1})
    first = await start(guardian, child, game)
    clock.advance(timedelta(minutes=3))
    problem(await ask(guardian, child, game), 409, "game_locked")
    assert await start(guardian, child, game, first["id"]) == first
    answer = await admin.call("PUT", f"/staff/games/{game}/retired", json={"retired": True})
    assert answer.is_success, answer.text
    assert await start(guardian, child, game, first["id"]) == first
    problem(await ask(guardian, child, game), 409, "game_locked")


async def test_G04_an_id_names_one_play_of_a_child(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game, another = await publish(admin), await publish(admin)
    play = await start(guardian, child, game)
    problem(await ask(guardian, child, another, play["id"]), 409, "id_reused")
    sibling = await guardian.register_child(name="서윤")
    assert (await start(guardian, sibling, another, play["id"]))["game"] == another


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"id": "x"}, "id"),
        ({"game": "Not a game"}, "game"),
        ({"game": "brushing\n"}, "game"),
        ({"child": "01900000-0000-7000-8000-000000000001"}, "child"),
    ],
)
async def test_G04_what_is_no_play_is_refused_by_its_field(
    guardian: Guardian, child: dict[str, Any], form: dict[str, str], field: str
) -> None:
    path = f"/children/{child['id']}/game-plays"
    wrong = {"id": str(uuid4()), "game": "brushing", **form}
    answer = await guardian.call("POST", path, json=wrong)
    assert list(problem(answer, 400, "invalid_input")) == [field]


async def test_G04_there_is_no_play_of_a_game_nobody_made_nor_of_another_s_child(
    guardian: Guardian, other_guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    problem(await ask(guardian, child, "nobody_made_it"), 404, "game_not_found")
    game = await publish(admin)
    problem(await ask(other_guardian, child, game), 404, "child_not_found")
    play = await start(guardian, child, game)
    problem(await give_back(other_guardian, child, play["id"]), 404, "child_not_found")
    problem(await give_back(guardian, child, str(uuid4())), 404, "play_not_found")


async def test_G04_nothing_is_granted_to_a_child_without_consent(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish(admin)
    play = await start(guardian, child, game)
    path = f"/children/{child['id']}/consent"
    withdrawn = {"given_by": "legal_guardian", "documents": {"child_health": None}}
    answer = await guardian.call("PUT", path, json=withdrawn)
    assert answer.is_success, answer.text
    problem(await ask(guardian, child, game), 403, "consent_required")
    problem(await give_back(guardian, child, play["id"]), 403, "consent_required")


async def test_P09_a_play_spends_its_tickets_once(
    guardian: Guardian,
    child: dict[str, Any],
    admin: Staff,
    system: Dodam,
    http: httpx.AsyncClient,
    settings: Settings,
) -> None:
    game = await publish(admin, unlock=TWO_TICKETS)
    answer = await ask(guardian, child, game)
    problem(answer, 409, "game_locked")
    assert codes(answer.json()["details"]) == ["not_enough_tickets"]
    assert "retry-after" not in answer.headers
    await give_tickets(system, http, settings, child, 5)
    play = await start(guardian, child, game)
    assert play["tickets_spent"] == 2
    await start(guardian, child, game, play["id"])
    assert await balance(guardian, child) == 3


async def test_P09_a_play_that_did_not_begin_is_given_back_once_with_its_tickets(
    guardian: Guardian,
    child: dict[str, Any],
    admin: Staff,
    system: Dodam,
    http: httpx.AsyncClient,
    settings: Settings,
) -> None:
    game = await publish(admin, unlock=TWO_TICKETS, limits={"plays_a_day": 1, "rest_minutes": 60})
    await give_tickets(system, http, settings, child, 2)
    play = await start(guardian, child, game)
    assert codes(await lock_of(guardian, child, game)) == [
        "limit_reached",
        "resting",
        "not_enough_tickets",
    ]
    for _ in range(2):
        assert (await give_back(guardian, child, play["id"])).status_code == 204
    assert await balance(guardian, child) == 2
    assert (await lock_of(guardian, child, game))["plays_left"] == 1
    # A request that was still on its way takes nothing again.
    problem(await ask(guardian, child, game, play["id"]), 409, "play_given_back")
    await start(guardian, child, game)
    assert await balance(guardian, child) == 0


async def test_G04_a_play_is_not_given_back_once_it_may_have_been_played(
    guardian: Guardian, child: dict[str, Any], admin: Staff, clock: StoppedClock
) -> None:
    game = await publish(admin, limits=TWO_A_DAY)
    played, kept = await start(guardian, child, game), await start(guardian, child, game)
    sent = await send(guardian, child, result_of(game, NOON.isoformat(), played["id"]))
    assert sent["created"] == 1
    problem(await give_back(guardian, child, played["id"]), 409, "play_has_result")
    clock.advance(timedelta(minutes=2))
    clock.advance(timedelta(microseconds=1))
    answer = await give_back(guardian, child, kept["id"])
    problem(answer, 409, "too_late_to_give_back")
    assert "120" in answer.json()["detail"]
    assert (await lock_of(guardian, child, game))["plays_left"] == 0


async def test_G04_a_result_counts_for_a_granted_play_of_its_game_and_only_once(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game, another = await publish(admin, limits=TWO_A_DAY), await publish(admin, limits=TWO_A_DAY)
    play, returned = await start(guardian, child, game), await start(guardian, child, game)
    await give_back(guardian, child, returned["id"])
    at = NOON.isoformat()
    first, second = result_of(game, at, play["id"]), result_of(game, at, play["id"])
    others = [
        result_of(another, at, play["id"]),
        result_of(game, at, returned["id"]),
        result_of(game, at, str(uuid4())),
        result_of(game, at),
    ]
    await send(guardian, child, [*others, first, second])
    await send(guardian, child, [second, first, result_of(game, at, play["id"])])
    found = (await guardian.get(f"/children/{child['id']}/games/{game}/results"))["results"]
    assert [each["id"] for each in found if each["counted"]] == [first["id"]]
    assert (await guardian.get(f"/children/{child['id']}/games/{game}"))["results"] == 1
    assert (await guardian.get(f"/children/{child['id']}/games/{another}"))["results"] == 0
