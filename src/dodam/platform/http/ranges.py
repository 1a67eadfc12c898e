"""Parts of what is served (RFC 9110 section 14)."""

import re

from litestar.exceptions import HTTPException
from msgspec import Struct

# One range: of several (section 14.2 lets a server choose) the whole is sent.
_ONE_RANGE = re.compile(
    r"bytes=[ \t]*(?:([0-9]{1,18})-([0-9]{1,18})?|-([0-9]{1,18}))[ \t]*", re.IGNORECASE
)


class RangeNotSatisfiable(HTTPException):
    """Nothing of what was asked for is there."""

    status_code = 416

    def __init__(self, size: int) -> None:
        super().__init__(headers={"content-range": f"bytes */{size}"})


class Part(Struct, frozen=True):
    """Bytes from `start` up to `end`, which is not included, of `size`."""

    start: int
    end: int
    size: int

    @property
    def content_range(self) -> str:
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


def part_of(size: int, asked: str | None, if_range: str | None, etag: str) -> Part | None:
    """What a `Range` header asks for of something with `size` bytes; None for all of it.

    A header that is not well formed is as good as none, and so is one that asks for a part of
    another state (`If-Range`). Raises RangeNotSatisfiable.
    """
    if asked is None or (if_range is not None and if_range.strip() != etag):
        return None
    found = _ONE_RANGE.fullmatch(asked.strip())
    if found is None:
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        start, end = max(size - int(suffix), 0), size
    else:
        start, end = int(first), size if last is None else min(int(last) + 1, size)
        if last is not None and int(last) < start:
            return None
    if start >= end:
        raise RangeNotSatisfiable(size)
    return Part(start, end, size)
