"""JSON Pointers (RFC 6901) to numbers in results."""

import re
from typing import Any, cast

# Beyond, a double no longer tells one integer from the next.
LARGEST = 10**15
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def parts(pointer: str) -> list[str]:
    """The member names and indices a pointer goes along, from the outside in."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def number_at(value: object, pointer: str) -> int | float | None:
    """The number a pointer leads to, if there is one, between -10¹⁵ and 10¹⁵."""
    for part in parts(pointer):
        value = _inside(value, part)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > LARGEST:
        return None
    return value


def _inside(value: object, part: str) -> object:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).get(part)
    if isinstance(value, list) and _INDEX.fullmatch(part):
        items = cast("list[Any]", value)
        return items[int(part)] if int(part) < len(items) else None
    return None
