"""G01: media are fetched by signed URLs, whole or in part (RFC 9110 sections 13 and 14)."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam
from tests.clock import StoppedClock
from tests.staff import Staff

from .steps import Shelf, mp4, png, upload

_HOUR = timedelta(hours=1)


@pytest.fixture
async def video(editor: Staff) -> dict[str, Any]:
    """A video of 1000 bytes."""
    return await upload(editor, mp4(968))


async def _content(shelf: Shelf, video: dict[str, Any]) -> bytes:
    return (await shelf.fetch(video["url"])).content


async def test_G01_what_was_fetched_once_may_be_kept_for_ever(
    video: dict[str, Any], shelf: Shelf
) -> None:
    headers = (await shelf.fetch(video["url"])).headers
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["etag"] == f'"{video["name"].removesuffix(".mp4")}"'
    assert headers["accept-ranges"] == "bytes"
    assert headers["content-length"] == "1000"
    # Whatever a file holds, a browser takes it for nothing else.
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-disposition"] == "inline"
    # And whatever a browser takes it for, it runs nothing on our address.
    assert headers["content-security-policy"] == "sandbox"


async def test_G01_asking_for_the_headers_only_sends_no_content(
    system: Dodam, video: dict[str, Any], shelf: Shelf
) -> None:
    whole, sent = await shelf.fetch(video["url"]), 0

    async def counting(scope: Any, receive: Any, send: Any) -> None:
        async def count(message: Any) -> None:
            nonlocal sent
            sent += len(message.get("body", b""))
            await send(message)

        await system.app(scope, receive, count)

    transport = httpx.ASGITransport(app=counting)
    async with httpx.AsyncClient(transport=transport, base_url="http://dodam") as client:
        head = await client.head(video["url"])
    for answer in (head, whole):
        del answer.headers["x-request-id"]
    assert (head.status_code, head.headers, sent) == (200, whole.headers, 0)


async def test_G01_asking_for_the_headers_only_is_about_the_whole(
    video: dict[str, Any], shelf: Shelf
) -> None:
    for asked in ("bytes=0-9", "bytes=5000-"):
        head = await shelf.fetch(video["url"], "HEAD", range=asked)
        assert (head.status_code, head.headers["content-length"]) == (200, "1000")


async def test_G01_who_holds_it_is_not_sent_it_again(video: dict[str, Any], shelf: Shelf) -> None:
    etag = (await shelf.fetch(video["url"])).headers["etag"]
    for held in (etag, f"W/{etag}", f'"other", {etag}'):
        again = await shelf.fetch(video["url"], if_none_match=held, range="bytes=0-9")
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert (await shelf.fetch(video["url"], if_none_match='"other"')).status_code == 200


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=100-199", 100, 200),
        ("bytes=900-", 900, 1000),
        ("bytes=999-", 999, 1000),
        ("bytes=990-5000", 990, 1000),
        ("bytes=-1", 999, 1000),
        ("bytes=-100", 900, 1000),
        ("bytes=-5000", 0, 1000),
        ("bytes=0-", 0, 1000),
        ("Bytes= 0-99 ", 0, 100),
    ],
)
async def test_G01_a_part_is_fetched(
    video: dict[str, Any], shelf: Shelf, asked: str, start: int, end: int
) -> None:
    part = await shelf.fetch(video["url"], range=asked)
    assert (part.status_code, part.content) == (206, (await _content(shelf, video))[start:end])
    assert part.headers["content-range"] == f"bytes {start}-{end - 1}/1000"
    assert part.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
async def test_G01_a_part_that_is_not_there_is_refused(
    video: dict[str, Any], shelf: Shelf, asked: str
) -> None:
    answer = await shelf.fetch(video["url"], range=asked)
    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
    assert answer.headers["content-range"] == "bytes */1000"


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-9,20-29",
        "bytes=9-0",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=0x1-5",
        "bytes=\N{ARABIC-INDIC DIGIT ZERO}-",
        f"bytes={'9' * 400}-",
        "items=0-9",
        "0-9",
    ],
)
async def test_G01_several_parts_or_what_is_no_range_are_answered_with_the_whole(
    video: dict[str, Any], shelf: Shelf, asked: str
) -> None:
    answer = await shelf.http.get(video["url"], headers=[(b"range", asked.encode())])
    assert (answer.status_code, len(answer.content)) == (200, 1000)


async def test_G01_a_part_of_another_state_is_answered_with_the_whole(
    video: dict[str, Any], shelf: Shelf
) -> None:
    etag = (await shelf.fetch(video["url"])).headers["etag"]
    same = await shelf.fetch(video["url"], range="bytes=0-9", if_range=etag)
    assert same.status_code == 206
    for other in ('"other"', f"W/{etag}", "Wed, 18 Mar 2026 12:00:00 GMT"):
        answer = await shelf.fetch(video["url"], range="bytes=0-9", if_range=other)
        assert (answer.status_code, len(answer.content)) == (200, 1000)


async def test_G01_a_url_stays_the_same_for_hours_and_works_for_12_at_least(
    editor: Staff, shelf: Shelf, clock: StoppedClock
) -> None:
    medium = await upload(editor, png())
    clock.advance(11 * _HOUR)
    [listed] = (await editor.get("/staff/media", params={"limit": "1"}))["media"]
    assert listed["url"] == medium["url"]
    clock.advance(_HOUR)
    [listed] = (await editor.get("/staff/media", params={"limit": "1"}))["media"]
    assert listed["url"] != medium["url"]
    for _ in range(12):
        assert (await shelf.fetch(medium["url"])).status_code == 200
        clock.advance(_HOUR)
    expired = await shelf.fetch(medium["url"])
    assert (expired.status_code, expired.json()["code"]) == (403, "expired_url")
    assert (await shelf.fetch(listed["url"])).status_code == 200


async def test_G01_a_url_opens_nothing_but_what_it_was_made_for(
    editor: Staff, video: dict[str, Any], shelf: Shelf
) -> None:
    other = await upload(editor, mp4())
    url = httpx.URL(video["url"])
    path, until, signature = url.path, url.params["until"], url.params["signature"]
    other_path = httpx.URL(other["url"]).path
    for forged in (
        f"{other_path}?until={until}&signature={signature}",
        f"{path}?until={int(until) + 43_200}&signature={signature}",
        f"{path}?until={until}&signature={'A' * 43}",
        f"{path}?until={until}&signature={signature[:-1]}{'A' if signature[-1] != 'A' else 'B'}",
    ):
        answer = await shelf.fetch(forged)
        assert (answer.status_code, answer.json()["code"]) == (403, "forged_url"), forged


@pytest.mark.parametrize(
    "hostile",
    [
        "/v1/media/..%2f..%2fkeys%2f0001.pem?until={until}&signature={signature}",
        "/v1/media/incoming%2fx?until={until}&signature={signature}",
        "/v1/media/{name}%00?until={until}&signature={signature}",
        "/v1/media/{name}%0a?until={until}&signature={signature}",
        "/v1/media/{name}?until=-1&signature={signature}",
        "/v1/media/{name}?until=soon&signature={signature}",
        "/v1/media/{name}?until={until}&signature=%ED%95%9C",
        "/v1/media/{name}?until={until}",
        "/v1/media/{name}",
    ],
)
async def test_G01_what_was_never_a_url_of_ours_is_refused(
    video: dict[str, Any], shelf: Shelf, hostile: str
) -> None:
    params = httpx.URL(video["url"]).params
    answer = await shelf.fetch(hostile.format(name=video["name"], **params))
    assert answer.status_code in {400, 404}
    assert answer.json()["code"] in {"invalid_input", "not_found"}
