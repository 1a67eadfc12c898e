"""Failures as Google's APIs write them."""

from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    410: "FAILED_PRECONDITION",
}


class GoogleError(HTTPException):
    """`reason` is Google's word for it, such as `purchaseTokenNotFound`."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(status_code=status, detail=message)
        self.reason = reason


def answer_error(_: Request[Any, Any, Any], error: GoogleError) -> Response[Any]:
    told = {
        "code": error.status_code,
        "message": error.detail,
        "errors": [{"message": error.detail, "domain": "androidpublisher", "reason": error.reason}],
        "status": _STATUSES[error.status_code],
    }
    return Response({"error": told}, status_code=error.status_code)
