"""G03: a game's private save: opaque, of bounded size, and never overwritten unseen."""

import asyncio
from typing import Any

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.families import Guardian
from tests.staff import Staff, care_member
from tests.therapy.steps import problem

from .scores import publish_scores


def _path(child: dict[str, Any], game: str) -> str:
    return f"/children/{child['id']}/games/{game}/save"


async def test_G03_a_game_saves_and_reads_what_it_likes(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin)
    path = _path(child, game)
    assert await guardian.get(path) == {"version": 0, "data": None, "saved_at": None}
    saved = await guardian.call("PUT", path, json={"version": 0, "data": '{"방":"숲 🐰"}'})
    assert saved.json() == {"version": 1, "saved_at": "2026-03-18T12:00:00Z"}
    await guardian.call("PUT", path, json={"version": 1, "data": ""})
    assert await guardian.get(path) == {
        "version": 2,
        "data": "",
        "saved_at": "2026-03-18T12:00:00Z",
    }


async def test_G03_who_saves_by_an_old_version_is_told_what_there_is(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    path = _path(child, await publish_scores(admin))
    for version in range(3):
        form = {"version": version, "data": f"room {version}"}
        assert (await guardian.call("PUT", path, json=form)).status_code == 200
    for version in (0, 1, 4):
        answer = await guardian.call("PUT", path, json={"version": version, "data": "mine"})
        problem(answer, 409, "save_changed")
        details = answer.json()["details"]
        assert (details["version"], details["data"]) == (3, "room 2")
    assert (await guardian.get(path))["data"] == "room 2"


async def test_G03_a_save_that_is_sent_again_is_saved_once(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    path = _path(child, await publish_scores(admin))
    form = {"version": 0, "data": "room"}
    answers = [await guardian.call("PUT", path, json=form) for _ in range(3)]
    assert [answer.json()["version"] for answer in answers] == [1, 1, 1]


async def test_G03_of_tablets_that_save_at_once_one_wins(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    path = _path(child, await publish_scores(admin))
    for version in range(3):
        answers = await asyncio.gather(
            *(
                guardian.call("PUT", path, json={"version": version, "data": f"tablet {number}"})
                for number in range(10)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
        [won] = [number for number, answer in enumerate(answers) if answer.is_success]
        assert await guardian.get(path) == {
            "version": version + 1,
            "data": f"tablet {won}",
            "saved_at": "2026-03-18T12:00:00Z",
        }


async def test_G03_a_deleted_save_is_no_other_tablets_to_go_on_from(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    path = _path(child, await publish_scores(admin))
    assert (await guardian.call("DELETE", path)).status_code == 204
    assert (await guardian.get(path))["version"] == 0
    await guardian.call("PUT", path, json={"version": 0, "data": "old"})
    for _ in range(2):
        assert (await guardian.call("DELETE", path)).status_code == 204
    shown = await guardian.get(path)
    assert (shown["version"], shown["data"]) == (2, None)
    for version in (0, 1):
        answer = await guardian.call("PUT", path, json={"version": version, "data": "old"})
        problem(answer, 409, "save_changed")
    answer = await guardian.call("PUT", path, json={"version": 2, "data": "new"})
    assert answer.json()["version"] == 3


async def test_G03_a_save_is_64_kib_at_most_and_has_no_nul(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    path = _path(child, await publish_scores(admin))
    for data in ("x" * 65_537, "가" * 21_846, "a\x00b"):
        answer = await guardian.call("PUT", path, json={"version": 0, "data": data})
        assert list(problem(answer, 400, "invalid_input")) == ["data"]
    for version, data in enumerate(("x" * 65_536, "가" * 21_845)):
        answer = await guardian.call("PUT", path, json={"version": version, "data": data})
        assert answer.status_code == 200
    wrong: list[dict[str, Any]] = [
        {"data": ""},
        {"version": -1, "data": ""},
        {"version": 2, "data": 7},
    ]
    for form in wrong:
        problem(await guardian.call("PUT", path, json=form), 400, "invalid_input")


async def test_G03_saves_are_the_familys_own(
    guardian: Guardian,
    other_guardian: Guardian,
    child: dict[str, Any],
    admin: Staff,
    system: Dodam,
    settings: Settings,
) -> None:
    game = await publish_scores(admin)
    path = _path(child, game)
    await guardian.call("PUT", path, json={"version": 0, "data": "room"})
    clinician = await care_member(system, guardian.http, settings, child)
    form = {"version": 1, "data": "theirs"}
    calls: list[tuple[str, dict[str, Any]]] = [("GET", {}), ("PUT", {"json": form}), ("DELETE", {})]
    for method, options in calls:
        answer = await other_guardian.call(method, path, **options)
        problem(answer, 404, "child_not_found")
        problem(await clinician.call(method, path, **options), 403, "not_permitted")
        unknown = _path(child, "no_such_game")
        problem(await guardian.call(method, unknown, **options), 404, "game_not_found")
    sibling = await guardian.register_child(name="서윤")
    assert (await guardian.get(_path(sibling, game)))["version"] == 0
    assert (await guardian.get(path))["data"] == "room"


async def test_G03_a_save_of_a_retired_game_can_be_read(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    game = await publish_scores(admin)
    await guardian.call("PUT", _path(child, game), json={"version": 0, "data": "room"})
    retired = await admin.call("PUT", f"/staff/games/{game}/retired", json={"retired": True})
    assert retired.is_success, retired.text
    assert (await guardian.get(_path(child, game)))["data"] == "room"


async def test_G03_without_consent_a_save_can_be_read_and_deleted_but_not_changed(
    guardian: Guardian, child: dict[str, Any], admin: Staff
) -> None:
    path = _path(child, await publish_scores(admin))
    await guardian.call("PUT", path, json={"version": 0, "data": "room"})
    answers = {"given_by": "legal_guardian", "documents": {"child_health": None}}
    withdrawn = await guardian.call("PUT", f"/children/{child['id']}/consent", json=answers)
    assert withdrawn.is_success, withdrawn.text
    answer = await guardian.call("PUT", path, json={"version": 1, "data": "new"})
    problem(answer, 403, "consent_required")
    assert (await guardian.get(path))["data"] == "room"
    assert (await guardian.call("DELETE", path)).status_code == 204
    assert (await guardian.get(path))["data"] is None
