"""Property values of pages: https://developers.notion.com/reference/page-property-values."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from dodam_sim.world.notion import texts
from dodam_sim.world.notion.account import KINDS, Database
from dodam_sim.world.notion.errors import invalid, should_be
from dodam_sim.world.notion.shapes import Json, a_flag, a_list, a_text, an_object, required

_EMPTY: Json = {"title": [], "rich_text": [], "multi_select": [], "checkbox": False}


def empty(kind: str) -> Any:
    value = _EMPTY.get(kind)
    return list[Any]() if value == [] else value


def read(value: Any, database: Database) -> Json:
    """Values by name; whatever is wrong with names and kinds is told at once."""
    given = an_object(value, "body.properties")
    found: Json = {}
    wrong: list[str] = []
    for name_or_id, raw in given.items():
        path = f"body.properties.{name_or_id}"
        kind = _kind(an_object(raw, path, {"id", "name", "type", *KINDS}), path)
        content = _content(kind, raw[kind], f"{path}.{kind}")
        name = database.find(name_or_id)
        if name is None:
            wrong.append(f"{name_or_id} is not a property that exists.")
        elif database.properties[name] != kind:
            wrong.append(f"{name_or_id} is expected to be {database.properties[name]}.")
        else:
            found[name] = content
    if wrong:
        raise invalid(" ".join(wrong))
    return {name: _chosen(value, name, database) for name, value in found.items()}


def read_title(value: Any) -> Json:
    """Of a page in a page, which has nothing but a title."""
    given = an_object(value, "body.properties", {"title"})
    title = given.get("title", [])
    if isinstance(title, dict):
        title = required(
            an_object(title, "body.properties.title"), "title", "body.properties.title"
        )
    return {"title": texts.read(title, "body.properties.title")}


def plain(kind: str, value: Any) -> str:
    match kind:
        case "title" | "rich_text":
            return texts.plain(value)
        case "select":
            return value["name"] if value else ""
        case "multi_select":
            return ", ".join(option["name"] for option in value)
        case "date":
            return value["start"] if value else ""
        case _:
            return "" if value is None else str(value)


def _kind(raw: Json, path: str) -> str:
    kinds = [kind for kind in KINDS if kind in raw]
    if len(kinds) != 1:
        lines = [f"{path}.{kind} should be defined, instead was `undefined`." for kind in KINDS]
        raise invalid("\n".join(["body failed validation. Fix one:", *lines]))
    if raw.get("type", kinds[0]) != kinds[0]:
        raise should_be(f"{path}.type", f'`"{kinds[0]}"` or `undefined`', raw["type"])
    return kinds[0]


def _content(kind: str, value: Any, path: str) -> Any:
    if value is None and kind not in {"title", "rich_text", "checkbox", "multi_select"}:
        return None
    return _READERS[kind](value, path)


def _number(value: Any, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise should_be(path, "a number or `null`", value)
    return value


def _options(value: Any, path: str) -> list[Json]:
    return [an_option(each, f"{path}[{at}]") for at, each in enumerate(a_list(value, path))]


def an_option(value: Any, path: str) -> Json:
    option = an_object(value, path, {"id", "name", "color", "description"})
    if "id" not in option:
        name = a_text(required(option, "name", path), f"{path}.name", 2000, least=1)
        if "," in name:
            raise invalid(f"Invalid select option, commas not allowed: {name}")
    return option


def _chosen(value: Any, name: str, database: Database) -> Any:
    """An option that is not there yet is made."""
    match database.properties[name], value:
        case "select", dict():
            return choose(value, name, database)  # pyright: ignore[reportUnknownArgumentType]
        case "multi_select", _:
            return [choose(each, name, database) for each in value]
        case _:
            return value


def choose(option: Json, name: str, database: Database) -> Json:
    options = database.options.setdefault(name, [])
    for each in options:
        if each["id"] == option.get("id") or each["name"] == option.get("name"):
            return each
    if "id" in option:
        raise invalid(f'{database.property_id(name)} is an invalid select option "{option["id"]}".')
    made = {
        "id": str(uuid4()),
        "name": option["name"],
        "color": option.get("color", "default"),
        "description": None,
    }
    options.append(made)
    return made


def _date(value: Any, path: str) -> Json:
    given = an_object(value, path, {"start", "end", "time_zone"})
    start = _day_or_moment(required(given, "start", path), f"{path}.start")
    end = given.get("end")
    if end is not None:
        _day_or_moment(end, f"{path}.end")
    return {"start": start, "end": end, "time_zone": given.get("time_zone")}


def _day_or_moment(value: Any, path: str) -> str:
    try:
        if len(str(value)) == len("2026-03-18"):
            date.fromisoformat(str(value))
        else:
            datetime.fromisoformat(str(value))
    except ValueError:
        raise should_be(path, "a valid ISO 8601 date string", value) from None
    return str(value)


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "title": texts.read,
    "rich_text": texts.read,
    "checkbox": a_flag,
    "number": _number,
    "select": an_option,
    "multi_select": _options,
    "date": _date,
    "url": lambda value, path: a_text(value, path, 2000, least=1),
    "email": lambda value, path: a_text(value, path, 200, least=1),
    "phone_number": lambda value, path: a_text(value, path, 200, least=1),
}
