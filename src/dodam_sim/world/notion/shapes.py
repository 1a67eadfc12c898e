"""The shape of what is sent; lengths are counted as Notion counts them, in UTF-16 units.

https://developers.notion.com/reference/request-limits#size-limits.
"""

import re
from typing import Any
from uuid import UUID

import msgspec

from dodam_sim.world.notion.errors import should_be

Json = dict[str, Any]
MOST_ITEMS = 100
_UUID = re.compile(r"[\da-fA-F]{8}(-?)([\da-fA-F]{4}\1){3}[\da-fA-F]{12}", re.ASCII)


def an_object(value: Any, path: str, keys: set[str] | None = None) -> Json:
    """Of no other `keys`, if they are given."""
    try:
        found = msgspec.convert(value, Json)
    except msgspec.ValidationError:
        raise should_be(path, "an object", value) from None
    for key in found.keys() - (found.keys() if keys is None else keys):
        raise should_be(f"{path}.{key}", "not present", found[key])
    return found


def a_list(value: Any, path: str, most: int = MOST_ITEMS) -> list[Any]:
    try:
        found = msgspec.convert(value, list[Any])
    except msgspec.ValidationError:
        raise should_be(path, "an array", value) from None
    if len(found) > most:
        raise should_be(f"{path}.length", f"≤ `{most}`", len(found))
    return found


def a_text(value: Any, path: str, most: int, *, least: int = 0) -> str:
    if not isinstance(value, str):
        raise should_be(path, "a string", value)
    length = len(value.encode("utf-16-le", "surrogatepass")) // 2
    if length > most:
        raise should_be(f"{path}.length", f"≤ `{most}`", length)
    if length < least:
        raise should_be(path, "populated", value)
    return value


def a_flag(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise should_be(path, "a boolean", value)
    return value


def an_id(value: Any, path: str) -> str:
    """With or without its dashes."""
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise should_be(path, "a valid uuid", value)
    return str(UUID(value))


def required(holder: Json, key: str, path: str) -> Any:
    if key not in holder:
        raise should_be(f"{path}.{key}", "defined")
    return holder[key]
