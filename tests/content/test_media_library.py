"""G01: staff find media, describe them, and remove what nothing shows."""

import os
from datetime import timedelta
from typing import Any

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.house import House
from tests.staff import Staff

from .motions import save_motion
from .steps import Shelf, mp4, png, upload


async def test_G01_media_are_listed_newest_first_page_by_page(editor: Staff) -> None:
    uploaded = [await upload(editor, png(), title=f"Picture {n}") for n in range(5)]
    found: list[dict[str, Any]] = []
    params = {"limit": "2"}
    while len(found) < 5:
        page = await editor.get("/staff/media", params=params)
        found += page["media"]
        params["cursor"] = page["next_cursor"]
    assert found[:5] == uploaded[::-1]


async def test_G01_media_are_described_anew(editor: Staff) -> None:
    medium = await upload(editor, png())
    form = {"title": "Pinch", "alt": {"ko": "집는 손", "en": "A hand that pinches"}}
    answer = await editor.call("PUT", f"/staff/media/{medium['id']}", json=form)
    assert answer.json() == {**medium, **form}
    wrong = {"title": "", "alt": {"ko": "집는 손", "en": "\0"}}
    answer = await editor.call("PUT", f"/staff/media/{medium['id']}", json=wrong)
    assert answer.status_code == 400


async def test_G01_what_is_removed_is_gone_at_once(
    editor: Staff, shelf: Shelf, settings: Settings
) -> None:
    medium = await upload(editor, png())
    path = f"/staff/media/{medium['id']}"
    assert (await editor.call("DELETE", path)).status_code == 204
    answer = await shelf.fetch(medium["url"])
    assert (answer.status_code, answer.json()["code"]) == (404, "medium_not_found")
    assert not (settings.data_dir / "media" / medium["name"]).exists()
    again = await editor.call("DELETE", path)
    assert (again.status_code, again.json()["code"]) == (404, "medium_not_found")


async def test_G01_what_was_removed_can_be_uploaded_again(editor: Staff, shelf: Shelf) -> None:
    content = png()
    medium = await upload(editor, content)
    await editor.call("DELETE", f"/staff/media/{medium['id']}")
    again = await upload(editor, content)
    assert (again["name"], again["url"]) == (medium["name"], medium["url"])
    assert (await shelf.fetch(medium["url"])).content == content


async def test_G01_what_a_motion_shows_is_not_removed(house: House) -> None:
    video, picture = await upload(house.admin, mp4()), await upload(house.admin, png())
    await save_motion(house.admin, "tip_pinch", video=video["id"], images=[picture["id"]])
    for medium in (video, picture):
        answer = await house.admin.call("DELETE", f"/staff/media/{medium['id']}")
        assert (answer.status_code, answer.json()["code"]) == (409, "medium_in_use")
        assert answer.json()["details"] == {"used_by": ["motion:tip_pinch"]}
    listed = await house.admin.get("/staff/media")
    assert [medium["used_by"] for medium in listed["media"]] == [["motion:tip_pinch"]] * 2
    await save_motion(house.admin, "tip_pinch", video=None, images=[picture["id"]])
    assert (await house.admin.call("DELETE", f"/staff/media/{video['id']}")).status_code == 204


async def test_G01_what_crashes_left_is_swept_a_day_later_and_nothing_else(
    system: Dodam, editor: Staff, settings: Settings, clock: StoppedClock, shelf: Shelf
) -> None:
    kept = await upload(editor, png())
    folder = settings.data_dir / "media"
    left = {
        "an upload that was not finished": folder / "incoming" / "0190.#1",
        "an object without a name yet": folder / "incoming" / "0191",
        "an object without a row": folder / f"{'0' * 64}.png",
    }
    young = folder / "incoming" / "0192"
    not_ours = folder / "a backup.dump"
    now = clock.now()
    for path in (*left.values(), young, not_ours, folder / kept["name"]):
        path.touch()
        hours = 1 if path == young else 25
        old = (now - timedelta(hours=hours)).timestamp()
        os.utime(path, (old, old))
    async with system.database.transaction() as tx:
        await system.chores["forget-orphaned-media"](tx)
    assert [what for what, path in left.items() if path.exists()] == []
    for path in (young, not_ours):
        assert path.exists()
        path.unlink()
    assert (await shelf.fetch(kept["url"])).status_code == 200


async def test_G01_what_is_done_to_media_is_in_the_audit_trail(
    house: House,
) -> None:
    medium = await upload(house.admin, png())
    form = {"title": "Pinch", "alt": {"ko": "집는 손", "en": "A hand that pinches"}}
    await house.admin.call("PUT", f"/staff/media/{medium['id']}", json=form)
    await house.admin.call("DELETE", f"/staff/media/{medium['id']}")
    trail = await house.admin.get("/staff/audit", params={"subject_id": medium["id"]})
    assert [entry["action"] for entry in trail["entries"]] == [
        "medium.removed",
        "medium.described",
        "medium.uploaded",
    ]
    assert {entry["actor_id"] for entry in trail["entries"]} == {str(house.admin.id)}
