"""A schema that was found harmless, and holding values to it at a bounded cost."""

from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import msgspec

from dodam.platform.errors import FieldError, InvalidInput
from dodam.platform.i18n import Text
from dodam.platform.json_schema.documents import measured
from dodam.platform.json_schema.failures import NOT_EXPLAINED, explained
from dodam.platform.json_values import without_strings

# Parts of a value times the subschemas each may meet.
_MOST_VISITS = 50_000
# The validator makes all errors at once, in up to 10 µs and 1.5 KB each: of more only the first is
# asked for, at which it stops.
_MOST_EXPLAINED = 300
# Bytes of a compiled pattern, and of what is remembered while it is matched: one that needs more is
# walked state by state, in up to 30 ms for 16 KiB (`python -m bench.json_schema`).
_PATTERNS = jsonschema_rs.RegexOptions(size_limit=8_192, dfa_size_limit=1_048_576)


class JsonSchema:
    """A schema that was found harmless, ready to validate.

    Raises InvalidInput, whose fields name what is wrong with the document, below `at`.
    """

    def __init__(self, document: Mapping[str, Any], at: str = "schema") -> None:
        copy, self._size = measured(document, at)
        try:
            self._validator = jsonschema_rs.Draft202012Validator(
                copy,
                pattern_options=_PATTERNS,
                validate_formats=True,
                offline=True,
            )
        except jsonschema_rs.ValidationError as error:
            raise InvalidInput(fields=explained([error], at)) from None

    def errors(self, value: object, at: str) -> list[FieldError]:
        """What is wrong with a value, none if it keeps to the schema; fields are below `at`.

        At most 20 are told, of a large value one, and never what the value holds. The value is JSON
        of bounded size (`json_values.json_error`).
        """
        encoded = msgspec.json.encode(value)
        met = 1 + self._size.branches
        # Strings may hold commas: they are left out once they seem to be what makes it large.
        if (
            _parts(encoded) * met > _MOST_VISITS
            and _parts(without_strings(encoded)) * met > _MOST_VISITS
        ):
            return [FieldError(at, "too_large", _TOO_MANY_PARTS)]
        if self._validator.is_valid(value):
            return []
        bare = without_strings(encoded)
        parts, objects = _parts(bare), bare.count(b"{")
        if (parts + objects * self._size.most_required) * met <= _MOST_EXPLAINED:
            return explained(self._validator.iter_errors(value), at)
        if self._size.alternatives:
            return [FieldError(at, "not_valid", NOT_EXPLAINED)]
        try:
            self._validator.validate(value)
        except jsonschema_rs.ValidationError as first:
            return explained([first], at)
        return []


def _parts(encoded: bytes) -> int:
    """How many values JSON holds at most, itself among them; commas in strings count too."""
    return 1 + encoded.count(b"{") + encoded.count(b"[") + encoded.count(b",")


_TOO_MANY_PARTS = Text(
    en="This holds more than can be checked against its schema.",
    ko="스키마에 맞는지 확인하기에는 내용이 너무 많아요.",
)
