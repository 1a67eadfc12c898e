"""What msgspec says of wrong input, as field errors with stable codes in the caller's language."""

import re
from collections.abc import Sequence
from typing import Any, TypeAlias

from litestar import Request
from litestar.exceptions import ValidationException
from litestar.params import ParameterKwarg

from dodam.platform.errors import FieldError
from dodam.platform.i18n import Text

AnyRequest: TypeAlias = Request[Any, Any, Any]

_RULES: Sequence[tuple[re.Pattern[str], str, Text]] = [
    (re.compile(pattern), code, Text(ko=korean, en=english))
    for pattern, code, english, korean in (
        (r"missing required field", "required", "This field is required.", "필수 항목입니다."),
        (r"unknown field", "unknown_field", "There is no such field.", "알 수 없는 항목입니다."),
        (
            r"Invalid enum value",
            "not_a_choice",
            "This is not one of the choices.",
            "고를 수 있는 값이 아닙니다.",
        ),
        (
            r"of length",
            "wrong_length",
            "The length is not allowed.",
            "길이가 허용 범위를 벗어났습니다.",
        ),
        (
            r"(<=|>=|<|>|multiple)|out of range",
            "out_of_range",
            "The value is out of range.",
            "값이 허용 범위를 벗어났습니다.",
        ),
        (
            r"matching regex|Invalid|timezone",
            "wrong_format",
            "The format is not right.",
            "형식이 올바르지 않습니다.",
        ),
        (r"^'|^Expected", "wrong_type", "The type is not right.", "값의 종류가 올바르지 않습니다."),
    )
]
_OTHER = ("not_valid", Text(en="The value is not valid.", ko="올바른 값이 아닙니다."))
_NAMED = re.compile(r"(?:missing required|unknown) field `([^`]+)`")
_PATH = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`$")


def field_error(message: str, path: str = "") -> FieldError:
    """One msgspec message, such as ``Expected `int` >= 0 - at `$.grade` ``, as a field error."""
    if found := _PATH.search(message):
        path = found[1]
    if named := _NAMED.search(message):
        path = f"{path}.{named[1]}" if path else named[1]
    for pattern, code, text in _RULES:
        if pattern.search(message):
            return FieldError(path or "body", code, text)
    return FieldError(path or "body", *_OTHER)


def field_errors(request: AnyRequest, error: ValidationException) -> list[FieldError]:
    """The fields a request got wrong, named as the client names them."""
    found = error.extra if isinstance(error.extra, list) else []
    return [
        field_error(entry["message"], _client_name(request, entry.get("key", ""), entry["message"]))
        for entry in found
    ]


def _client_name(request: AnyRequest, key: str, message: str) -> str:
    # The whole body, or its member of this name, which is a text wherever there is one.
    if key == "data":
        return key if message.startswith("Expected `str`") else ""
    parameter = request.route_handler.parsed_fn_signature.parameters.get(key)
    definition = parameter.kwarg_definition if parameter else None
    if isinstance(definition, ParameterKwarg):
        return definition.name or key
    return key
