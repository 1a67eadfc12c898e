"""Columns that are added, renamed and removed.

https://developers.notion.com/reference/update-a-data-source; a change of a column's kind, which
turns the values over as well as Notion can, is not simulated.
"""

from collections.abc import Iterable
from typing import Any

from dodam_sim.world.notion import properties
from dodam_sim.world.notion.account import KINDS, Database
from dodam_sim.world.notion.errors import invalid, should_be
from dodam_sim.world.notion.shapes import Json, a_list, a_text, an_object
from dodam_sim.world.notion.workspace import Page


def change(database: Database, value: Any, rows: Iterable[Page]) -> None:
    """All of it or, if anything is wrong, nothing."""
    changes = an_object(value, "body.properties")
    for name, column in changes.items():
        _check(database, name, column)
    for name_or_id, column in changes.items():
        name = database.find(name_or_id)
        if name is None:
            _add(database, name_or_id, column)
        elif column is None:
            _remove(database, name, rows)
        else:
            _settle(database, name, column)
            _rename(database, name, column.get("name", name), rows)


def _check(database: Database, name_or_id: str, column: Any) -> None:
    path = f"body.properties.{name_or_id}"
    name = database.find(name_or_id)
    old = None if name is None else database.properties[name]
    if column is None:
        if old in {None, "title"}:
            raise invalid(f"Cannot delete property {name_or_id}.")
        return
    given = an_object(column, path, {"name", "type", "description", *KINDS})
    kinds = [kind for kind in KINDS if kind in given]
    if old is None and len(kinds) != 1:
        raise should_be(path, f"of one kind of {', '.join(KINDS)}", column)
    if old is None and kinds == ["title"]:
        raise invalid("Cannot create new title property.")
    if old is not None and kinds not in ([], [old]):
        raise invalid(f"{path}: changing a column's kind is not simulated")
    for kind in kinds:
        settings = an_object(given[kind], f"{path}.{kind}", {"options", "format"})
        for option in a_list(settings.get("options", []), f"{path}.{kind}.options"):
            properties.an_option(option, f"{path}.{kind}.options")
    if "name" in given:
        a_text(given["name"], f"{path}.name", 2000, least=1)


def _add(database: Database, name: str, column: Json) -> None:
    [kind] = column.keys() & set(KINDS)
    database.properties[name] = kind
    _settle(database, name, column)


def _settle(database: Database, name: str, column: Json) -> None:
    settings = column.get(database.properties[name], {})
    for option in settings.get("options", []):
        properties.choose(option, name, database)


def _remove(database: Database, name: str, rows: Iterable[Page]) -> None:
    del database.properties[name]
    database.options.pop(name, None)
    for page in rows:
        page.properties.pop(name, None)


def _rename(database: Database, old: str, new: str, rows: Iterable[Page]) -> None:
    """The column keeps its id."""
    if new == old:
        return
    if new in database.properties:
        raise invalid(f"There is a property {new} already.")
    database.ids[new] = database.property_id(old)
    database.properties = {
        new if name == old else name: kind for name, kind in database.properties.items()
    }
    if old in database.options:
        database.options[new] = database.options.pop(old)
    for page in rows:
        if old in page.properties:
            page.properties[new] = page.properties.pop(old)
