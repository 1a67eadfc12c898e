"""G04: how much may be played is decided on the server, by the child's own day."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tests.clock import NOON, StoppedClock
from tests.families import Guardian
from tests.staff import Staff
from tests.therapy.steps import Travel, problem, seoul

from .steps import ask, codes, give_back, lock_of, publish, start

ONCE_A_DAY = {"plays_a_day": 1}


async def test_G04_a_limit_holds_to_the_end_of_the_therapy_day_and_says_so(
    guardian: Guardian, child: dict[str, Any], admin: Staff, travel: Travel
) -> None:
    game = await publish(admin, limits=ONCE_A_DAY)
    await start(guardian, child, game)
    answer = await ask(guardian, child, game)
    problem(answer, 409, "game_locked")
    # At four in the morning in Seoul, seven hours from now.
    assert answer.json()["details"] == {
        "available_at": "2026-03-18T19:00:00Z",
        "reasons": [
            {
                "code": "limit_reached",
                "message": "Today's plays are used up: 1 of 1.",
                "available_at": "2026-03-18T19:00:00Z",
            }
        ],
    }
    assert answer.headers["retry-after"] == str(7 * 3600)
    assert "Today's plays are used up: 1 of 1." in answer.json()["detail"]
    await travel(seoul("2026-03-19", "03:59"))
    problem(await ask(guardian, child, game), 409, "game_locked")
    await travel(seoul("2026-03-19", "04:00"))
    await start(guardian, child, game)


async def test_G04_a_day_that_ends_while_a_play_is_asked_for_lends_it_no_limit(
    guardian: Guardian,
    child: dict[str, Any],
    admin: Staff,
    clock: StoppedClock,
    travel: Travel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    game = await publish(admin, limits=ONCE_A_DAY)
    await start(guardian, child, game)
    ends = seoul("2026-03-19", "04:00")
    await travel(ends)
    granted: list[datetime] = []
    for before in range(20):
        looks = count(-before)
        with monkeypatch.context() as patch:
            patch.setattr(clock, "now", lambda: ends + next(looks) * timedelta.resolution)  # noqa: B023
            answer = await ask(guardian, child, game)
        if answer.status_code == 201:
            granted.append(datetime.fromisoformat(answer.json()["granted_at"]))
            assert (await give_back(guardian, child, answer.json()["id"])).is_success
    assert granted
    assert min(granted) >= ends


async def test_G04_each_game_and_each_child_has_a_limit_of_its_own(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game, another = await publish(admin, limits=ONCE_A_DAY), await publish(admin, limits=ONCE_A_DAY)
    sibling = await guardian.register_child(name="서윤")
    await start(guardian, child, game)
    await start(guardian, child, another)
    await start(guardian, sibling, game)
    assert codes(await lock_of(guardian, child, game)) == ["limit_reached"]


async def test_G04_between_plays_a_game_rests_over_midnight_too(
    guardian: Guardian, child: dict[str, Any], admin: Staff, travel: Travel
) -> None:
    game = await publish(admin, limits={"plays_a_day": 5, "rest_minutes": 1440})
    await travel(seoul("2026-03-18", "23:30"))
    await start(guardian, child, game)
    await travel(seoul("2026-03-19", "23:29"))
    lock = await lock_of(guardian, child, game)
    assert (codes(lock), lock["available_at"]) == (["resting"], "2026-03-19T14:30:00Z")
    assert lock["plays_left"] == 5
    answer = await ask(guardian, child, game)
    assert answer.headers["retry-after"] == "60"
    await travel(seoul("2026-03-19", "23:30"))
    await start(guardian, child, game)


@pytest.mark.parametrize(
    ("evening", "ends"),
    [
        # Clocks go from two to three, and from three to two.
        ("2026-03-28T20:00:00+01:00", "2026-03-29T02:00:00Z"),
        ("2026-10-24T20:00:00+02:00", "2026-10-25T03:00:00Z"),
    ],
)
async def test_G04_days_on_which_clocks_change_end_by_the_child_s_clock(
    guardian: Guardian, admin: Staff, travel: Travel, evening: str, ends: str
) -> None:
    child = await guardian.register_child(time_zone="Europe/Berlin")
    game = await publish(admin, limits=ONCE_A_DAY)
    await travel(datetime.fromisoformat(evening))
    await start(guardian, child, game)
    assert (await lock_of(guardian, child, game))["available_at"] == ends
    await travel(datetime.fromisoformat(ends) - timedelta(seconds=1))
    problem(await ask(guardian, child, game), 409, "game_locked")
    await travel(datetime.fromisoformat(ends))
    await start(guardian, child, game)


async def test_G04_a_child_that_moves_is_judged_by_the_day_where_it_lives_now(
    guardian: Guardian, child: dict[str, Any], admin: Staff, clock: StoppedClock
) -> None:
    game = await publish(admin, limits={"plays_a_day": 2})
    await start(guardian, child, game)
    # Noon of Wednesday in London; the play at nine in the evening in Seoul is of the same instant.
    answer = await guardian.call(
        "PATCH", f"/children/{child['id']}", json={"time_zone": "Europe/London"}
    )
    assert answer.is_success, answer.text
    lock = await lock_of(guardian, child, game)
    assert lock["plays_left"] == 1
    clock.advance(timedelta(seconds=1))
    await start(guardian, child, game)
    lock = await lock_of(guardian, child, game)
    assert lock["available_at"] == "2026-03-19T04:00:00Z"
    # In Auckland it is already Thursday, whose day began at three in the afternoon, UTC, yesterday.
    answer = await guardian.call(
        "PATCH", f"/children/{child['id']}", json={"time_zone": "Pacific/Auckland"}
    )
    assert answer.is_success, answer.text
    assert (await lock_of(guardian, child, game))["available_at"] == "2026-03-18T15:00:00Z"


async def test_G04_a_limit_that_is_published_anew_counts_what_was_played_before(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish(admin)
    for _ in range(2):
        assert (await start(guardian, child, game))["plays_left"] is None
    await publish(admin, game, limits={"plays_a_day": 3})
    assert (await lock_of(guardian, child, game))["plays_left"] == 1
    await publish(admin, game, limits={"plays_a_day": 1})
    lock = await lock_of(guardian, child, game)
    assert (lock["plays_left"], codes(lock)) == (0, ["limit_reached"])
    assert datetime.fromisoformat(lock["available_at"]) == NOON.astimezone(UTC) + timedelta(hours=7)
