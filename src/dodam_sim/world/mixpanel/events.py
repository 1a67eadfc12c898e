"""What an event may hold, and what Mixpanel makes of it.

https://docs.mixpanel.com/reference/import-events, and for doubles
https://docs.mixpanel.com/reference/event-deduplication.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
from msgspec import Struct

_MOST_BYTES = 1 << 20
_MOST_KEYS = 254
_MOST_TEXT = 255
_MOST_DEPTH = 3
_FIRST_SECOND = 365 * 86_400  # 1971-01-01
_FIRST_MILLISECONDS = 10**11  # as seconds this would be the year 5138
_AHEAD = timedelta(hours=1)
_INSERT_ID = re.compile(r"[A-Za-z0-9-]{1,36}")
_NOBODY = frozenset(
    [
        *("00000000-0000-0000-0000-000000000000", "anon", "anonymous", "nil", "none", "null"),
        *("n/a", "na", "undefined", "unknown", "<nil>", "0", "-1", "true", "false", "[]", "{}"),
    ]
)
Key = tuple[str, datetime, str, str]


class Event(Struct, frozen=True, kw_only=True):
    """An event as reports see it; `located` if a place was made out from an address."""

    name: str
    at: datetime
    distinct_id: str
    insert_id: str
    properties: dict[str, Any]
    located: bool

    @property
    def key(self) -> Key:
        """Two events that share it are one."""
        return (self.name, self.at, self.distinct_id, self.insert_id)


class Failure(Struct, frozen=True):
    field: str
    message: str
    insert_id: str = ""


def read(raw: bytes | memoryview, now: datetime) -> Event | Failure:
    if len(raw) > _MOST_BYTES:
        return Failure("event", "event exceeds max size of 1MB")
    try:
        record = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Failure("event", "event is invalid: must be valid JSON in utf8")
    if not isinstance(record, dict):
        return Failure("event", "event is invalid: must be an object")
    return _of_record(cast("dict[str, Any]", record), now)


def _of_record(record: dict[str, Any], now: datetime) -> Event | Failure:
    properties = record.get("properties")
    if not isinstance(properties, dict):
        return Failure("properties", "'properties' is invalid: must be an object")
    properties = cast("dict[str, Any]", properties)
    insert_id = properties.get("$insert_id")
    try:
        return Event(
            name=_name(record),
            at=_time(properties.get("time"), now),
            distinct_id=_distinct_id(properties.get("distinct_id")),
            insert_id=_insert_id(insert_id),
            properties=_kept(properties),
            located=str(properties.get("ip")) != "0",
        )
    except _Wrong as wrong:
        return Failure(wrong.field, wrong.message, str(insert_id or ""))


class _Wrong(Exception):
    def __init__(self, field: str, why: str) -> None:
        super().__init__(field)
        self.field = field
        self.message = f"'{field}' is invalid: {why}"


def _name(record: dict[str, Any]) -> str:
    for key in record.keys() - {"event", "properties"}:
        raise _Wrong(key, "unknown field")
    name = record.get("event")
    if not isinstance(name, str) or not name:
        raise _Wrong("event", "must not be missing or blank")
    return name


def _time(value: Any, now: datetime) -> datetime:
    field = "properties.time"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Wrong(field, "must be specified as seconds since epoch")
    seconds = value / 1000 if value >= _FIRST_MILLISECONDS else value
    if seconds < _FIRST_SECOND:
        raise _Wrong(field, "must not be before 1971-01-01")
    if seconds > (now + _AHEAD).timestamp():
        raise _Wrong(field, "must not be more than 1 hour in the future")
    return min(datetime.fromtimestamp(seconds, UTC), now)


def _distinct_id(value: Any) -> str:
    """An empty one belongs to nobody, and is allowed."""
    field = "properties.distinct_id"
    if not isinstance(value, str):
        raise _Wrong(field, "must be a string")
    if value in _NOBODY:
        raise _Wrong(field, f"'{value}' is not allowed")
    return value


def _insert_id(value: Any) -> str:
    field = "properties.$insert_id"
    if not isinstance(value, str) or not _INSERT_ID.fullmatch(value) or value in _NOBODY:
        raise _Wrong(field, "must be 1 to 36 alphanumeric characters or '-'")
    return value


def _kept(properties: dict[str, Any]) -> dict[str, Any]:
    """Texts cut to 255 characters, and the address replaced by a place."""
    for path, value, depth in _walk(properties, "properties", 0):
        if depth > _MOST_DEPTH:
            raise _Wrong(path, f"must not nest deeper than {_MOST_DEPTH}")
        if isinstance(value, dict | list) and len(cast("list[Any]", value)) > _MOST_KEYS:
            raise _Wrong(path, f"must have fewer than {_MOST_KEYS + 1} of them")
    own = {"time", "distinct_id", "$insert_id", "ip", "token"}
    return {name: _cut(value) for name, value in properties.items() if name not in own}


def _walk(value: Any, path: str, depth: int) -> Iterator[tuple[str, Any, int]]:
    yield path, value, depth
    if isinstance(value, dict):
        for name, inner in cast("dict[str, Any]", value).items():
            yield from _walk(inner, f"{path}.{name}", depth + isinstance(inner, dict | list))
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            yield from _walk(inner, path, depth + isinstance(inner, dict | list))


def _cut(value: Any) -> Any:
    if isinstance(value, str):
        return value[:_MOST_TEXT]
    if isinstance(value, dict):
        return {name: _cut(inner) for name, inner in cast("dict[str, Any]", value).items()}
    return [_cut(each) for each in cast("list[Any]", value)] if isinstance(value, list) else value
