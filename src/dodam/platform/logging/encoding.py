"""A line as the bytes that are written: JSON, and an end of line, within bounds."""

from typing import Any, cast

import msgspec

from dodam.platform.logging.lines import EventLine, Line

# What is longer tells nobody more, and what was cut says so.
_LONGEST_TEXT = 4 * 1024
_LONGEST_LINE = 32 * 1024
# What is shorter stays of a part that is left out: of an error its type and its fingerprint.
_SHORT = 128
# All else of a line is short, or a text.
_OPEN_ENDED = ("fields", "error")
_ENCODER = msgspec.json.Encoder()


def encoded(line: Line) -> bytes:
    """The line, cut where it is too long; an event that says so in place of what is no JSON."""
    try:
        whole = _ENCODER.encode(line)
        if len(whole) > _LONGEST_TEXT:
            whole = _cut(msgspec.json.decode(whole))
    except Exception as error:  # noqa: BLE001 - whatever is handed in, logging fails nobody
        whole = _ENCODER.encode(_instead_of(line, error))
    return whole + b"\n"


def _cut(line: dict[str, Any]) -> bytes:
    line = {name: _shortened(part) for name, part in line.items()}
    sizes = {name: _size(line[name]) for name in _OPEN_ENDED if name in line}
    for name in sorted(sizes, key=sizes.__getitem__, reverse=True):
        if _size(line) > _LONGEST_LINE:
            short = {key: each for key, each in line[name].items() if _size(each) <= _SHORT}
            line[name] = {**short, "left_out_bytes": sizes[name]}
    return _ENCODER.encode(line)


def _size(value: object) -> int:
    return len(_ENCODER.encode(value))


def _shortened(value: Any) -> Any:
    match value:
        case str() if len(text := value.encode()) > _LONGEST_TEXT:
            cut = text[:_LONGEST_TEXT].decode(errors="ignore")
            return f"{cut}… ({len(text) - _LONGEST_TEXT} bytes more)"
        case dict():
            fields = cast("dict[str, Any]", value)
            return {name: _shortened(each) for name, each in fields.items()}
        case list():
            return [_shortened(each) for each in cast("list[Any]", value)]
        case _:
            return value


def _instead_of(line: Line, error: Exception) -> EventLine:
    return EventLine(
        at=line.at,
        instance=line.instance,
        importance=line.importance,
        request_id=line.request_id,
        account_id=line.account_id,
        child_id=line.child_id,
        level="error",
        logger=__name__,
        event="a line could not be written as JSON",
        fields={"kind": type(line).__name__, "error": type(error).__name__},
    )
