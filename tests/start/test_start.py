"""G07, T04: everything a client needs when it starts, in one call."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from dodam.platform.database import Reading
from tests.clock import NOON
from tests.families import Guardian, play, sign_up
from tests.games.steps import publish as publish_game
from tests.house import House
from tests.livesettings.notes import published
from tests.livesettings.settings import namespace, publish, tablet
from tests.therapy.steps import seoul

from .steps import SECTIONS, ask, begin

# One of everything that a game can ask about a child.
_ASKS_FOR_ALL = {
    "kind": "any",
    "of": [
        {"kind": "attendance", "days": 3},
        {"kind": "therapy_done"},
        {"kind": "ticket", "tickets": 2},
        {"kind": "subscription"},
        {"kind": "attribute", "key": "tester"},
    ],
}


async def test_G07_a_new_child_gets_every_section_at_once(
    family: Guardian, child: dict[str, Any]
) -> None:
    start = await begin(family, child)
    assert set(start) == {"version", "unchanged", *SECTIONS}
    assert start["unchanged"] == []
    assert start["device"] is None
    assert start["app"] == {
        "update": None,
        "minimum_version": None,
        "recommended_version": None,
        "store_url": None,
        "maintenance": None,
    }
    assert start["tickets"] == {"balance": 0}
    assert start["entitlement"] == {"entitled": False, "grounds": None, "until": None}
    assert start["patch_notes"] == {"unread": 0, "notes": []}


async def test_G07_each_section_is_what_its_own_call_answers(
    house: House, family: Guardian, child: dict[str, Any]
) -> None:
    device = await tablet(family)
    await publish_game(house.admin, unlock=_ASKS_FOR_ALL)
    await publish(house.admin, await namespace(house.admin), value={"speed": 20})
    await published(house.admin)
    await family.upload(child, [play(NOON - timedelta(hours=1))])
    start = await begin(family, child, device=device)
    path = f"/children/{child['id']}"
    settings = await family.get(f"{path}/settings", params={"device_id": device})
    assert start["settings"] | {"app": settings["settings"]["app"]} == settings["settings"]
    assert start["device"] == await family.get(f"/devices/{device}/settings")
    assert start["motions"] == await family.get("/motions")
    assert start["today"] == await family.get(f"{path}/today")
    assert start["games"] == await family.get(f"{path}/games")
    assert start["tickets"]["balance"] == (await family.get(f"{path}/tickets"))["balance"]
    assert start["entitlement"] == await family.get("/entitlement")
    assert start["patch_notes"] == await family.get("/patch-notes", params={"device_id": device})


async def test_T04_today_comes_with_its_targets_and_with_what_keeps_games_closed(
    house: House, family: Guardian, child: dict[str, Any]
) -> None:
    game = await publish_game(house.admin, unlock=_ASKS_FOR_ALL)
    start = await begin(family, child)
    assert start["today"]["items"][0]["target_repetitions"]
    [lock] = [each["lock"] for each in start["games"] if each["id"] == game]
    assert not lock["open"]
    codes = {reason["code"] for reason in lock["reasons"]}
    form = {"key": "tester", "value": True, "reason": "a tester"}
    path = f"/staff/accounts/{family.account_id}/attributes"
    assert (await house.admin.call("POST", path, json=form)).is_success
    start = await begin(family, child)
    [lock] = [each["lock"] for each in start["games"] if each["id"] == game]
    assert codes
    assert lock["open"]


async def test_G07_texts_are_in_the_callers_language(
    house: House, family: Guardian, child: dict[str, Any]
) -> None:
    await publish_game(house.admin, unlock={"kind": "subscription"})
    await published(house.admin)
    for language, hangul in (("ko", True), ("en", False)):
        answer = await ask(family, child, accept_language=language)
        assert answer.headers["vary"] == "Authorization, Accept-Language"
        start = answer.json()
        texts = [
            start["patch_notes"]["notes"][0]["text"],
            *(reason["message"] for game in start["games"] for reason in game["lock"]["reasons"]),
        ]
        assert len(texts) > 1
        for text in texts:
            assert any("가" <= letter <= "힣" for letter in text) is hangul, text


async def test_G07_two_children_get_what_is_meant_for_each(
    house: House, family: Guardian, child: dict[str, Any]
) -> None:
    name = await namespace(house.admin)
    rules = [
        {"name": "fast_tablets", "when": {"platforms": ["ios"]}, "value": {"speed": 90}},
        {
            "name": "trial",
            "when": {"attributes": [{"key": "tester", "value": True}]},
            "value": {"speed": 50},
        },
    ]
    await publish(house.admin, name, rules=rules)
    other = await sign_up(house.http)
    others_child = await other.register_child()
    form = {"key": "tester", "value": True, "reason": "a tester"}
    path = f"/staff/accounts/{other.account_id}/attributes"
    assert (await house.admin.call("POST", path, json=form)).is_success
    ipad = await tablet(family, platform="ios")

    async def speed(guardian: Guardian, of: dict[str, Any], **options: Any) -> int:
        return (await begin(guardian, of, **options))["settings"][name]["value"]["speed"]

    assert await speed(family, child) == 10
    assert await speed(family, child, device=ipad) == 90
    assert await speed(other, others_child) == 50


async def test_G07_the_newest_five_unread_notes_are_shown(
    house: House, family: Guardian, child: dict[str, Any]
) -> None:
    notes = [await published(house.admin, app_version=f"1.{number}") for number in range(7)]
    await family.call("PUT", f"/patch-notes/{notes[6]['id']}/read")
    shown = (await begin(family, child))["patch_notes"]
    assert shown["unread"] == 6
    assert [each["app_version"] for each in shown["notes"]] == ["1.5", "1.4", "1.3", "1.2", "1.1"]
    old = await tablet(family, app_version="1.1.9")
    shown = (await begin(family, child, device=old))["patch_notes"]
    assert [each["app_version"] for each in shown["notes"]] == ["1.1", "1.0"]


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Asia/Seoul", "2026-03-19T03:59:59", "2026-03-19T04:00:00"),
        # Clocks leap over the hour at which the day begins, and come back to it.
        ("America/New_York", "2026-03-08T01:59:59", "2026-03-08T03:00:00"),
        ("America/New_York", "2026-11-01T03:59:59", "2026-11-01T04:00:00"),
    ],
)
async def test_G07_a_new_day_begins_where_the_child_lives(
    house: House, family: Guardian, zone: str, before: str, after: str
) -> None:
    hour = 2 if before.startswith("2026-03-08") else 4
    here = ZoneInfo(zone)
    child = await family.register_child(time_zone=zone, day_start_hour=hour)
    days: list[str] = []
    for at in (before, after):
        await house.at(datetime.fromisoformat(at).replace(tzinfo=here), family)
        days.append((await begin(family, child))["today"]["day"])
    evening, morning = map(datetime.fromisoformat, days)
    assert morning - evening == timedelta(days=1)
    assert days[1] == after[:10]


async def test_G07_what_is_not_the_familys_is_not_there(
    house: House, family: Guardian, child: dict[str, Any]
) -> None:
    stranger = await sign_up(house.http)
    theirs = await tablet(stranger)
    for guardian, device, code in (
        (stranger, None, "child_not_found"),
        (family, theirs, "device_not_found"),
        (family, str(uuid4()), "device_not_found"),
    ):
        answer = await ask(guardian, child, device=device)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert (await ask(family, child, device="tablet")).status_code == 400
    assert (await family.call("DELETE", f"/children/{child['id']}")).status_code == 204
    answer = await ask(family, child)
    assert (answer.status_code, answer.json()["code"]) == (404, "child_not_found")


async def test_A14_without_consent_a_family_still_sees_what_there_is(
    family: Guardian, child: dict[str, Any]
) -> None:
    before = await begin(family, child)
    path = f"/children/{child['id']}/consent"
    answer = await family.call("PUT", path, json={"documents": {"child_health": None}})
    if not answer.is_success:
        await family.consent(privacy=None)
    assert await begin(family, child) == before


async def test_G07_the_database_is_asked_as_often_whatever_a_child_has_played(
    house: House, family: Guardian, child: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await tablet(family)
    for _ in range(3):
        await publish_game(house.admin, unlock=_ASKS_FOR_ALL, limits={"plays_a_day": 3})
    await published(house.admin)
    asked: list[str] = []
    fetch = Reading.fetch

    async def noted(db: Reading, query: str, *args: object) -> Any:
        asked.append(query)
        return await fetch(db, query, *args)

    async def statements() -> int:
        await begin(family, child, device=device)
        asked.clear()
        await begin(family, child, device=device)
        return len(asked)

    monkeypatch.setattr(Reading, "fetch", noted)
    new = await statements()
    days = [seoul("2026-03-02") + timedelta(days=day) for day in range(15)]
    await family.upload(child, [play(each) for each in days])
    assert await statements() == new == 17
    assert (
        len(set(asked)) == len(asked) - 3
    )  # plans, days off and pauses, for today and for streaks
