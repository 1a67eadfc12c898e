"""What a result's schema says of the place a pointer leads to."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dodam.features.games.models.pointers import parts

_SAME_PLACE = ("allOf", "anyOf", "oneOf")
_SAME_PLACE_SOMETIMES = ("then", "else")


def promises_number(schema: Mapping[str, Any], pointer: str) -> bool:
    """Whether the schema, which is harmless, says that a number may be there.

    A place that it leaves open does not count: the pointer would most likely be a slip.
    """
    definitions = schema.get("$defs", {})
    places = _same_place([schema], definitions)
    for part in parts(pointer):
        inside = [below for place in places for below in _inside(place, part)]
        places = _same_place(inside, definitions)
    return any(_is_number(place) for place in places)


def _same_place(schemas: Iterable[Any], definitions: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """They, and those that a value meets beside them, each once."""
    found: dict[int, Mapping[str, Any]] = {}
    waiting = list(schemas)
    while waiting:
        schema = waiting.pop()
        if isinstance(schema, bool) or id(schema) in found:
            continue
        found[id(schema)] = schema
        for keyword in _SAME_PLACE:
            waiting.extend(schema.get(keyword, ()))
        waiting.extend(schema[keyword] for keyword in _SAME_PLACE_SOMETIMES if keyword in schema)
        if "$ref" in schema:
            waiting.append(definitions[schema["$ref"].removeprefix("#/$defs/")])
    return list(found.values())


def _inside(schema: Mapping[str, Any], part: str) -> Iterator[Any]:
    properties = schema.get("properties", {})
    if part in properties:
        yield properties[part]
    elif "additionalProperties" in schema:
        yield schema["additionalProperties"]
    if part.isdecimal():
        first = schema.get("prefixItems", [])
        if int(part) < len(first):
            yield first[int(part)]
        elif "items" in schema:
            yield schema["items"]


def _is_number(schema: Mapping[str, Any]) -> bool:
    types = schema.get("type", ())
    return not {"integer", "number"}.isdisjoint([types] if isinstance(types, str) else types)
