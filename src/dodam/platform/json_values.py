"""JSON that others shape: whether it can be kept, and read again."""

import re

import msgspec

from dodam.platform.errors import FieldError
from dodam.platform.i18n import Text

# msgspec follows about a thousand, less where it is called from deep within.
MOST_LEVELS = 500
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')
# An escaped NUL that is not itself behind an escaped backslash; PostgreSQL cannot store it.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def nested_too_deeply(field: str, most: int = MOST_LEVELS) -> FieldError:
    return FieldError(
        field,
        "too_deep",
        Text(
            en=f"The {field} is nested more than {most} levels deep.",
            ko=f"{field}가 {most}단계보다 깊게 겹쳐 있어요.",
        ),
    )


def json_error(
    value: object, field: str, *, most_bytes: int, most_levels: int = MOST_LEVELS
) -> FieldError | None:
    """Why a value cannot be kept: too large, nested too deeply, or with a NUL character."""
    try:
        encoded = msgspec.json.encode(value)
    except RecursionError:
        return nested_too_deeply(field, most_levels)
    if len(encoded) > most_bytes:
        kib = most_bytes // 1024
        return FieldError(
            field,
            "too_large",
            Text(en=f"The {field} is larger than {kib} KiB.", ko=f"{field}가 {kib}KiB보다 커요."),
        )
    if _levels(encoded, most_levels) > most_levels:
        return nested_too_deeply(field, most_levels)
    if _NUL.search(encoded):
        return FieldError(
            field,
            "wrong_format",
            Text(
                en=f"The {field} holds a NUL character.",
                ko=f"{field}에 NUL 문자가 들어 있어요.",
            ),
        )
    return None


def without_strings(encoded: bytes) -> bytes:
    """What is left of encoded JSON: its structure, numbers, `true`, `false` and `null`."""
    return _STRING.sub(b"", encoded)


def _levels(encoded: bytes, most: int) -> int:
    """How deeply JSON is nested, or no more than `most` if it cannot be deeper."""
    opened = encoded.count(b"{") + encoded.count(b"[")
    if opened <= most:
        return opened
    level = deepest = 0
    for byte in without_strings(encoded):
        level += (byte in b"[{") - (byte in b"]}")
        deepest = max(deepest, level)
    return deepest
