"""G03, G04: which results count, and that none counts twice, whoever sends what at once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.clock import NOON
from tests.families import Guardian
from tests.staff import Staff
from tests.therapy.steps import Travel

from .scores import publish_scores, reached, scored
from .steps import balance, give_back, send, start

AT = NOON - timedelta(hours=1)
LIMITED: dict[str, Any] = {"limits": {"plays_a_day": 5}}


def _notices(receipt: dict[str, Any]) -> list[str | None]:
    return [each["notice"] and each["notice"]["code"] for each in receipt["records"]]


async def test_G04_of_a_game_with_limits_the_first_result_of_a_granted_play_counts(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin, **LIMITED)
    play = (await start(guardian, child, game))["id"]
    receipt = await send(
        guardian,
        child,
        [
            scored(game, AT, 1, play_id=play),
            scored(game, AT, 10, play_id=play),
            scored(game, AT, 100, play_id=str(uuid4())),
            scored(game, AT, 1000),
        ],
    )
    assert receipt["created"] == 4
    assert _notices(receipt) == [None, "beyond_limits", "beyond_limits", "beyond_limits"]
    assert (await reached(guardian, child, game))["total_score"] == 1
    page = await guardian.get(f"/children/{child['id']}/games/{game}/results")
    counted = {each["result"]["score"]: each["counted"] for each in page["results"]}
    assert counted == {1: True, 10: False, 100: False, 1000: False}


async def test_G04_a_play_of_another_game_or_another_child_or_given_back_counts_nothing(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin, **LIMITED)
    other = await publish_scores(admin, **LIMITED)
    sibling = await guardian.register_child(name="서윤")
    of_other = (await start(guardian, child, other))["id"]
    of_sibling = (await start(guardian, sibling, game))["id"]
    returned = (await start(guardian, child, game))["id"]
    assert (await give_back(guardian, child, returned)).is_success
    plays = (of_other, of_sibling, returned)
    receipt = await send(guardian, child, [scored(game, AT, 1, play_id=play) for play in plays])
    assert _notices(receipt) == ["beyond_limits"] * 3
    # They are as good as before for what they are plays of.
    receipt = await send(guardian, child, scored(other, AT, 1, play_id=of_other))
    assert _notices(receipt) == [None]
    receipt = await send(guardian, sibling, scored(game, AT, 1, play_id=of_sibling))
    assert _notices(receipt) == [None]


async def test_G04_a_result_that_comes_before_its_play_is_granted_counts_nothing_later_either(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin, **LIMITED)
    play = str(uuid4())
    early = scored(game, AT, 7, play_id=play)
    assert _notices(await send(guardian, child, early)) == ["beyond_limits"]
    await start(guardian, child, game, play)
    assert (await send(guardian, child, early))["duplicates"] == 1
    late = scored(game, AT, 8, play_id=play)
    assert _notices(await send(guardian, child, late)) == [None]
    assert (await reached(guardian, child, game))["total_score"] == 8


async def test_G04_a_granted_play_may_be_used_days_later(
    guardian: Guardian, child: dict[str, Any], admin: Staff, travel: Travel
) -> None:
    game = await publish_scores(admin, **LIMITED)
    play = (await start(guardian, child, game))["id"]
    await travel(NOON + timedelta(days=40))
    receipt = await send(guardian, child, scored(game, NOON + timedelta(days=3), play_id=play))
    assert _notices(receipt) == [None]
    assert receipt["records"][0]["therapy_day"] == "2026-03-21"


async def test_G04_an_old_version_without_limits_is_no_way_round_those_of_the_newest(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin)
    assert _notices(await send(guardian, child, scored(game, AT, 1))) == [None]
    await publish_scores(admin, game, **LIMITED)
    receipt = await send(guardian, child, scored(game, AT, 10, version=1))
    assert _notices(receipt) == ["beyond_limits"]
    play = (await start(guardian, child, game))["id"]
    receipt = await send(guardian, child, scored(game, AT, 100, version=1, play_id=play))
    assert _notices(receipt) == [None]
    assert (await reached(guardian, child, game))["total_score"] == 101


async def test_G03_two_tablets_that_send_the_same_at_once_count_it_once(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin)
    results = [scored(game, AT, 1) for _ in range(20)]
    batches = [results[:15], results[5:], results[::-1], results]
    receipts = await asyncio.gather(*(send(guardian, child, batch) for batch in batches))
    assert sum(each["created"] for each in receipts) == 20
    assert sum(each["duplicates"] for each in receipts) == 50
    aggregates = await reached(guardian, child, game)
    assert (aggregates["total_score"], aggregates["times"]) == (20, 20)


async def test_G04_racing_results_of_one_play_count_once(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin, **LIMITED)
    play = (await start(guardian, child, game))["id"]
    receipts = await asyncio.gather(
        *(send(guardian, child, scored(game, AT, 1, play_id=play)) for _ in range(20))
    )
    assert sum(each["created"] for each in receipts) == 20
    assert [notice for each in receipts for notice in _notices(each)].count(None) == 1
    assert (await reached(guardian, child, game))["times"] == 1


REWARDS: list[dict[str, Any]] = [
    {"name": "played", "tickets": 1, "most_a_day": 2},
    {"name": "high", "tickets": 3, "when": {"of": "/score", "at_least": 50}},
]


async def test_G03_results_that_count_earn_tickets_no_more_a_day_than_the_game_says(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin, rewards=REWARDS)
    first = scored(game, AT, 49.9)
    await send(guardian, child, first)
    assert await balance(guardian, child) == 1
    await send(guardian, child, [first, scored(game, AT, 50)])
    assert await balance(guardian, child) == 5
    await send(guardian, child, [first, *(scored(game, AT, 90) for _ in range(5))])
    assert await balance(guardian, child) == 5
    yesterday = AT - timedelta(days=1)
    await send(guardian, child, [scored(game, yesterday, score) for score in (90, 90, 90)])
    assert await balance(guardian, child) == 10


async def test_G03_no_clock_of_a_tablet_makes_up_days_to_earn_on(
    guardian: Guardian, child: dict[str, Any], admin: Staff, travel: Travel
) -> None:
    game = await publish_scores(admin, rewards=REWARDS)
    back = [timedelta(days=days) for days in range(365)]
    await send(guardian, child, [scored(game, AT - ago, 90) for ago in back])
    of_today_and_yesterday = 2 * (1 + 3)
    assert await balance(guardian, child) == of_today_and_yesterday
    fast = [scored(game, AT, 90, sent_at=(NOON + ago).isoformat()) for ago in back]
    await send(guardian, child, fast)
    assert await balance(guardian, child) == of_today_and_yesterday + 2 * 1
    assert (await reached(guardian, child, game))["times"] == 2 * len(back)
    await travel(NOON + timedelta(days=1))
    await send(guardian, child, [scored(game, AT - ago, 90) for ago in back])
    assert await balance(guardian, child) == of_today_and_yesterday + 2 * 1


async def test_G03_results_beyond_limits_earn_nothing(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin, rewards=REWARDS, **LIMITED)
    await send(guardian, child, [scored(game, AT, 90) for _ in range(3)])
    assert await balance(guardian, child) == 0
    play = (await start(guardian, child, game))["id"]
    await send(guardian, child, scored(game, AT, 90, play_id=play))
    assert await balance(guardian, child) == 4


async def test_G03_racing_tablets_earn_what_one_would(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin, rewards=REWARDS)
    results = [scored(game, AT, 90) for _ in range(10)]
    await asyncio.gather(*(send(guardian, child, results[n:]) for n in range(10)))
    assert await balance(guardian, child) == 2 + 3
