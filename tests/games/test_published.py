"""G02: every instance takes results of a version from the moment it is published, and for ever."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.games.service import definitions
from dodam.platform.settings import Settings
from tests.clock import NOON
from tests.conftest import CLOCK
from tests.content.steps import png, upload
from tests.families import Guardian
from tests.staff import Staff
from tests.therapy.steps import server

from .authors import new_game_id, publish, save
from .steps import result_of, send


@pytest.fixture
async def elsewhere(
    settings: Settings,
    database_url: str,
    system: Dodam,  # noqa: ARG001 - has filled the catalogue
    guardian: Guardian,
) -> AsyncIterator[Guardian]:
    """The guardian's tablet at another server on the same database."""
    async with server(settings, database_url, CLOCK) as http:
        yield Guardian(http, guardian.email, guardian.tokens)


def fish(game: str, count: int, **fields: Any) -> dict[str, Any]:
    return result_of(game, NOON.isoformat(), result={"fish": count}, **fields)


async def test_G02_a_game_that_another_server_has_not_heard_of_yet_loses_no_result(
    admin: Staff, elsewhere: Guardian, child: dict[str, Any]
) -> None:
    await elsewhere.get(f"/children/{child['id']}/games")
    game = new_game_id()
    await publish(admin, game)
    receipt = await send(elsewhere, child, fish(game, 3))
    assert receipt["created"] == 1


async def test_G02_results_of_versions_long_gone_from_memory_are_taken(
    admin: Staff, guardian: Guardian, child: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(definitions, "_KEPT_VERSIONS", 2)
    game = new_game_id()
    for most in (10, 20, 30, 40):
        schema = {
            "type": "object",
            "properties": {"fish": {"type": "integer", "maximum": most}},
        }
        await publish(admin, game, result_schema=schema)
    for _ in range(2):
        results = [fish(game, 15, version=version) for version in (1, 2, 3, 4)]
        receipt = await send(guardian, child, results)
        assert (receipt["created"], receipt["rejected"]) == (3, 1)


async def test_G02_an_icon_is_an_image_that_is_kept_as_long_as_it_is_shown(
    admin: Staff, guardian: Guardian, child: dict[str, Any], http: httpx.AsyncClient
) -> None:
    content = png()
    image = await upload(admin, content)
    game = new_game_id()
    await publish(admin, game, icon=image["id"])
    shown = await guardian.get(f"/children/{child['id']}/games/{game}")
    assert (await http.get(shown["icon"])).content == content

    removal = await admin.call("DELETE", f"/staff/media/{image['id']}")
    assert removal.status_code == 409, removal.text
    await publish(admin, game)
    removal = await admin.call("DELETE", f"/staff/media/{image['id']}")
    assert removal.status_code == 204, removal.text


async def test_G02_a_discarded_draft_shows_nothing_any_more(admin: Staff) -> None:
    image = await upload(admin, png())
    game = new_game_id()
    assert (await save(admin, game, icon=image["id"])).status_code == 200
    await admin.call("DELETE", f"/staff/games/{game}/draft", params={"edit": 1})
    removal = await admin.call("DELETE", f"/staff/media/{image['id']}")
    assert removal.status_code == 204, removal.text
