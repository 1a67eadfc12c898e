"""A game keeps something for itself, on two tablets at once."""

from http import HTTPStatus

from dodam_sim.newcomer.scene import Scene
from dodam_sim.newcomer.tablet import Tablet

_TOO_MUCH = 65 * 1024


async def two_tablets_save(scene: Scene, tablet: Tablet) -> None:
    """One of them is late; it is told what the other saved, and saves both."""
    story, guardian = scene.story, tablet.family.guardian
    story.chapter("A private save, from two tablets")
    path = f"/children/{tablet.child}/games/{scene.game}/save"
    empty = await guardian.get(path)
    story.same("Nothing is saved yet", (0, None), (empty["version"], empty["data"]))
    saved = await guardian.put(path, {"version": 0, "data": "sky=dusk"})
    story.same("One tablet saves first", 1, saved["version"])
    late = await guardian.call("PUT", path, {"version": 0, "data": "hat=red"})
    problem = late.json()
    story.same("The other is told", (409, "save_changed"), (late.status_code, problem["code"]))
    theirs = problem["details"]
    merged = f"{theirs['data']};hat=red"
    await guardian.put(path, {"version": theirs["version"], "data": merged})
    story.same("and saves both", "sky=dusk;hat=red", (await guardian.get(path))["data"])
    large = await guardian.call("PUT", path, {"version": 2, "data": "x" * _TOO_MUCH})
    story.holds(
        "More than 64 KiB are refused",
        large.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE},
        large.status_code,
    )
