"""Inventing results of a game one knows nothing of, from its JSON Schema (draft 2020-12).

As much of the standard as results of games need; what else a schema asks for is refused.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeAlias
from uuid import UUID

Schema: TypeAlias = Mapping[str, Any]
_MOST_LEVELS = 20
_USUAL_MOST = 100
_USUAL_STEP = 0.001
_FLOAT_ERROR = 1e-6
_COIN = 0.5
_MORE_ITEMS = 3
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_KNOWN = {
    "type", "enum", "const", "$ref", "$defs", "anyOf", "oneOf",
    "properties", "required", "additionalProperties",
    "items", "minItems", "maxItems",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minLength", "maxLength", "format",
}  # fmt: skip
_SAID_ONLY = {"$schema", "$comment", "title", "description", "examples", "default", "deprecated"}


class CannotInventError(ValueError):
    """The schema asks for something that is not understood here."""


def invent(schema: Schema, chance: Random) -> Any:
    """A value that keeps to the schema: numbers within their bounds, optional members at times.

    Numbers have three decimals at most. Raises CannotInventError.
    """
    return _Inventor(schema, chance).value(schema, 0)


class _Inventor:
    def __init__(self, root: Schema, chance: Random) -> None:
        self._root = root
        self._chance = chance
        self._by_type: Mapping[str, Callable[[Schema, int], Any]] = {
            "object": self._object,
            "array": self._array,
            "integer": self._integer,
            "number": self._number,
            "string": self._string,
            "boolean": lambda _schema, _level: chance.random() < _COIN,
            "null": lambda _schema, _level: None,
        }

    def value(self, schema: Schema, level: int) -> Any:
        if level > _MOST_LEVELS:
            raise CannotInventError("The schema has no end.")
        if unknown := set(schema) - _KNOWN - _SAID_ONLY:
            raise CannotInventError(f"Not understood: {', '.join(sorted(unknown))}.")
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._chance.choice(schema["enum"])
        if "$ref" in schema:
            return self.value(self._defined(schema["$ref"]), level + 1)
        for choice in ("anyOf", "oneOf"):
            if choice in schema:
                return self.value(self._chance.choice(schema[choice]), level + 1)
        return self._by_type[self._type(schema)](schema, level)

    def _defined(self, reference: str) -> Schema:
        name = reference.removeprefix("#/$defs/")
        try:
            return self._root["$defs"][name]
        except KeyError:
            raise CannotInventError(f"Nothing is defined at {reference}.") from None

    def _type(self, schema: Schema) -> str:
        named: str | Sequence[str] = schema.get("type", "object")
        return named if isinstance(named, str) else self._chance.choice(named)

    def _object(self, schema: Schema, level: int) -> dict[str, Any]:
        properties: Mapping[str, Schema] = schema.get("properties", {})
        required: Sequence[str] = schema.get("required", ())
        if missing := set(required) - set(properties):
            raise CannotInventError(f"Nothing is said of {', '.join(sorted(missing))}.")
        return {
            name: self.value(each, level + 1)
            for name, each in properties.items()
            if name in required or self._chance.random() < _COIN
        }

    def _array(self, schema: Schema, level: int) -> list[Any]:
        fewest: int = schema.get("minItems", 0)
        most = min(schema.get("maxItems", fewest + _MORE_ITEMS), fewest + _MORE_ITEMS)
        count = self._chance.randint(fewest, most)
        return [self.value(schema.get("items", {"type": "null"}), level + 1) for _ in range(count)]

    def _integer(self, schema: Schema, _level: int) -> int:
        step = schema.get("multipleOf", 1)
        return self._steps(schema, step) * step

    def _number(self, schema: Schema, _level: int) -> float:
        step = schema.get("multipleOf", _USUAL_STEP)
        return round(self._steps(schema, step) * step, 3)

    def _steps(self, schema: Schema, step: float) -> int:
        """How many steps from zero a number within the bounds is."""
        least = _ends(schema, step, "minimum", "exclusiveMinimum", 1)
        most = _ends(schema, step, "maximum", "exclusiveMaximum", -1)
        usual = max(1, round(_USUAL_MOST / step))
        high = min(most, default=None)
        low = max(least, default=0 if high is None or high >= 0 else high - usual)
        high = low + usual if high is None else high
        if low > high:
            raise CannotInventError("No number lies between the bounds.")
        return self._chance.randint(low, high)

    def _string(self, schema: Schema, _level: int) -> str:
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self._chance.randint(0, 10**7))
        match schema.get("format"):
            case "date-time":
                return at.isoformat()
            case "date":
                return at.date().isoformat()
            case "uuid":
                return str(UUID(int=self._chance.getrandbits(128), version=4))
            case None:
                fewest: int = schema.get("minLength", 1)
                most = min(schema.get("maxLength", fewest + 10), fewest + 10)
                letters = self._chance.choices(_LETTERS, k=self._chance.randint(fewest, most))
                return "".join(letters)
            case other:
                raise CannotInventError(f"Not understood: a string that is a {other}.")


def _ends(schema: Schema, step: float, closed: str, open_: str, inward: int) -> list[int]:
    """The steps that bounds of the schema allow to begin at, seen from below (1) or above (-1)."""
    ends: list[int] = []
    if closed in schema:
        ends.append(inward * _up(inward * schema[closed] / step))
    if open_ in schema:
        ends.append(inward * (_down(inward * schema[open_] / step) + 1))
    return ends


def _up(steps: float) -> int:
    """Rounded up, but for what a float is off by."""
    return math.ceil(steps - _FLOAT_ERROR)


def _down(steps: float) -> int:
    return math.floor(steps + _FLOAT_ERROR)
