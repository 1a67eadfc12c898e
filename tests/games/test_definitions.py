"""G02: staff write mini-games as data; a game nobody has met is played without a release."""

import asyncio
from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.platform.settings import Settings
from tests.families import Guardian
from tests.staff import Staff, staff

from .authors import DEFINITION, new_game_id, publish, save
from .steps import until_waiting


async def offered(guardian: Guardian, child: dict[str, Any]) -> list[str]:
    return [each["id"] for each in await guardian.get(f"/children/{child['id']}/games")]


async def deeds(admin: Staff, subject: str) -> list[str]:
    found = await admin.get("/staff/audit", params={"subject_id": subject})
    return [each["action"] for each in found["entries"]]


async def test_G02_a_game_nobody_met_is_offered_once_it_is_published(
    admin: Staff, guardian: Guardian, child: dict[str, Any]
) -> None:
    game = new_game_id()
    drafted = await save(admin, game)
    assert drafted.status_code == 200
    assert drafted.json()["edit"] == 1
    assert game not in await offered(guardian, child)

    published = await admin.call("POST", f"/staff/games/{game}/publish", json={"edit": 1})
    assert published.status_code == 201, published.text
    assert published.json()["version"] == 1
    assert (await offered(guardian, child))[-1] == game


async def test_G02_a_draft_is_kept_beside_what_is_published(admin: Staff) -> None:
    game = new_game_id()
    await publish(admin, game)
    await save(admin, game, name={"ko": "밤낚시", "en": "Night fishing"})
    shown = await admin.get(f"/staff/games/{game}")
    assert shown["published"]["version"] == 1
    assert shown["published"]["definition"]["name"]["en"] == "Fishing"
    assert shown["draft"]["definition"]["name"]["en"] == "Night fishing"
    [listed] = [each for each in await admin.get("/staff/games") if each["id"] == game]
    assert (listed["name"]["en"], listed["version"], listed["edit"]) == ("Fishing", 1, 1)


async def test_G02_who_edits_second_is_told_and_loses_nothing_of_the_first(admin: Staff) -> None:
    game = new_game_id()
    assert (await save(admin, game, 0)).status_code == 200
    second = await save(admin, game, 0, settings={"speed": 2})
    assert second.status_code == 409
    assert second.json()["code"] == "edited_meanwhile"
    assert second.json()["details"] == {"edit": 1}
    shown = await admin.get(f"/staff/games/{game}")
    assert shown["draft"]["definition"]["settings"] == {"speed": 1}


async def test_G02_of_many_who_save_at_once_one_is_first(admin: Staff) -> None:
    game = new_game_id()
    answers = await asyncio.gather(*(save(admin, game, 0) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert (await admin.get(f"/staff/games/{game}"))["draft"]["edit"] == 1


async def test_G02_who_saves_as_the_game_is_discarded_is_told(system: Dodam, admin: Staff) -> None:
    game = new_game_id()
    await save(admin, game)
    async with system.database.transaction() as tx:
        await tx.execute("delete from games.draft where game = $1", game)
        await tx.execute("delete from games.game where id = $1", game)
        saving = asyncio.create_task(save(admin, game, 0))
        await until_waiting(system, "%games.game%FOR UPDATE%")
    answer = await saving
    assert (answer.status_code, answer.json()["details"]) == (409, {"edit": 0})
    assert (await save(admin, game, 0)).status_code == 200


async def test_G02_of_many_who_publish_at_once_one_does(admin: Staff) -> None:
    game = new_game_id()
    await save(admin, game)
    answers = await asyncio.gather(
        *(admin.call("POST", f"/staff/games/{game}/publish", json={"edit": 1}) for _ in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert len(await admin.get(f"/staff/games/{game}/versions")) == 1


async def test_G02_what_is_published_is_what_was_looked_at(admin: Staff) -> None:
    game = new_game_id()
    await save(admin, game, 0)
    await save(admin, game, 1, settings={"speed": 2})
    stale = await admin.call("POST", f"/staff/games/{game}/publish", json={"edit": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "edited_meanwhile")
    nothing = await admin.call("POST", f"/staff/games/{game}/publish", json={"edit": 2})
    assert nothing.status_code == 201
    again = await admin.call("POST", f"/staff/games/{game}/publish", json={"edit": 0})
    assert (again.status_code, again.json()["code"]) == (409, "nothing_drafted")


async def test_G02_versions_stay_as_they_were_published(admin: Staff) -> None:
    game = new_game_id()
    first = await publish(admin, game)
    second = await publish(admin, game, settings={"speed": 2})
    versions = await admin.get(f"/staff/games/{game}/versions")
    assert [each["id"] for each in versions] == [second["id"], first["id"]]
    assert [each["version"] for each in versions] == [2, 1]
    page = await admin.get(f"/staff/games/{game}/versions", params={"before": 2, "limit": 1})
    assert [each["version"] for each in page] == [1]
    old = await admin.get(f"/staff/games/{game}/versions/1")
    assert old["definition"]["settings"] == {"speed": 1}
    assert old["published_by"] == str(admin.id)
    missing = await admin.call("GET", f"/staff/games/{game}/versions/3")
    assert (missing.status_code, missing.json()["code"]) == (404, "game_version_not_found")


async def test_G02_a_discarded_draft_leaves_what_is_published(admin: Staff) -> None:
    game = new_game_id()
    await publish(admin, game)
    await save(admin, game)
    stale = await admin.call("DELETE", f"/staff/games/{game}/draft", params={"edit": 7})
    assert stale.status_code == 409
    gone = await admin.call("DELETE", f"/staff/games/{game}/draft", params={"edit": 1})
    assert gone.status_code == 204
    shown = await admin.get(f"/staff/games/{game}")
    assert shown["draft"] is None
    assert shown["published"]["version"] == 1


async def test_G02_a_game_that_never_was_goes_with_its_draft(admin: Staff) -> None:
    game = new_game_id()
    await save(admin, game)
    gone = await admin.call("DELETE", f"/staff/games/{game}/draft", params={"edit": 1})
    assert gone.status_code == 204
    missing = await admin.call("GET", f"/staff/games/{game}")
    assert (missing.status_code, missing.json()["code"]) == (404, "game_not_found")


async def test_G02_a_retired_game_is_offered_no_more_until_it_is_restored(
    admin: Staff, guardian: Guardian, child: dict[str, Any]
) -> None:
    game = new_game_id()
    await publish(admin, game)
    for retired in (True, True, False):
        answer = await admin.call("PUT", f"/staff/games/{game}/retired", json={"retired": retired})
        assert answer.status_code == 204
        assert (game in await offered(guardian, child)) is not retired


async def test_G02_a_game_that_was_never_published_is_not_retired(admin: Staff) -> None:
    game = new_game_id()
    await save(admin, game)
    answer = await admin.call("PUT", f"/staff/games/{game}/retired", json={"retired": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_published")


async def test_G02_games_are_offered_in_the_order_staff_give_them(
    admin: Staff, guardian: Guardian, child: dict[str, Any]
) -> None:
    one, other = new_game_id(), new_game_id()
    await publish(admin, one)
    await publish(admin, other)
    games = [each["id"] for each in await admin.get("/staff/games")]
    ordered = [other, one, *(each for each in games if each not in {one, other})]
    answer = await admin.call("PUT", "/staff/games/order", json={"games": ordered})
    assert answer.status_code == 204, answer.text
    assert [each["id"] for each in await admin.get("/staff/games")] == ordered
    assert (await offered(guardian, child))[:2] == [other, one]

    for wrong in (ordered[1:], [*ordered, one], [*ordered[1:], "no_such_game"]):
        answer = await admin.call("PUT", "/staff/games/order", json={"games": wrong})
        assert [each["code"] for each in answer.json()["errors"]] == ["other_games"]


async def test_G02_live_settings_of_a_game_come_with_it(
    admin: Staff, guardian: Guardian, child: dict[str, Any]
) -> None:
    game = new_game_id()
    await publish(admin, game, settings={"speed": 2})
    found = await guardian.get(f"/children/{child['id']}/settings")
    assert found["settings"][f"games.{game}"]["value"] == {"speed": 2}


async def test_G02_a_version_that_settings_in_force_break_is_not_published(admin: Staff) -> None:
    game = new_game_id()
    await publish(admin, game)
    path = f"/staff/settings/games.{game}"
    form = {"edit": 0, "value": {"speed": 3}, "note": "faster"}
    answer = await admin.call("PUT", f"{path}/draft", json=form)
    assert answer.status_code == 200, answer.text
    answer = await admin.call("POST", f"{path}/versions", json={"edit": answer.json()["edit"]})
    assert answer.is_success, answer.text

    slow = {**DEFINITION["settings_schema"]["properties"]["speed"], "maximum": 2}
    schema = {**DEFINITION["settings_schema"], "properties": {"speed": slow}}
    assert (await save(admin, game, settings_schema=schema)).status_code == 200
    refused = await admin.call("POST", f"/staff/games/{game}/publish", json={"edit": 1})
    assert refused.status_code == 400
    [error] = refused.json()["errors"]
    assert error["field"].startswith("live_settings.versions[1]")
    assert (await admin.get(f"/staff/games/{game}"))["published"]["version"] == 1


async def test_G02_what_staff_do_to_a_game_is_on_the_audit_trail(admin: Staff) -> None:
    game = new_game_id()
    version = await publish(admin, game)
    assert await deeds(admin, version["id"]) == ["game.published"]
    draft = (await save(admin, game)).json()
    await admin.call("DELETE", f"/staff/games/{game}/draft", params={"edit": 1})
    assert await deeds(admin, draft["id"]) == ["game.draft_discarded", "game.draft_saved"]


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.SUPPORT, Role.MARKETING])
async def test_G02_who_reads_drafts_writes_none(
    http: httpx.AsyncClient, settings: Settings, admin: Staff, role: Role
) -> None:
    game = new_game_id()
    await publish(admin, game)
    reader = staff(http, settings, role)
    assert (await reader.get(f"/staff/games/{game}"))["id"] == game
    assert (await save(reader, game)).status_code == 403
    publication = await reader.call("POST", f"/staff/games/{game}/publish", json={"edit": 1})
    assert publication.status_code == 403
