"""What a message may hold, and how Discord says what is wrong with one.

Parameters: https://discord.com/developers/docs/resources/webhook#execute-webhook; limits of embeds:
https://discord.com/developers/docs/resources/message#embed-object-embed-limits; the shape of an
error: https://discord.com/developers/docs/reference#error-messages.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

Form = dict[str, Any]
Path = tuple[str, ...]
_MOST_EMBEDS = 10
_MOST_FIELDS = 25
_MOST_IN_EMBEDS = 6_000
_MOST_COLOR = 0xFFFFFF
_MENTIONS = ("roles", "users", "everyone")


class Faults:
    """What is wrong, by the path to it."""

    def __init__(self) -> None:
        self._found: dict[Path, dict[str, str]] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, path: Path, code: str, message: str) -> None:
        self._found[path] = {"code": code, "message": message}

    def nested(self) -> Form:
        """As versions of the API from 8 on tell it."""
        tree: Form = {}
        for path, fault in self._found.items():
            node = tree
            for step in path:
                node = node.setdefault(step, {})
            node["_errors"] = [fault]
        return {"code": 50035, "errors": tree, "message": "Invalid Form Body"}

    def flat(self) -> Form:
        """As versions 6 and 7 tell it: the field, and a message or which of its items is wrong."""
        told: dict[str, list[str]] = {}
        for (field, *deeper), fault in self._found.items():
            message = deeper[0] if deeper else fault["message"]
            if message not in told.setdefault(field, []):
                told[field].append(message)
        return dict(told)


def faults_of(form: Form) -> Faults:
    faults = Faults()
    _text(faults, form, ("content",), 2000)
    if form.get("username") is not None:
        _named(faults, form["username"])
    parse = _object(form.get("allowed_mentions")).get("parse", [])
    for at, kind in enumerate(_list(parse) or ()):
        if kind not in _MENTIONS:
            path = ("allowed_mentions", "parse", str(at))
            faults.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {_MENTIONS}.")
    embeds = form.get("embeds")
    if embeds is not None:
        _embeds(faults, _list(embeds))
    return faults


def pings_everyone(form: Form) -> bool:
    """Unless `allowed_mentions` says otherwise, every mention in the content is heeded.

    https://discord.com/developers/docs/resources/message#allowed-mentions-object
    """
    content = str(form.get("content") or "")
    allowed = form.get("allowed_mentions")
    heeded = _MENTIONS if allowed is None else _object(allowed).get("parse", ())
    return "everyone" in heeded and ("@everyone" in content or "@here" in content)


def _embeds(faults: Faults, embeds: list[Any] | None) -> None:
    if embeds is None:
        faults.add(("embeds",), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return
    if len(embeds) > _MOST_EMBEDS:
        _too_long(faults, ("embeds",), _MOST_EMBEDS)
        return
    size = sum(_embed(faults, each, ("embeds", str(at))) for at, each in enumerate(embeds))
    if size > _MOST_IN_EMBEDS and not faults:
        message = f"Embed size exceeds maximum size of {_MOST_IN_EMBEDS}"
        faults.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", message)


def _embed(faults: Faults, value: Any, path: Path) -> int:
    """How many characters of it count."""
    if not isinstance(value, dict):
        faults.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return 0
    embed = _object(value)
    author, footer = _object(embed.get("author")), _object(embed.get("footer"))
    size = _text(faults, embed, (*path, "title"), 256)
    size += _text(faults, embed, (*path, "description"), 4096)
    size += _text(faults, author, (*path, "author", "name"), 256, required=bool(author))
    size += _text(faults, footer, (*path, "footer", "text"), 2048, required=bool(footer))
    fields = _list(embed.get("fields")) or []
    if len(fields) > _MOST_FIELDS:
        _too_long(faults, (*path, "fields"), _MOST_FIELDS)
    for at, field in enumerate(fields):
        of = (*path, "fields", str(at))
        size += _text(faults, _object(field), (*of, "name"), 256, required=True)
        size += _text(faults, _object(field), (*of, "value"), 1024, required=True)
    _color(faults, embed.get("color"), (*path, "color"))
    _time(faults, embed.get("timestamp"), (*path, "timestamp"))
    return size


def _text(
    faults: Faults, holder: Mapping[str, Any], path: Path, most: int, *, required: bool = False
) -> int:
    """Check `holder[path[-1]]`; its length, without the white space around it."""
    value = holder.get(path[-1])
    if value is not None and not isinstance(value, str | int | float):
        faults.add(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        return 0
    text = "" if value is None else str(value).strip()
    if required and not text:
        faults.add(path, "BASE_TYPE_REQUIRED", "This field is required")
    if len(text) > most:
        _too_long(faults, path, most)
    return len(text)


def _named(faults: Faults, value: Any) -> None:
    most = 80
    if not 1 <= len(str(value).strip()) <= most:
        message = f"Must be between 1 and {most} in length."
        faults.add(("username",), "BASE_TYPE_BAD_LENGTH", message)


def _color(faults: Faults, value: Any, path: Path) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int):
        faults.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
    elif not 0 <= value <= _MOST_COLOR:
        message = f"int value should be less than or equal to {_MOST_COLOR}."
        faults.add(path, "NUMBER_TYPE_MAX", message)


def _time(faults: Faults, value: Any, path: Path) -> None:
    if value is None:
        return
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        message = f"Could not parse {value}. Should be ISO8601."
        faults.add(path, "DATE_TIME_TYPE_PARSE", message)


def _too_long(faults: Faults, path: Path, most: int) -> None:
    faults.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def _object(value: Any) -> Form:
    try:
        return msgspec.convert(value, Form)
    except msgspec.ValidationError:
        return {}


def _list(value: Any) -> list[Any] | None:
    try:
        return msgspec.convert(value, list[Any])
    except msgspec.ValidationError:
        return None
