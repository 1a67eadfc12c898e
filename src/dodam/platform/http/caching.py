"""Answers a client may keep, and ask about later (RFC 9110 section 13.1.2)."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
from litestar import MediaType, Response
from litestar.datastructures import ResponseHeader
from litestar.openapi.datastructures import ResponseSpec

ETAG_HEADER = ResponseHeader(name="ETag", documentation_only=True)
UNCHANGED = {304: ResponseSpec(None, description="Unchanged since `If-None-Match`")}


def answer_unless_unchanged(
    content: object, if_none_match: str | None, headers: Mapping[str, str]
) -> Response[Any]:
    """The content with its `ETag`, or 304 for a client that holds it already."""
    body = msgspec.json.encode(content)
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"etag": etag, **headers}
    if if_none_match is not None and is_held(etag, if_none_match):
        return Response(None, status_code=304, headers=headers)
    return Response(body, media_type=MediaType.JSON, headers=headers)


def is_held(etag: str, if_none_match: str) -> bool:
    """Whether a client holds what has this tag; tags are compared weakly."""
    return etag in {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
