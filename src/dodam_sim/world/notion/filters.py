"""Filters and orders of a query.

https://developers.notion.com/reference/filter-data-source-entries and …/sort-data-source-entries.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dodam_sim.world.notion.account import KINDS, Database
from dodam_sim.world.notion.errors import invalid, should_be
from dodam_sim.world.notion.shapes import Json, a_list, an_object, required
from dodam_sim.world.notion.workspace import Page

Condition = Callable[[Page], bool]
_Test = Callable[[Any, Any], bool]
_TIMES = {"created_time", "last_edited_time"}
_DEEPEST = 2

_EXISTENCE: dict[str, _Test] = {
    "is_empty": lambda value, _: value in {None, ""},
    "is_not_empty": lambda value, _: value not in {None, ""},
}
_EQUALITY: dict[str, _Test] = {
    "equals": lambda value, wanted: value == wanted,
    "does_not_equal": lambda value, wanted: value != wanted,
}
_TEXT: dict[str, _Test] = {
    **_EXISTENCE,
    **_EQUALITY,
    "contains": lambda value, wanted: wanted in value,
    "does_not_contain": lambda value, wanted: wanted not in value,
    "starts_with": lambda value, wanted: value.startswith(wanted),
    "ends_with": lambda value, wanted: value.endswith(wanted),
}
_NUMBER: dict[str, _Test] = {
    **_EXISTENCE,
    **_EQUALITY,
    "greater_than": lambda value, wanted: value is not None and value > wanted,
    "less_than": lambda value, wanted: value is not None and value < wanted,
    "greater_than_or_equal_to": lambda value, wanted: value is not None and value >= wanted,
    "less_than_or_equal_to": lambda value, wanted: value is not None and value <= wanted,
}
_DATE: dict[str, _Test] = {
    **_EXISTENCE,
    "equals": lambda value, wanted: bool(value) and value == wanted,
    "before": lambda value, wanted: bool(value) and value < wanted,
    "after": lambda value, wanted: bool(value) and value > wanted,
    "on_or_before": lambda value, wanted: bool(value) and value <= wanted,
    "on_or_after": lambda value, wanted: bool(value) and value >= wanted,
}
_TESTS: dict[str, dict[str, _Test]] = {
    **dict.fromkeys(("title", "rich_text", "url", "email", "phone_number"), _TEXT),
    "number": _NUMBER,
    "checkbox": _EQUALITY,
    "select": {**_EXISTENCE, **_EQUALITY},
    "multi_select": {
        **_EXISTENCE,
        "contains": lambda value, wanted: wanted in value.split(", "),
        "does_not_contain": lambda value, wanted: wanted not in value.split(", "),
    },
    **dict.fromkeys(("date", *_TIMES), _DATE),
}


def condition(
    value: Any, database: Database, path: str = "body.filter", depth: int = 0
) -> Condition:
    given = an_object(value, path)
    for word, combine in (("and", all), ("or", any)):
        if word in given:
            if depth == _DEEPEST:
                raise should_be(f"{path}.{word}", "not present", given[word])
            parts = [
                condition(each, database, f"{path}.{word}[{at}]", depth + 1)
                for at, each in enumerate(a_list(given[word], f"{path}.{word}"))
            ]
            return lambda page: combine(part(page) for part in parts)
    if "timestamp" in given:
        return _on_time(given, path)
    return _on_property(given, database, path)


def order(value: Any, database: Database) -> Callable[[list[Page]], list[Page]]:
    """Sort by the last of `sorts` first: Python's sorting is stable. Empty values come last."""
    steps: list[tuple[Callable[[Page], Any], bool]] = []
    for at, each in enumerate(a_list(value, "body.sorts")):
        path = f"body.sorts[{at}]"
        given = an_object(each, path, {"property", "timestamp", "direction"})
        direction = required(given, "direction", path)
        if direction not in {"ascending", "descending"}:
            raise should_be(f"{path}.direction", '`"ascending"` or `"descending"`', direction)
        if "timestamp" in given:
            steps.append((_turn(given["timestamp"], path), direction == "descending"))
        else:
            name = _found(required(given, "property", path), database)
            steps.append((_value(name), direction == "descending"))

    def sort(pages: list[Page]) -> list[Page]:
        for key, descending in reversed(steps):
            filled = [page for page in pages if key(page) not in {None, ""}]
            empty = [page for page in pages if key(page) in {None, ""}]
            pages = sorted(filled, key=key, reverse=descending) + empty
        return pages

    return sort


def _on_time(given: Json, path: str) -> Condition:
    key = _time(given["timestamp"], path)
    name = str(given["timestamp"])
    test, wanted = _test(name, required(given, name, path), f"{path}.{name}")
    return lambda page: test(_comparable(key(page), wanted), wanted)


def _on_property(given: Json, database: Database, path: str) -> Condition:
    name = _found(required(given, "property", path), database)
    kinds = [kind for kind in KINDS if kind in given]
    if len(kinds) != 1:
        words = ("or", "and", *KINDS)
        lines = [f"{path}.{word} should be defined, instead was `undefined`." for word in words]
        raise invalid("\n".join(["body failed validation. Fix one:", *lines]))
    an_object(given, path, {"property", "type", kinds[0]})
    test, wanted = _test(kinds[0], given[kinds[0]], f"{path}.{kinds[0]}")
    if kinds[0] != database.properties[name]:
        raise invalid(
            "The property type in the database does not match the property type of the filter "
            f"provided: database property {database.properties[name]} does not match filter "
            f"{kinds[0]}"
        )
    value = _value(name)
    return lambda page: test(_comparable(value(page), wanted), wanted)


def _test(kind: str, value: Any, path: str) -> tuple[_Test, Any]:
    given = an_object(value, path, set(_TESTS[kind]))
    if len(given) != 1:
        raise should_be(path, "one condition", given)
    [(word, wanted)] = given.items()
    fits = _fits(kind, word, wanted)
    if not fits:
        raise should_be(f"{path}.{word}", "of the kind of the property", wanted)
    if kind in {"date", *_TIMES} and isinstance(wanted, str):
        wanted = _moment(wanted, f"{path}.{word}")
    return _TESTS[kind][word], wanted


def _fits(kind: str, word: str, wanted: Any) -> bool:
    if word in _EXISTENCE:
        return wanted is True
    if kind == "checkbox":
        return isinstance(wanted, bool)
    if kind == "number":
        return isinstance(wanted, int | float) and not isinstance(wanted, bool)
    return isinstance(wanted, str)


def _found(name_or_id: Any, database: Database) -> str:
    name = database.find(str(name_or_id))
    if name is None:
        raise invalid(f"Could not find property with name or id: {name_or_id}")
    return name


def _time(name: Any, path: str) -> Callable[[Page], datetime]:
    if name not in _TIMES:
        raise should_be(f"{path}.timestamp", f"one of {sorted(_TIMES)}", name)
    return lambda page: page.created_at if name == "created_time" else page.edited_at


def _turn(name: Any, path: str) -> Callable[[Page], Any]:
    """Of pages made at the same moment one was first."""
    time = _time(name, path)
    return lambda page: (time(page), page.number)


def _value(name: str) -> Callable[[Page], Any]:
    def value(page: Page) -> Any:
        if page.kind(name) in {"number", "checkbox"}:
            return page.value(name)
        return page.plain(name)

    return value


def _comparable(value: Any, wanted: Any) -> Any:
    """A moment when compared with one."""
    if isinstance(wanted, datetime) and isinstance(value, str) and value:
        return _moment(value, "")
    return value


def _moment(text: str, path: str) -> datetime:
    """A day begins at midnight of UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise should_be(path, "a valid ISO 8601 date string", text) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
