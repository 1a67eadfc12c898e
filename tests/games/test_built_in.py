"""G05: brushing, cooking, UpStairs and videos come with Dodam; what staff change stays theirs."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from msgspec.structs import replace

from dodam.bootstrap import Dodam
from dodam.features.games.models.checks import errors_of
from dodam.features.games.models.definitions import Definition
from dodam.features.games.service import built_in
from dodam.features.games.service.built_in import BUILT_IN
from dodam.platform.json_schema.schemas import JsonSchema
from tests.clock import NOON
from tests.families import Guardian
from tests.staff import Staff

from .authors import DEFINITION
from .steps import until_waiting

BRUSHING = built_in.built_in("brushing")
RESULTS: dict[str, dict[str, Any]] = {
    "brushing": {
        "hand": "left",
        "seconds": 124.5,
        "coverage": 0.875,
        "strokes": 310,
        "hard_strokes": 12,
        "completed": True,
        "surfaces": [{"area": "upper_left", "side": "outer", "seconds": 9}],
    },
    "cooking": {
        "recipe": "pancakes",
        "stars": 3,
        "score": 870,
        "mistakes": 2,
        "seconds": 148,
        "completed": True,
        "steps": [
            {"action": "crack", "repetitions": 2, "mistakes": 0, "seconds": 12.2},
            {"action": "flip", "repetitions": 4, "mistakes": 2, "seconds": 31, "helped": True},
        ],
    },
    "up_stairs": {
        "hand": "both",
        "floors": 112,
        "best_combo": 41,
        "falls": 1,
        "seconds": 90,
        "ended_by": "time",
    },
    "videos": {
        "video": "whales",
        "seconds_watched": 310.2,
        "completed": True,
        "questions_asked": 3,
        "questions_right": 3,
        "answers": [{"question": 0, "choice": 2, "right": True, "seconds": 4.1}],
    },
}


@pytest.mark.parametrize("game", BUILT_IN)
def test_G05_a_game_that_comes_with_dodam_keeps_to_the_rules_for_games(game: str) -> None:
    definition = built_in.built_in(game)
    assert errors_of(definition, "definition") == []
    assert JsonSchema(definition.result_schema).errors(RESULTS[game], "result") == []


@pytest.mark.parametrize("game", BUILT_IN)
@pytest.mark.parametrize("wrong", [{"luck": 1}, {"hand": "third"}])
def test_G05_its_results_are_taken_by_its_own_schema_only(game: str, wrong: dict[str, Any]) -> None:
    schema = JsonSchema(built_in.built_in(game).result_schema)
    [error] = schema.errors({**RESULTS[game], **wrong}, "result")
    assert error.code in {"unknown_field", "not_a_choice"}
    assert schema.errors({}, "result") != []


@pytest.mark.parametrize("game", BUILT_IN)
async def test_G05_each_pays_its_reward_for_a_good_result(admin: Staff, game: str) -> None:
    answer = await admin.call(
        "POST", f"/staff/games/{game}/try", json={"version": 1, "result": RESULTS[game]}
    )
    tried = answer.json()
    assert tried["errors"] == []
    assert [each["tickets"] for each in tried["rewards"]] == [1]
    assert None not in tried["aggregates"].values()


async def test_G05_brushing_is_played_on_the_first_day(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    play = {"id": str(uuid4()), "game": "brushing"}
    granted = await guardian.call("POST", f"/children/{child['id']}/game-plays", json=play)
    assert granted.status_code == 201, granted.text
    result = {
        "id": str(uuid4()),
        "game": "brushing",
        "version": granted.json()["version"],
        "play_id": play["id"],
        "started_at": NOON.isoformat(),
        "duration_ms": 124_500,
        "result": RESULTS["brushing"],
    }
    answer = await guardian.call("POST", f"/children/{child['id']}/game-results", json=result)
    assert answer.json()["created"] == 1, answer.text
    shown = await guardian.get(f"/children/{child['id']}/games/brushing")
    assert shown["aggregates"]["best_coverage"] == 0.875


def of_playlist(**fields: Any) -> list[str]:
    """Which fields are wrong with the settings of a playlist of one video."""
    video: dict[str, Any] = {
        "id": "whales",
        "title": {"ko": "고래 이야기", "en": "Whales"},
        "duration_seconds": 320,
        "questions": [
            {
                "at_seconds": 60,
                "text": {"ko": "고래는 무엇으로 숨을 쉴까요?", "en": "How do whales breathe?"},
                "choices": [{"ko": "아가미", "en": "By gills"}, {"ko": "허파", "en": "By lungs"}],
                "right": 1,
            }
        ],
    }
    videos = built_in.built_in("videos")
    settings = {**videos.settings, "playlist": [{**video, **fields}]}
    schema = JsonSchema(videos.settings_schema)
    return [each.field for each in schema.errors(settings, "settings")]


def test_G05_a_video_is_kept_by_dodam_or_is_elsewhere_behind_https() -> None:
    media, url = str(uuid4()), "https://videos.dodam.example/whales.mp4"
    assert of_playlist(media=media) == []
    assert of_playlist(url=url) == []
    assert of_playlist(media=media, url=url) == ["settings.playlist[0]"]
    assert of_playlist() == ["settings.playlist[0]"]
    assert of_playlist(url="javascript:alert(1)") == ["settings.playlist[0].url"]


def changed(**fields: Any) -> Definition:
    """A game as the next release has it."""
    return replace(BRUSHING, **fields)


def comes_with_dodam(
    monkeypatch: pytest.MonkeyPatch, number: int, **fields: Any
) -> dict[str, Definition]:
    """Games of a test's own that come with the release, in the order of their ids."""
    games = sorted(f"built_in_{uuid4().hex[:8]}" for _ in range(number))
    released = {game: changed(**fields) for game in games}
    monkeypatch.setattr(built_in, "BUILT_IN", tuple(games))
    monkeypatch.setattr(built_in, "built_in", released.__getitem__)
    return released


@pytest.fixture
async def next_release(
    monkeypatch: pytest.MonkeyPatch, system: Dodam, admin: Staff
) -> AsyncIterator[dict[str, Definition]]:
    """What the next release changes: a game of this test's own comes with it."""
    released = comes_with_dodam(monkeypatch, 2)
    await system.load_catalogue()
    yield released
    for game in released:
        await admin.call("PUT", f"/staff/games/{game}/retired", json={"retired": True})


async def test_G05_a_release_publishes_what_it_changes_once(
    system: Dodam, admin: Staff, next_release: dict[str, Definition]
) -> None:
    game, _ = next_release
    await system.load_catalogue()
    assert [each["version"] for each in await admin.get(f"/staff/games/{game}/versions")] == [1]
    next_release[game] = changed(rewards=[])
    await system.load_catalogue()
    await system.load_catalogue()
    versions = await admin.get(f"/staff/games/{game}/versions")
    assert [(each["version"], each["published_by"]) for each in versions] == [(2, None), (1, None)]
    audit = await admin.get("/staff/audit", params={"subject_id": versions[0]["id"]})
    assert [(each["action"], each["actor_kind"]) for each in audit["entries"]] == [
        ("game.published", "system")
    ]


async def test_G05_what_staff_published_is_not_changed_by_a_release(
    system: Dodam, admin: Staff, next_release: dict[str, Definition]
) -> None:
    game, _ = next_release
    form = {"edit": 0, "definition": DEFINITION}
    await admin.call("PUT", f"/staff/games/{game}/draft", json=form)
    await admin.call("POST", f"/staff/games/{game}/publish", json={"edit": 1})
    next_release[game] = changed(rewards=[])
    await system.load_catalogue()
    shown = await admin.get(f"/staff/games/{game}")
    assert shown["published"]["version"] == 2
    assert shown["published"]["definition"]["name"] == DEFINITION["name"]


async def test_G05_a_game_whose_live_settings_would_break_stays_as_it_was(
    system: Dodam, admin: Staff, next_release: dict[str, Definition]
) -> None:
    game, _ = next_release
    path = f"/staff/settings/games.{game}"
    form = {"edit": 0, "value": {"target_seconds": 240}, "note": "for those who like it"}
    await admin.call("PUT", f"{path}/draft", json=form)
    answer = await admin.call("POST", f"{path}/versions", json={"edit": 1})
    assert answer.is_success, answer.text
    schema = msgspec.json.decode(msgspec.json.encode(next_release[game].settings_schema))
    schema["properties"]["target_seconds"]["maximum"] = 180
    next_release[game] = changed(settings_schema=schema)
    await system.load_catalogue()
    assert (await admin.get(f"/staff/games/{game}"))["published"]["version"] == 1


async def test_G05_a_release_and_somebody_who_publishes_wait_for_each_other_one_way(
    system: Dodam, next_release: dict[str, Definition]
) -> None:
    """Who publishes holds the game, and then what is live of its settings."""
    schema = {**BRUSHING.settings_schema, "title": "Brushing, as the next release has it"}
    first, second = next_release
    next_release[first] = changed(settings_schema=schema)
    async with system.database.transaction() as tx:
        await tx.execute("select from games.game where id = $1 for update", second)
        loading = asyncio.create_task(system.load_catalogue())
        await until_waiting(system, "%games.game%FOR UPDATE%")
        await system.live_settings.define(tx, f"games.{second}", schema, BRUSHING.settings)
    await loading
