"""G01: images, videos and sounds are taken for what their content is."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.staff import Staff

from .steps import Shelf, mp4, name_in, png, send, upload

_MEGABYTE = 1_000_000


def _stored(settings: Settings) -> Iterator[Path]:
    return (path for path in (settings.data_dir / "media").rglob("*") if path.is_file())


async def test_G01_what_is_uploaded_is_fetched_as_it_was(editor: Staff, shelf: Shelf) -> None:
    content = mp4(3 * _MEGABYTE)
    medium = await upload(editor, content)
    assert medium["name"] == f"{sha256(content).hexdigest()}.mp4"
    assert (medium["content_type"], medium["size"]) == ("video/mp4", len(content))
    assert medium["alt"] == {"ko": "구슬을 집는 손", "en": "A hand picks up a bead"}
    answer = await shelf.fetch(medium["url"])
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-type"] == "video/mp4"


async def test_G01_the_same_content_is_kept_once(editor: Staff, settings: Settings) -> None:
    content = png()
    first = await upload(editor, content)
    again = await send(editor, content, title="Another title")
    assert again.status_code == 200
    assert again.json() == first
    assert [path.name for path in _stored(settings) if first["name"] in path.name] == [
        first["name"]
    ]


async def test_G01_the_same_content_sent_at_once_is_kept_once(
    editor: Staff, settings: Settings
) -> None:
    content = mp4()
    answers = await asyncio.gather(*(send(editor, content) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert not [path for path in _stored(settings) if path.parent.name == "incoming"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unknown_format", id="SVG"),
        pytest.param(b"<!doctype html><script>alert(1)</script>", "unknown_format", id="HTML"),
        pytest.param(b"%PDF-1.7\n", "unknown_format", id="PDF"),
        pytest.param(b"\x89", "unknown_format", id="one byte of an image"),
        pytest.param(b"\x7fELF" + bytes(100), "unknown_format", id="program"),
        pytest.param(b"PK\3\4" + bytes(100), "unknown_format", id="archive"),
    ],
)
async def test_G01_what_is_no_image_video_or_sound_is_refused(
    editor: Staff, settings: Settings, content: bytes, code: str
) -> None:
    before = set(_stored(settings))
    answer = await send(editor, content)
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("body", code)
    assert set(_stored(settings)) == before


async def test_G01_what_is_said_to_be_of_another_type_is_refused(editor: Staff) -> None:
    content = png()
    for said in ("image/jpeg", "video/mp4", "text/html", "application/json"):
        answer = await send(editor, content, said)
        [error] = answer.json()["errors"]
        assert (answer.status_code, error["field"]) == (400, "Content-Type")
        assert error["code"] == "other_type"
    for said in ("image/png", "IMAGE/PNG; charset=binary", "application/octet-stream"):
        assert (await send(editor, content, said)).status_code in {200, 201}


@pytest.mark.parametrize("tells_length", [True, False])
async def test_G01_an_image_over_10_MB_is_refused_whether_its_length_is_told_or_not(
    editor: Staff, settings: Settings, *, tells_length: bool
) -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        yield png()
        for _ in range(11):
            sent += 1
            yield bytes(_MEGABYTE)

    headers = {"content-length": str(11 * _MEGABYTE + len(png()))} if tells_length else {}
    before = set(_stored(settings))
    answer = await editor.call(
        "POST",
        "/staff/media",
        content=chunks(),
        params={"title": "Large", "alt_ko": "큰 그림", "alt_en": "A large picture"},
        headers=headers,
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "medium_too_large")
    assert answer.json()["details"] == {"most_bytes": 10 * _MEGABYTE}
    assert set(_stored(settings)) == before
    # Of what announces itself as too large no more is read than tells its format.
    assert sent <= 1 if tells_length else sent >= 10


async def test_G01_an_upload_that_breaks_off_is_nobodys_fault_and_leaves_nothing(
    system: Dodam, editor: Staff, settings: Settings
) -> None:
    async def cut_off(scope: Any, receive: Any, send: Any) -> None:
        pieces = iter([{**await receive(), "more_body": True}, {"type": "http.disconnect"}])

        async def half() -> Any:
            return next(pieces)

        await system.app(scope, half, send)

    before = set(_stored(settings))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=cut_off), base_url="http://dodam"
    ) as client:
        answer = await send(replace(editor, http=client), mp4())
    assert answer.status_code == 499
    assert set(_stored(settings)) == before


async def test_G01_media_need_a_title_and_words_for_those_who_do_not_see_them(
    editor: Staff,
) -> None:
    for missing in ("title", "alt_ko", "alt_en"):
        answer = await send(editor, png(), **{missing: " "})
        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == [missing]


async def test_G01_uploading_again_mends_an_object_that_was_lost(
    editor: Staff, settings: Settings, shelf: Shelf
) -> None:
    content = png()
    medium = await upload(editor, content)
    (settings.data_dir / "media" / medium["name"]).unlink()
    lost = await shelf.fetch(medium["url"])
    assert (lost.status_code, lost.json()["code"]) == (404, "medium_not_found")
    assert (await send(editor, content)).status_code == 200
    assert (await shelf.fetch(medium["url"])).content == content
    assert name_in(medium["url"]) == medium["name"]
