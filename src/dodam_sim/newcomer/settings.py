"""The game's settings change live: for one platform, for half of the children, and back."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from dodam_sim.callers.api import Person
from dodam_sim.callers.family import Family, move_in
from dodam_sim.callers.staff import treat
from dodam_sim.newcomer.scene import Scene

_FAMILIES, _CHILDREN = 4, 10
# Of 40 tosses of a coin fewer than 6 or more than 34 are heads once in 300,000 times.
_ABOUT_HALF = range(6, 35)


async def settings_change_live(scene: Scene) -> None:
    """Published, looked at by forty children on two platforms, widened, and rolled back."""
    story = scene.story
    story.chapter("Live settings of the game")
    families = [await move_in(scene.api, _CHILDREN) for _ in range(_FAMILIES)]
    ipads = [await family.tablet("ios", model="iPad13,18") for family in families]
    androids = [await family.tablet("android") for family in families]
    defaults = await _seen(scene, families, androids)
    story.holds(
        f"{len(defaults)} children play at the game's own settings",
        set(map(_speed_and_colours, defaults.values())) == {(1, "soft")},
        defaults,
    )
    settings = _Settings(scene.newcomer, f"games.{scene.game}")
    wrong = await settings.write(_rules(50, speed=9))
    story.same("Settings that do not fit the game are refused", 400, wrong)
    await settings.write(_rules(50))
    await _preview(scene, families[0].children[0], ipads[0])
    version = await settings.publish(_rules(50))
    story.same("Slower on iPads and bright for half of the others: version 1", 1, version)
    on_ipads = await _seen(scene, families, ipads)
    story.holds(
        "On every iPad the stars fall slower",
        set(map(_speed_and_colours, on_ipads.values())) == {(0.5, "soft")},
        on_ipads,
    )
    half = _bright(await _seen(scene, families, androids))
    story.holds(
        f"{len(half)} of {len(defaults)} children see bright stars on the other tablets",
        len(half) in _ABOUT_HALF,
        len(half),
    )
    again = _bright(await _seen(scene, families, androids))
    story.same("the same ones each time", half, again)
    await settings.publish(_rules(80))
    most = _bright(await _seen(scene, families, androids))
    story.holds(f"At 80 % {len(most)} do, and all from before", half <= most, half - most)
    await settings.roll_back(version)
    back = _bright(await _seen(scene, families, androids))
    story.same("Rolled back, the same ones as at first", half, back)


async def _preview(scene: Scene, child: UUID, ipad: UUID) -> None:
    """Look at the draft as a child whom the newcomer treats, while nothing is published yet."""
    await treat(scene.newcomer, child)
    path = f"/staff/children/{child}/settings-preview?device_id={ipad}"
    namespaces = {each["namespace"]: each for each in await scene.newcomer.post(path, None)}
    preview = namespaces[f"games.{scene.game}"]
    speeds = preview["value"]["speed"], preview["draft"]["value"]["speed"]
    scene.story.same(
        "Seen as one child on its iPad: normal speed now, half by the draft", (1, 0.5), speeds
    )


class _Settings:
    """One namespace, as staff change it."""

    def __init__(self, staff: Person, namespace: str) -> None:
        self._staff = staff
        self._path = f"/staff/settings/{namespace}"

    async def write(self, rules: Sequence[Mapping[str, Any]]) -> int:
        """Write the draft; the status of the answer."""
        draft = await self._staff.get(f"{self._path}/draft")
        form = {"edit": draft["edit"], "rules": rules}
        return (await self._staff.call("PUT", f"{self._path}/draft", form)).status_code

    async def publish(self, rules: Sequence[Mapping[str, Any]]) -> int:
        """The version."""
        draft = await self._staff.get(f"{self._path}/draft")
        written = await self._staff.put(
            f"{self._path}/draft", {"edit": draft["edit"], "rules": rules}
        )
        form = {"edit": written["edit"]}
        return (await self._staff.post(f"{self._path}/versions", form))["version"]

    async def roll_back(self, version: int) -> None:
        await self._staff.post(f"{self._path}/versions/{version}/restore", {})


def _rules(percent: int, speed: float = 0.5) -> list[dict[str, Any]]:
    return [
        {"name": "ipads", "when": {"platforms": ["ios"]}, "value": {"speed": speed}},
        {
            "name": "bright-stars",
            "when": {"rollout": {"percent": percent}},
            "value": {"colours": "bright"},
        },
    ]


async def _seen(
    scene: Scene, families: Sequence[Family], tablets: Sequence[UUID]
) -> dict[UUID, Mapping[str, Any]]:
    """The game's settings of each child, on its family's tablet."""

    async def ask(family: Family, child: UUID, tablet: UUID) -> Mapping[str, Any]:
        path = f"/children/{child}/settings?device_id={tablet}"
        settings = (await family.guardian.get(path))["settings"]
        return settings[f"games.{scene.game}"]["value"]

    pairs = [
        (family, child, tablet)
        for family, tablet in zip(families, tablets, strict=True)
        for child in family.children
    ]
    values = await asyncio.gather(*(ask(*pair) for pair in pairs))
    return {child: value for (_, child, _), value in zip(pairs, values, strict=True)}


def _bright(seen: Mapping[UUID, Mapping[str, Any]]) -> set[UUID]:
    return {child for child, value in seen.items() if value["colours"] == "bright"}


def _speed_and_colours(value: Mapping[str, Any]) -> tuple[float, str]:
    return value["speed"], value["colours"]
