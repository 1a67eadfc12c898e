"""Results invented from a schema keep to it, as a validator of its own kind says."""

from typing import Any

import jsonschema_rs
import pytest

from dodam_sim.families.chance import stream
from dodam_sim.games.inventing import CannotInventError, invent

STAR_GAME = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["stars", "seconds", "rounds", "mood", "won"],
    "additionalProperties": False,
    "properties": {
        "stars": {"type": "integer", "minimum": 3, "maximum": 50},
        "seconds": {"type": "number", "exclusiveMinimum": 0, "maximum": 2.5},
        "below_zero": {"type": "integer", "maximum": -5},
        "steps": {"type": "integer", "minimum": 1, "exclusiveMaximum": 30, "multipleOf": 7},
        "mood": {"enum": ["happy", "sleepy"]},
        "won": {"type": "boolean"},
        "level": {"const": "meadow"},
        "word": {"type": "string", "minLength": 2, "maxLength": 4},
        "note": {"type": ["string", "null"]},
        "at": {"type": "string", "format": "date-time"},
        "rounds": {"type": "array", "items": {"$ref": "#/$defs/round"}, "minItems": 1},
        "side": {"oneOf": [{"type": "integer"}, {"const": "left"}]},
    },
    "$defs": {
        "round": {
            "type": "object",
            "required": ["score"],
            "properties": {"score": {"type": "number", "multipleOf": 0.5, "maximum": 9}},
        }
    },
}


@pytest.mark.parametrize("seed", range(60))
def test_G02_an_invented_result_keeps_to_its_schema(seed: int) -> None:
    validator = jsonschema_rs.Draft202012Validator(STAR_GAME, validate_formats=True)
    result = invent(STAR_GAME, stream(seed))
    assert [error.message for error in validator.iter_errors(result)] == []


def test_G02_what_is_optional_is_there_at_times_and_bounds_are_reached() -> None:
    results = [invent(STAR_GAME, stream(seed)) for seed in range(500)]
    assert {"level" in result for result in results} == {True, False}
    stars = [result["stars"] for result in results]
    assert (min(stars), max(stars)) == (3, 50)
    assert {result["steps"] for result in results if "steps" in result} == {7, 14, 21, 28}


def test_G02_the_same_chance_invents_the_same() -> None:
    assert invent(STAR_GAME, stream(7)) == invent(STAR_GAME, stream(7))


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"type": "string", "pattern": "^a"}, "pattern"),
        ({"type": "string", "format": "email"}, "a email"),
        ({"type": "object", "required": ["x"]}, "Nothing is said of x"),
        ({"type": "integer", "minimum": 3, "maximum": 2}, "No number"),
        ({"$ref": "#/$defs/none"}, "Nothing is defined"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}, "no end"),
    ],
)
def test_G02_what_cannot_be_invented_is_said(schema: dict[str, Any], why: str) -> None:
    with pytest.raises(CannotInventError, match=why):
        invent(schema, stream(1))
