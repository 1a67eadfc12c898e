"""The newcomer writes a game: makes mistakes, is told of them, tries it out, and publishes it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from dodam_sim.callers.staff import publish
from dodam_sim.games.inventing import invent
from dodam_sim.games.sums import Played, add_up, as_told
from dodam_sim.newcomer.drawing import icon
from dodam_sim.newcomer.game import (
    MANY_STARS,
    first_version,
    with_a_wrong_pointer,
    with_mistakes,
)
from dodam_sim.newcomer.scene import Scene

_ICON = {"title": "Star catcher", "alt_ko": "밤하늘의 별", "alt_en": "A star in the night"}
_MISTAKES = 3
_NUMBERS = ("games", "most_stars", "fastest", "last_stars", "all_stars")


async def a_game_is_written(scene: Scene) -> None:
    story, newcomer, game = scene.story, scene.newcomer, scene.game
    story.chapter(f"A game is written: {game}")
    games = {each["id"] for each in await newcomer.get("/staff/games")}
    story.holds("The server has never heard of it", game not in games)
    picture = await newcomer.ask("POST", f"/staff/media?{urlencode(_ICON)}", content=icon())
    story.same("Its icon is known for what it is", "image/png", picture["content_type"])
    # Therapy days begin in the night: yesterday has begun everywhere.
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    definition = first_version(picture["id"], yesterday)
    await _mistakes_are_told(scene, definition)
    draft = await newcomer.put(f"/staff/games/{game}/draft", {"edit": 0, "definition": definition})
    story.same("A draft without mistakes is kept", 1, draft["edit"])
    await _a_sample_is_tried(scene, definition)
    version = await publish(newcomer, game, definition)
    story.same("The first version is published", 1, version)


async def _mistakes_are_told(scene: Scene, definition: dict[str, Any]) -> None:
    story = scene.story
    path = f"/staff/games/{scene.game}/draft"
    wrong = await scene.newcomer.call(
        "PUT", path, {"edit": 0, "definition": with_mistakes(definition)}
    )
    errors = {error["field"]: error["code"] for error in wrong.json()["errors"]}
    told = ", ".join(f"{field}: {code}" for field, code in errors.items())
    story.same("A draft with mistakes is refused", 400, wrong.status_code)
    story.holds(f"and all of them are told at once ({told})", len(errors) == _MISTAKES, told)
    wrong = await scene.newcomer.call(
        "PUT", path, {"edit": 0, "definition": with_a_wrong_pointer(definition)}
    )
    story.same(
        "What is added up must be a number",
        [("definition.aggregates[0].of", "no_number")],
        [(error["field"], error["code"]) for error in wrong.json()["errors"]],
    )


async def _a_sample_is_tried(scene: Scene, definition: dict[str, Any]) -> None:
    """Under the draft, which nobody plays yet."""
    path = f"/staff/games/{scene.game}/try"
    result = invent(definition["result_schema"], scene.chance)
    tried = await scene.newcomer.post(path, {"result": result})
    own = add_up(definition["aggregates"], [Played("a sample", datetime.now(UTC), result)])
    told = {name: value for name, value in as_told(tried["aggregates"]).items() if name in _NUMBERS}
    scene.story.same(
        f"Tried out, {result['stars']} stars come to what they should",
        {name: own[name] for name in _NUMBERS},
        told,
    )
    earns = result["stars"] >= MANY_STARS
    scene.story.same("and earn what they should", earns, bool(tried["rewards"]))
    tried = await scene.newcomer.post(path, {"result": {**result, "stars": 99}})
    scene.story.same(
        "A sample that no schema lets through is told so",
        [("result.stars", "out_of_range")],
        [(error["field"], error["code"]) for error in tried["errors"]],
    )
