"""Every failure leaves as problem details (RFC 9457), in the caller's language."""

from http import HTTPStatus
from typing import Any

import structlog
from litestar import Response
from litestar.exceptions import ClientException, HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Struct

from dodam.platform.context import CONTEXT
from dodam.platform.errors import DodamError, InvalidInput, Kind, Unexpected
from dodam.platform.http.validation import AnyRequest, field_errors
from dodam.platform.i18n import Language, Text, negotiate

PROBLEM_JSON = "application/problem+json"
# As nginx has it: the client went away before it was answered.
CLIENT_GONE = 499
CLIENT_GONE_CODE = "client_gone"
_LOG = structlog.get_logger(__name__)

_STATUS = {
    Kind.INVALID: HTTPStatus.BAD_REQUEST,
    Kind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Kind.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}

# Failures of the protocol itself, which no feature raises.
_PROTOCOL = {
    400: (
        "malformed_request",
        Text(en="The request is not well formed.", ko="요청의 형식이 올바르지 않습니다."),
    ),
    404: (
        "not_found",
        Text(en="There is nothing at this address.", ko="이 주소에는 아무것도 없습니다."),
    ),
    405: (
        "method_not_allowed",
        Text(
            en="This address does not take this method.",
            ko="이 주소에서는 이 메서드를 쓸 수 없습니다.",
        ),
    ),
    413: (
        "body_too_large",
        Text(en="The request body is too large.", ko="요청 본문이 너무 큽니다."),
    ),
    415: (
        "unsupported_media_type",
        Text(en="The body must be application/json.", ko="본문은 application/json이어야 합니다."),
    ),
    416: (
        "range_not_satisfiable",
        Text(en="There are no such bytes in it.", ko="요청한 범위에 내용이 없습니다."),
    ),
}
_INTERNAL = (
    "internal_error",
    Text(
        en="Something went wrong on our side; nothing of this request was stored.",
        ko="서버에 문제가 생겼어요. 이 요청의 내용은 저장되지 않았습니다.",
    ),
)


class FieldProblem(Struct, frozen=True):
    """What is wrong with one field of the input; `field` is its path, such as `days[0].hand`."""

    field: str
    code: str
    message: str


class Problem(Struct, frozen=True, omit_defaults=True):
    """Problem details (RFC 9457). `code` is stable; `title` and `detail` are for people.

    `details` holds facts for programs, such as which sign-in methods an address has. `instance`
    (section 3.1.5) names the request, as `X-Request-ID` does: whoever asks for help tells it.
    `type` is `about:blank`, so `title` is the status's own phrase (section 4.2.1).
    """

    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem] = []
    details: dict[str, Any] = {}
    instance: str = ""
    type: str = "about:blank"


class ClientGone(Exception):
    """The client went away while it was still sending."""


def problem_responses(*statuses: int) -> dict[int, ResponseSpec]:
    """The documented failures of an operation."""
    return {
        status: ResponseSpec(
            Problem,
            media_type=PROBLEM_JSON,  # pyright: ignore[reportArgumentType]
            description=HTTPStatus(status).phrase,
            generate_examples=False,
        )
        for status in statuses
    }


def caller_language(connection: AnyRequest) -> Language:
    return negotiate(connection.headers.get("accept-language", ""))


def place_of(scope: Any) -> str:
    """The method and the route's template: not the path, which may name a person's things."""
    return f"{scope['method']} {scope.get('path_template', '?')}"


def answer_typed_failure(request: AnyRequest, error: DodamError) -> Response[Problem]:
    language = caller_language(request)
    headers = {"www-authenticate": "Bearer"} if error.kind is Kind.UNAUTHENTICATED else {}
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    return _answer(
        _STATUS[error.kind],
        error.code,
        error.message(language),
        language,
        headers=headers,
        errors=[
            FieldProblem(each.field, each.code, each.text.read(language)) for each in error.fields
        ],
        details=error.details,
    )


def answer_invalid(request: AnyRequest, error: ValidationException) -> Response[Problem]:
    return answer_typed_failure(request, InvalidInput(fields=field_errors(request, error)))


def answer_protocol_failure(request: AnyRequest, error: HTTPException) -> Response[Problem]:
    language = caller_language(request)
    code, text = _PROTOCOL[error.status_code]
    return _answer(
        HTTPStatus(error.status_code),
        code,
        text.read(language),
        language,
        headers=dict(error.headers or {}),
    )


def answer_nested_too_deeply(request: AnyRequest, _: RecursionError) -> Response[Problem]:
    """A body nested deeper than the decoder follows is the sender's fault."""
    return answer_protocol_failure(request, ClientException())


def answer_unexpected(request: AnyRequest) -> Response[Problem]:
    language = caller_language(request)
    code, text = _INTERNAL
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, code, text.read(language), language)


def answer_nobody(_: AnyRequest, __: ClientGone) -> Response[None]:
    return Response(None, status_code=CLIENT_GONE)


def _answer(
    status: HTTPStatus,
    code: str,
    detail: str,
    language: Language,
    *,
    headers: dict[str, str] | None = None,
    errors: list[FieldProblem] | None = None,
    details: dict[str, Any] | None = None,
) -> Response[Problem]:
    instance = ""
    if (context := CONTEXT.get()) is not None:
        context.error_code = code
        instance = context.request_id.urn
    return Response(
        Problem(status.phrase, status, code, detail, errors or [], details or {}, instance),
        status_code=status,
        media_type=PROBLEM_JSON,
        headers={"content-language": language, "vary": "Accept-Language", **(headers or {})},
    )


def exception_handlers(unexpected: Unexpected) -> dict[int | type[Exception], Any]:
    """Who answers which failure. `unexpected` is told of what is a fault of ours."""

    def tell(request: AnyRequest, error: Exception) -> Response[Problem]:
        place = place_of(request.scope)
        _LOG.error("a request failed", place=place, exc_info=error)
        unexpected(place, error)
        return answer_unexpected(request)

    def answer_protocol(request: AnyRequest, error: HTTPException) -> Response[Problem]:
        known = error.status_code in _PROTOCOL
        return answer_protocol_failure(request, error) if known else tell(request, error)

    return {
        DodamError: answer_typed_failure,
        ValidationException: answer_invalid,
        HTTPException: answer_protocol,
        RecursionError: answer_nested_too_deeply,
        ClientGone: answer_nobody,
        Exception: tell,
    }
