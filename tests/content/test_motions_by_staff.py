"""G01: staff write motions in versions; clients are shown the newest."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.families import Guardian, sign_up
from tests.house import Elsewhere, House
from tests.staff import Staff

from .motions import NEW, form_of, motion_of, put_motion, save_motion
from .steps import Shelf, mp4, png, upload


@pytest.fixture
async def parent(house: House) -> Guardian:
    return await sign_up(house.http)


async def _shown(parent: Guardian, motion: str) -> dict[str, Any]:
    [found] = [each for each in await parent.get("/motions") if each["id"] == motion]
    return found


async def test_G01_a_new_motion_is_shown_to_clients(house: House, parent: Guardian) -> None:
    answer = await put_motion(house.admin, "key_turn", NEW)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["version"], answer.json()["saved_by"]) == (1, str(house.admin.id))
    shown = (await parent.get("/motions"))[-1]
    assert shown == {
        **{name: value for name, value in NEW.items() if name != "based_on"},
        "id": "key_turn",
        "version": 1,
        "retired": False,
        "video": None,
        "images": [],
    }


async def test_G01_clients_are_shown_the_video_and_the_images_of_a_motion(
    house: House, parent: Guardian
) -> None:
    guide, drawings = mp4(), [png(), png()]
    video = await upload(house.admin, guide)
    images = [await upload(house.admin, drawing) for drawing in drawings]
    ids = [image["id"] for image in images]
    await save_motion(house.admin, "tip_pinch", video=video["id"], images=ids)
    shown = await _shown(parent, "tip_pinch")
    assert shown["video"]["content_type"] == "video/mp4"
    assert shown["video"]["alt"] == {"ko": "구슬을 집는 손", "en": "A hand picks up a bead"}
    shelf = Shelf(house.http)
    assert (await shelf.fetch(shown["video"]["url"])).content == guide
    assert [(await shelf.fetch(image["url"])).content for image in shown["images"]] == drawings


async def test_G01_every_instance_shows_a_change_within_a_second(
    house: House, elsewhere: Elsewhere, parent: Guardian
) -> None:
    there = elsewhere.same(parent)
    before = await there.call("GET", "/motions")
    await save_motion(house.admin, "tip_pinch", default_repetitions=31)
    assert (await _shown(parent, "tip_pinch"))["default_repetitions"] == 31
    await asyncio.sleep(1)
    changed = await there.call("GET", "/motions", headers={"if-none-match": before.headers["etag"]})
    assert changed.status_code == 200
    assert (await _shown(there, "tip_pinch"))["default_repetitions"] == 31


async def test_G01_who_has_not_seen_the_newest_version_does_not_overwrite_it(
    house: House,
) -> None:
    form = await form_of(house.admin, "tip_pinch", default_repetitions=31)
    assert (await put_motion(house.admin, "tip_pinch", form)).status_code == 200
    stale = await put_motion(house.admin, "tip_pinch", {**form, "default_repetitions": 5})
    assert (stale.status_code, stale.json()["code"]) == (409, "motion_changed")
    assert stale.json()["details"] == {"version": 2}
    taken = await put_motion(house.admin, "tip_pinch", {**form, "based_on": 0})
    assert taken.status_code == 409
    nothing = await put_motion(house.admin, "key_turn", {**form, "based_on": 1})
    assert (nothing.status_code, nothing.json()["details"]) == (409, {"version": 0})
    assert (await motion_of(house.admin, "tip_pinch"))["default_repetitions"] == 31


@pytest.mark.parametrize("motion", ["tip_pinch", "key_turn"])
async def test_G01_of_several_who_save_at_once_one_does(house: House, motion: str) -> None:
    form = NEW if motion == "key_turn" else await form_of(house.admin, motion)
    answers = await asyncio.gather(
        *(
            put_motion(house.admin, motion, {**form, "default_repetitions": n})
            for n in range(20, 28)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    [saved] = [answer.json() for answer in answers if answer.status_code == 200]
    shown = await motion_of(house.admin, motion)
    assert shown["default_repetitions"] == saved["content"]["default_repetitions"]


async def test_G01_every_version_is_kept(house: House) -> None:
    texts = [{"ko": f"설명 {n}", "en": f"Description {n}"} for n in range(4)]
    for text in texts:
        await save_motion(house.admin, "tip_pinch", description=text)
    path = "/staff/motions/tip_pinch/versions"
    versions = await house.admin.get(path)
    assert [version["version"] for version in versions] == [5, 4, 3, 2, 1]
    assert [version["content"]["description"] for version in versions[:4]] == texts[::-1]
    assert versions[-1]["saved_by"] is None
    page = await house.admin.get(path, params={"before": "4", "limit": "2"})
    assert page == versions[2:4]
    unknown = await house.admin.call("GET", "/staff/motions/key_turn/versions")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "motion_not_found")


async def test_G01_media_that_do_not_belong_are_refused_by_their_field(editor: Staff) -> None:
    video, picture = await upload(editor, mp4()), await upload(editor, png())
    nothing = str(uuid4())
    form = await form_of(
        editor,
        "tip_pinch",
        video=picture["id"],
        images=[picture["id"], nothing, video["id"]],
    )
    answer = await put_motion(editor, "tip_pinch", form)
    assert answer.status_code == 400
    assert {(error["field"], error["code"]) for error in answer.json()["errors"]} == {
        ("video", "not_video"),
        ("images[1]", "unknown_medium"),
        ("images[2]", "not_image"),
    }
    assert (await motion_of(editor, "tip_pinch"))["version"] == 1


async def test_G01_a_motion_never_shows_a_medium_that_is_removed_at_that_moment(
    house: House,
) -> None:
    for n in range(8):
        picture = await upload(house.admin, png())
        form = await form_of(house.admin, "tip_pinch", images=[picture["id"]])
        saved, removed = await asyncio.gather(
            put_motion(house.admin, "tip_pinch", form),
            house.admin.call("DELETE", f"/staff/media/{picture['id']}"),
        )
        assert {saved.status_code, removed.status_code} in ({200, 409}, {400, 204}), n


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", {"ko": "열쇠", "en": ""}),
        ("name", {"ko": "\0", "en": "Key"}),
        ("name", {"ko": "열쇠"}),
        ("description", {"ko": "가" * 2001, "en": "x"}),
        ("labels", []),
        ("labels", ["tentacle"]),
        ("default_repetitions", 0),
        ("position", 0),
        ("images", [str(uuid4())] * 11),
        ("based_on", -1),
    ],
)
async def test_G01_what_no_motion_can_be_is_refused(
    editor: Staff, field: str, value: object
) -> None:
    answer = await put_motion(editor, "key_turn", {**NEW, field: value})
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["field"].startswith(field)


@pytest.mark.parametrize("motion", ["Key", "k", "1key", "key-turn", "k" * 41, "key%0a"])
async def test_G01_a_motions_id_is_a_plain_word(editor: Staff, motion: str) -> None:
    assert (await put_motion(editor, motion, NEW)).status_code == 400


async def test_G01_a_motion_does_not_change_its_hands(editor: Staff) -> None:
    form = await form_of(editor, "tip_pinch", bimanual=True)
    answer = await put_motion(editor, "tip_pinch", form)
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["field"], error["code"]) == (400, "bimanual", "for_good")


async def test_G01_what_is_done_to_motions_is_in_the_audit_trail(house: House) -> None:
    saved = await save_motion(house.admin, "tip_pinch", default_repetitions=31)
    retired = await house.admin.call("PUT", "/staff/motions/tip_pinch/retirement")
    for version, action in ((saved, "motion.saved"), (retired.json(), "motion.retired")):
        trail = await house.admin.get("/staff/audit", params={"subject_id": version["id"]})
        [entry] = trail["entries"]
        assert entry["action"] == action
        assert entry["details"] == {"motion": "tip_pinch", "version": version["version"]}
