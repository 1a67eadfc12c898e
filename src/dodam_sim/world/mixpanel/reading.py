"""What a request of Mixpanel's ingestion API carries, however it is packed."""

import zlib
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import HTTPException

MOST_BYTES = 10 << 20
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_RAWS = list[msgspec.Raw]
AnyRequest = Request[Any, Any, Any]


class Refusal(HTTPException):
    """Answered in the shape of the endpoint that was asked."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(status_code=status, detail=error)


def unpacked(request: AnyRequest, body: bytes) -> bytes:
    """At most as much as is allowed, however small it was packed."""
    encoding = request.headers.get("content-encoding", "identity")
    if encoding == "gzip":
        gzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            body = gzip.decompress(body, MOST_BYTES + 1)
        except zlib.error:
            raise Refusal(400, "body is not gzip") from None
        if len(body) <= MOST_BYTES and not gzip.eof:
            raise Refusal(400, "body of gzip ends too early")
    elif encoding != "identity":
        raise Refusal(400, f"content encoding {encoding} is not supported")
    if len(body) > MOST_BYTES:
        raise Refusal(413, too_large())
    return body


def too_large() -> str:
    return f"request exceeds max limit of {MOST_BYTES} bytes"


def records(request: AnyRequest, body: bytes) -> list[bytes | memoryview]:
    """One by one, as text still, so that a broken one spoils no other."""
    match request.content_type[0]:
        case "application/json":
            try:
                return [memoryview(each) for each in msgspec.json.decode(body, type=_RAWS)]
            except UNREADABLE:
                raise Refusal(400, "body is not a JSON array") from None
        case "application/x-ndjson":
            return [line for line in body.split(b"\n") if line.strip()]
        case other:
            raise Refusal(400, f"content type {other} is not supported")
