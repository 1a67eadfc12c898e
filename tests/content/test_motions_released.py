"""G01: a release brings motions, and overwrites nothing that staff wrote."""

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from dodam.migrations import migrate
from tests.house import House, named_database, new_database
from tests.migrating import migrate_to

from .motions import motion_of, save_motion

Release = Callable[[dict[str, dict[str, Any]]], None]


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """Let the package have other motions: changes by their ids, or whole new ones."""
    packaged = resources.files("dodam.features.content").joinpath("catalogue.json")
    motions = {each["id"]: each for each in json.loads(packaged.read_text())}

    def found(_: str) -> Path:
        return tmp_path

    def change(changes: dict[str, dict[str, Any]]) -> None:
        for motion, fields in changes.items():
            motions[motion] = {**motions.get(motion, {"id": motion}), **fields}
        (tmp_path / "catalogue.json").write_text(json.dumps([*motions.values()]))
        monkeypatch.setattr(resources, "files", found)

    return change


async def _load(house: House) -> None:
    async with house.dodam.database.transaction() as tx:
        await house.dodam.catalogue.load(tx)


async def test_G01_a_release_brings_what_changed_where_staff_did_not(
    house: House, release: Release
) -> None:
    await save_motion(house.admin, "tip_pinch", default_repetitions=31)
    name = {"ko": "새 동작", "en": "A new motion"}
    first = await motion_of(house.admin, "mass_grasp")
    new = {each: first[each] for each in ("description", "instruction", "labels", "bimanual")}
    release(
        {
            "tip_pinch": {"default_repetitions": 7},
            "mass_grasp": {"default_repetitions": 7},
            "new_motion": {**new, "name": name, "position": 19, "default_repetitions": 5},
        }
    )
    await _load(house)
    assert (await motion_of(house.admin, "tip_pinch"))["default_repetitions"] == 31
    brought = await motion_of(house.admin, "mass_grasp")
    assert (brought["default_repetitions"], brought["version"]) == (7, 2)
    assert (await motion_of(house.admin, "new_motion"))["name"] == name
    [newest, _] = await house.admin.get("/staff/motions/mass_grasp/versions")
    assert (newest["version"], newest["saved_by"]) == (2, None)


async def test_G01_loading_the_same_release_again_makes_no_version(house: House) -> None:
    await _load(house)
    assert {motion["version"] for motion in await house.admin.get("/staff/motions")} == {1}


async def test_G01_a_release_does_not_restore_what_staff_retired(
    house: House, release: Release
) -> None:
    await house.admin.call("PUT", "/staff/motions/mass_grasp/retirement")
    release({"mass_grasp": {"default_repetitions": 7}})
    await _load(house)
    assert (await motion_of(house.admin, "mass_grasp"))["retired"] is True


async def test_D09_motions_of_earlier_releases_have_their_first_version(database_url: str) -> None:
    url = named_database(database_url, await new_database(database_url, "template1"))
    await migrate_to(url, "0024")
    connection = await asyncpg.connect(url)
    await connection.execute(
        "insert into content.motion values"
        " ('tip_pinch', 1, '{\"ko\": \"집기\", \"en\": \"Pinch\"}', '{}', '{}', '{fist}', false, 9)"
    )
    await migrate(url)
    [version] = await connection.fetch("select * from content.motion_version")
    assert (version["motion"], version["version"], version["saved_by"]) == ("tip_pinch", 1, None)
    assert json.loads(version["content"]) == {
        "position": 1,
        "name": {"ko": "집기", "en": "Pinch"},
        "description": {},
        "instruction": {},
        "labels": ["fist"],
        "bimanual": False,
        "default_repetitions": 9,
        "video": None,
        "images": [],
    }
    await connection.close()
