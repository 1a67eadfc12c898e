"""How Notion refuses: https://developers.notion.com/reference/status-codes."""

from typing import Any
from uuid import uuid4

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

AnyRequest = Request[Any, Any, Any]
_MOST_QUOTED = 100


class Refusal(HTTPException):
    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(status_code=status, detail=message, headers=headers)
        self.code = code


def invalid(message: str) -> Refusal:
    return Refusal(400, "validation_error", message)


def should_be(path: str, what: str, *instead: Any) -> Refusal:
    """`path` begins with the part of the request it is in: body, query, path."""
    part = path.partition(".")[0]
    return invalid(
        f"{part} failed validation: {path} should be {what}, instead was {quoted(*instead)}."
    )


def not_found(kind: str, id_: str) -> Refusal:
    shared = "Make sure the relevant pages and databases are shared with your integration."
    return Refusal(404, "object_not_found", f"Could not find {kind} with ID: {id_}. {shared}")


def quoted(*value: Any) -> str:
    """Nothing is `undefined`; a long value ends in dots."""
    text = msgspec.json.encode(value[0]).decode() if value else "undefined"
    return f"`{text if len(text) <= _MOST_QUOTED else text[:_MOST_QUOTED] + '...'}`"


def answer(_: AnyRequest, exception: HTTPException) -> Response[Any]:
    """What Litestar itself refuses is an address that Notion does not have."""
    if not isinstance(exception, Refusal):
        exception = Refusal(400, "invalid_request_url", "Invalid request URL.")
    body = {
        "object": "error",
        "status": exception.status_code,
        "code": exception.code,
        "message": exception.detail,
        "request_id": str(uuid4()),
    }
    return Response(body, status_code=exception.status_code, headers=exception.headers or {})
