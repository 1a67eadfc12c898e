"""The log on a console: lines as JSON for programs, or as text for people."""

import sys
from collections.abc import Mapping
from typing import Any

import msgspec

from dodam.platform.logging.capture import capture
from dodam.platform.logging.lines import EventLine, Importance, Line, RequestLine
from dodam.platform.logging.log import Log

_ENCODER = msgspec.json.Encoder()
_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"
_COLOURS = {
    Importance.DEBUG: _DIM,
    Importance.INFO: "\x1b[32m",
    Importance.WARNING: "\x1b[33m",
    Importance.ERROR: "\x1b[31m",
    Importance.KEPT: "\x1b[36m",
}
_INDENT = "    "


def configure_logging(level: str, *, as_json: bool) -> None:
    """Log to standard error: what a command does that has no log of its own."""
    capture(_StandardError(as_json=as_json), level)


class _StandardError(Log):
    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json

    def write(self, line: Line) -> None:
        if self._as_json:
            text = _ENCODER.encode(line).decode()
        else:
            text = pretty(line, colour=sys.stderr.isatty())
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def pretty(line: Line, *, colour: bool) -> str:
    """A line as people read it; an error's frames on lines of their own."""
    tint, dim, plain = (_COLOURS[line.importance], _DIM, _PLAIN) if colour else ("", "", "")
    time = f"{dim}{line.at:%H:%M:%S}.{line.at.microsecond // 1000:03}{plain}"
    ids = {
        "request": str(line.request_id)[-8:] if line.request_id else None,
        "child": line.child_id,
        "account": line.account_id,
    }
    match line:
        case RequestLine():
            said = f"{line.method:6} {line.status} {line.route} {line.duration_us / 1000:.1f} ms"
            named = {"error": line.error_code, **line.fields, **ids}
        case EventLine():
            said = f"{line.event}"
            named = {"job": line.job, "task": line.task, **line.fields, **ids}
        case _:
            said, named = type(line).__name__, ids
    level = line.level if isinstance(line, EventLine) else line.importance.name.lower()
    text = f"{time} {tint}{level:8}{plain} {_visible(said)}{_named(named, dim, plain)}"
    if isinstance(line, EventLine) and line.error is not None:
        text += f"\n{_error(line.error, _INDENT)}"
    return text


def _named(values: Mapping[str, Any], dim: str, plain: str) -> str:
    said = "".join(
        f" {name}={value}" for name, value in values.items() if value not in (None, {}, [])
    )
    return f"{dim}{_visible(said)}{plain}" if said else ""


def _error(error: Mapping[str, Any], indent: str) -> str:
    """The innermost frame last, as in Python's own tracebacks, then what happened there."""
    lines = [f"{indent}{frame}" for frame in error.get("frames", ())]
    for place, variables in error.get("variables", {}).items():
        lines.append(f"{indent}in {place}:{_named(variables, '', '')}")
    known = ("type", "frames", "variables", "group", "cause", "context")
    about = " ".join(str(value) for name, value in error.items() if name not in known)
    lines.append(f"{indent}{error.get('type', 'an error')}: {about}")
    lines += [_error(each, indent + _INDENT) for each in error.get("group", ())]
    for relation in ("cause", "context"):
        if relation in error:
            lines += [f"{indent}{relation}:", _error(error[relation], indent + _INDENT)]
    return "\n".join(_visible(each) if "\n" not in each else each for each in lines)


def _visible(text: str) -> str:
    """Without what moves a terminal's cursor, or begins a line that nobody wrote."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
