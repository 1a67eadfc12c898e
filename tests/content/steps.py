"""Files to upload, and steps that tests of content take."""

import struct
import zlib
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.staff import Staff

_NUMBERS = count(1)
DESCRIBED = {"title": "Tip pinch", "alt_ko": "구슬을 집는 손", "alt_en": "A hand picks up a bead"}


def png() -> bytes:
    """An image of one pixel that no other test has."""
    comment = b"tEXt" + b"Comment\0" + str(next(_NUMBERS)).encode()
    header = struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0)
    chunks = [b"IHDR" + header, comment, b"IDAT" + zlib.compress(b"\0\xff"), b"IEND"]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in chunks
    )


def mp4(size: int = 100_000) -> bytes:
    """What begins as a video, and differs from that of every other test."""
    begin = b"\0\0\0\x18ftypisom\0\0\2\0isommp42" + next(_NUMBERS).to_bytes(8)
    return begin + bytes(range(256)) * (size // 256) + bytes(size % 256)


async def send(
    who: Staff, content: bytes, content_type: str | None = None, **params: str
) -> httpx.Response:
    headers = {} if content_type is None else {"content-type": content_type}
    return await who.call(
        "POST", "/staff/media", content=content, params={**DESCRIBED, **params}, headers=headers
    )


async def upload(who: Staff, content: bytes, **params: str) -> dict[str, Any]:
    answer = await send(who, content, **params)
    assert answer.status_code == 201, answer.text
    return answer.json()


@dataclass
class Shelf:
    """Where media are fetched, by nobody in particular."""

    http: httpx.AsyncClient

    async def fetch(self, url: str, method: str = "GET", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.request(method, url, headers=named)


def name_in(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2]
