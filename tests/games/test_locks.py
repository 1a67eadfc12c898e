"""G04: what opens a game is asked of the child's attendance, therapy, tickets and account."""

from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.platform.settings import Settings
from tests.content.steps import png, upload
from tests.families import Guardian, play
from tests.staff import Staff, staff
from tests.therapy.steps import (
    Travel,
    excuse,
    make_plan,
    plan_day,
    problem,
    repetitions,
    seoul,
)

from .steps import ask, codes, give_tickets, lock_of, publish, result_of, send, start

THERAPY_DONE = {"kind": "therapy_done"}


async def grant(admin: Staff, guardian: Guardian, key: str, value: Any) -> None:
    answer = await admin.call(
        "POST",
        f"/staff/accounts/{guardian.account_id}/attributes",
        json={"key": key, "value": value, "reason": "시험"},
    )
    assert answer.is_success, answer.text


async def test_G04_a_game_opens_when_all_exercises_of_the_day_are_done(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish(admin, unlock=THERAPY_DONE)
    day = plan_day(3, repetitions("mass_grasp", 10), repetitions("tip_pinch", 10))
    await make_plan(guardian, child, [day])
    await guardian.upload(child, [play(seoul("2026-03-18"), repetitions=10)])
    answer = await ask(guardian, child, game)
    problem(answer, 409, "game_locked")
    details = answer.json()["details"]
    assert codes(details) == ["therapy_not_done"]
    assert details["reasons"][0]["message"] == "Today's exercises come first: 1 to go."
    assert (details["available_at"], "retry-after" in answer.headers) == (None, False)
    await guardian.upload(child, [play(seoul("2026-03-18"), motion="tip_pinch", repetitions=10)])
    await start(guardian, child, game)


async def test_G04_a_day_that_asks_for_nothing_keeps_no_game_closed(
    guardian: Guardian, child: dict[str, Any], admin: Staff, travel: Travel
) -> None:
    game = await publish(admin, unlock=THERAPY_DONE)
    await make_plan(guardian, child, [plan_day(weekday) for weekday in (3, 5)])
    assert codes(await lock_of(guardian, child, game)) == ["therapy_not_done"]
    # A rest day.
    await travel(seoul("2026-03-19"))
    assert (await lock_of(guardian, child, game))["open"]
    # A child that is ill stays excused, though it plays a little.
    await travel(seoul("2026-03-20"))
    assert not (await lock_of(guardian, child, game))["open"]
    await excuse(guardian, child, "2026-03-20")
    assert (await lock_of(guardian, child, game))["open"]
    await guardian.upload(child, [play(seoul("2026-03-20"), repetitions=1)])
    assert (await lock_of(guardian, child, game))["open"]


async def test_G04_attendance_and_streak_open_a_game(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    attended = await publish(admin, unlock={"kind": "attendance", "days": 3})
    in_a_row = await publish(admin, unlock={"kind": "attendance", "streak": 3})
    await make_plan(guardian, child, [plan_day(weekday) for weekday in (1, 2, 3)])
    plays = [play(seoul(day)) for day in ("2026-03-09", "2026-03-10", "2026-03-17", "2026-03-18")]
    await guardian.upload(child, plays[:2])
    [reason] = (await lock_of(guardian, child, attended))["reasons"]
    assert reason["message"] == "Opens after 3 days of exercise: 1 to go."
    await guardian.upload(child, plays[2:])
    assert (await lock_of(guardian, child, attended))["open"]
    # The day between was missed, so only two are in a row.
    [reason] = (await lock_of(guardian, child, in_a_row))["reasons"]
    assert reason["message"] == "Opens after 3 days of exercise with none missed: 1 to go."


async def test_G04_an_attribute_of_the_account_opens_a_game(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    of_trial = {"kind": "attribute", "key": "trial_participant", "value": {"trial": "HAND-2026"}}
    for_testers, for_trial = (
        await publish(admin, unlock={"kind": "attribute", "key": "tester", "value": True}),
        await publish(admin, unlock=of_trial),
    )
    for game in (for_testers, for_trial):
        lock = await lock_of(guardian, child, game)
        assert codes(lock) == ["attribute_missing"]
        assert "trial" not in str(lock)
    await grant(admin, guardian, "trial_participant", {"trial": "OTHER", "participant": "A-1"})
    assert not (await lock_of(guardian, child, for_trial))["open"]
    await grant(admin, guardian, "trial_participant", {"trial": "HAND-2026", "participant": "A-2"})
    await grant(admin, guardian, "tester", value=True)
    for game in (for_testers, for_trial):
        assert (await lock_of(guardian, child, game))["open"]


async def test_G04_a_subscription_opens_a_game(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish(admin, unlock={"kind": "subscription"})
    assert codes(await lock_of(guardian, child, game)) == ["not_subscribed"]
    await grant(admin, guardian, "complimentary_access", value=True)
    assert (await lock_of(guardian, child, game))["open"]


async def test_G04_a_game_opens_and_closes_with_days_where_the_child_lives(
    guardian: Guardian, child: dict[str, Any], admin: Staff, travel: Travel
) -> None:
    dates = {"kind": "dates", "first": "2026-03-20", "last": "2026-03-20"}
    game = await publish(admin, unlock=dates)
    lock = await lock_of(guardian, child, game)
    assert (codes(lock), lock["available_at"]) == (["not_yet"], "2026-03-19T19:00:00Z")
    await travel(seoul("2026-03-20", "03:59"))
    answer = await ask(guardian, child, game)
    assert answer.headers["retry-after"] == "60"
    for at in (seoul("2026-03-20", "04:00"), seoul("2026-03-21", "03:59")):
        await travel(at)
        await start(guardian, child, game)
    await travel(seoul("2026-03-21", "04:00"))
    lock = await lock_of(guardian, child, game)
    assert (codes(lock), lock["available_at"]) == (["over"], None)


async def test_G04_exercise_opens_for_nothing_what_else_costs_a_ticket(
    guardian: Guardian,
    child: dict[str, Any],
    admin: Staff,
    system: Dodam,
    http: httpx.AsyncClient,
    settings: Settings,
) -> None:
    either = {"kind": "any", "of": [{"kind": "therapy_done"}, {"kind": "ticket"}]}
    game = await publish(admin, unlock=either)
    await make_plan(guardian, child, [plan_day(3, repetitions("mass_grasp", 10))])
    assert codes(await lock_of(guardian, child, game)) == ["therapy_not_done", "not_enough_tickets"]
    await give_tickets(system, http, settings, child, 1)
    assert (await lock_of(guardian, child, game))["tickets"] == 1
    await guardian.upload(child, [play(seoul("2026-03-18"), repetitions=10)])
    assert (await start(guardian, child, game))["tickets_spent"] == 0


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ko", "빠지지 않고 3일 운동하면 열려요. 3일 남았어요."),
        ("en", "Opens after 3 days of exercise with none missed: 3 to go."),
    ],
)
async def test_G04_reasons_are_in_the_caller_s_language(
    guardian: Guardian, child: dict[str, Any], admin: Staff, language: str, sentence: str
) -> None:
    game = await publish(admin, unlock={"kind": "attendance", "streak": 3})
    headers = {"accept-language": language}
    path = f"/children/{child['id']}/games/{game}"
    [reason] = (await guardian.get(path, headers=headers))["lock"]["reasons"]
    assert reason["message"] == sentence


async def test_G04_games_are_listed_in_order_with_locks_and_what_was_reached(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    best = {"name": "best_score", "kind": "best", "of": "/score"}
    game = await publish(admin, aggregates=[best])
    retired = await publish(admin)
    path = f"/children/{child['id']}/games"
    listed = await guardian.get(path)
    offered = {each["id"]: each for each in listed}
    assert offered[game] == {
        "id": game,
        "version": 1,
        "name": {"ko": "계단 오르기", "en": "Up the stairs"},
        "description": {"ko": "손으로 오르는 계단", "en": "Stairs to climb by hand"},
        "icon": None,
        "lock": {
            "open": True,
            "tickets": 0,
            "plays_left": None,
            "reasons": [],
            "available_at": None,
        },
        "results": 0,
        "aggregates": {"best_score": None},
        "last_played_at": None,
    }
    order = [each["id"] for each in listed]
    assert order.index(game) < order.index(retired)
    await send(guardian, child, result_of(game, "2026-03-18T11:30:00Z"))
    found = await guardian.get(f"{path}/{game}")
    assert (found["results"], found["aggregates"]) == (1, {"best_score": 10})
    assert found["last_played_at"] == "2026-03-18T11:30:00Z"
    answer = await admin.call("PUT", f"/staff/games/{retired}/retired", json={"retired": True})
    assert answer.is_success, answer.text
    assert retired not in {each["id"] for each in await guardian.get(path)}
    lock = await lock_of(guardian, child, retired)
    assert (codes(lock), lock["available_at"]) == (["retired"], None)
    problem(await guardian.call("GET", f"{path}/nobody_made_it"), 404, "game_not_found")


async def test_G01_G04_a_game_s_icon_can_be_shown_as_it_is_offered(
    guardian: Guardian, child: dict[str, Any], admin: Staff, http: httpx.AsyncClient
) -> None:
    image = png()
    game = await publish(admin, icon=(await upload(admin, image))["id"])
    offered = await guardian.get(f"/children/{child['id']}/games/{game}")
    shown = await http.get(offered["icon"])
    assert (shown.status_code, shown.content) == (200, image)


async def test_G04_a_game_that_is_not_published_is_not_offered(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish(admin)
    path = f"/children/{child['id']}/games"
    before = await guardian.get(path)
    definition = (await admin.get(f"/staff/games/{game}"))["published"]["definition"]
    draft = {"edit": 0, "definition": {**definition, "limits": {"plays_a_day": 1}}}
    answer = await admin.call("PUT", f"/staff/games/{game}/draft", json=draft)
    assert answer.is_success, answer.text
    answer = await admin.call("PUT", "/staff/games/never_published/draft", json=draft)
    assert answer.is_success, answer.text
    assert await guardian.get(path) == before
    problem(await ask(guardian, child, "never_published"), 404, "game_not_found")


async def test_G04_staff_are_not_offered_a_child_s_games(
    child: dict[str, Any], http: httpx.AsyncClient, settings: Settings
) -> None:
    clinician = staff(http, settings, Role.CLINICIAN)
    answer = await clinician.call("GET", f"/children/{child['id']}/games")
    problem(answer, 403, "not_permitted")
