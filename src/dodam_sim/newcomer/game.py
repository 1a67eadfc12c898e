"""A game that no line of the server knows, in two versions: catching stars."""

from datetime import date
from typing import Any

PLAYS_A_DAY = 4
MANY_STARS = 30
REWARDS_A_DAY = 2


def first_version(icon: str, today: date) -> dict[str, Any]:
    """Open to whom is done with therapy, and to others for a ticket; from `today` on."""
    return {
        "name": {"en": "Star catcher", "ko": "별 잡기"},
        "description": {
            "en": "Open your hand, and catch the stars that fall.",
            "ko": "손을 펴서 떨어지는 별을 잡아요.",
        },
        "icon": icon,
        "result_schema": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "required": ["stars", "seconds", "sky", "hands"],
            "additionalProperties": False,
            "properties": {
                "stars": {"type": "integer", "minimum": 0, "maximum": 60},
                "seconds": {"type": "number", "minimum": 5, "maximum": 90},
                "sky": {"enum": ["dusk", "night"]},
                "bonus": {"type": "boolean"},
                "hands": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 4,
                    "items": {"$ref": "#/$defs/hand"},
                },
            },
            "$defs": {
                "hand": {
                    "type": "object",
                    "required": ["opened"],
                    "additionalProperties": False,
                    "properties": {
                        "opened": {"type": "integer", "minimum": 0, "maximum": 40},
                        "widest_cm": {"type": "number", "minimum": 2, "maximum": 18},
                    },
                }
            },
        },
        "settings_schema": {
            "type": "object",
            "required": ["speed", "colours"],
            "additionalProperties": False,
            "properties": {
                "speed": {"type": "number", "minimum": 0.1, "maximum": 3},
                "colours": {"enum": ["soft", "bright"]},
            },
        },
        "settings": {"speed": 1, "colours": "soft"},
        "aggregates": [
            {"name": "games", "kind": "count"},
            {"name": "most_stars", "kind": "best", "of": "/stars"},
            {"name": "fastest", "kind": "best", "of": "/seconds", "order": "lowest"},
            {"name": "last_stars", "kind": "last", "of": "/stars"},
            {"name": "all_stars", "kind": "sum", "of": "/stars"},
            {"name": "widest_at_first", "kind": "best", "of": "/hands/0/widest_cm"},
            {"name": "top_three", "kind": "leaders", "of": "/stars", "most": 3},
        ],
        "limits": {"plays_a_day": PLAYS_A_DAY},
        "unlock": {
            "kind": "all",
            "of": [
                {"kind": "dates", "first": today.isoformat()},
                {
                    "kind": "any",
                    "of": [{"kind": "therapy_done"}, {"kind": "ticket", "tickets": 1}],
                },
            ],
        },
        "rewards": [
            {
                "name": "many_stars",
                "tickets": 1,
                "most_a_day": REWARDS_A_DAY,
                "when": {"of": "/stars", "at_least": MANY_STARS},
            }
        ],
    }


def second_version(first: dict[str, Any]) -> dict[str, Any]:
    """`stars` are called `caught` now, combos are new; seconds and hands are what they were."""
    schema = first["result_schema"]
    properties = {name: each for name, each in schema["properties"].items() if name != "stars"}
    properties["caught"] = schema["properties"]["stars"]
    properties["combo"] = {"type": "integer", "minimum": 1, "maximum": 12}
    required = ["caught", "combo", "seconds", "sky", "hands"]
    [reward] = first["rewards"]
    return {
        **first,
        "result_schema": {**schema, "properties": properties, "required": required},
        "aggregates": [
            {"name": "games", "kind": "count"},
            {"name": "fastest", "kind": "best", "of": "/seconds", "order": "lowest"},
            {"name": "widest_at_first", "kind": "best", "of": "/hands/0/widest_cm"},
            {"name": "most_caught", "kind": "best", "of": "/caught"},
            {"name": "all_caught", "kind": "sum", "of": "/caught"},
            {"name": "longest_combo", "kind": "best", "of": "/combo"},
            {"name": "longest_two", "kind": "leaders", "of": "/seconds", "most": 2},
        ],
        "rewards": [{**reward, "when": {**reward["when"], "of": "/caught"}}],
    }


def with_mistakes(definition: dict[str, Any]) -> dict[str, Any]:
    """Three slips: a keyword that does not exist, a number that is text, a setting too high."""
    schema = definition["result_schema"]
    stars = {"type": "integer", "minimun": 0}
    return {
        **definition,
        "result_schema": {**schema, "properties": {**schema["properties"], "stars": stars}},
        "settings": {"speed": 9, "colours": "soft"},
        "aggregates": [
            {"name": "games", "kind": "count"},
            {"name": "games", "kind": "sum", "of": "/stars"},
        ],
    }


def with_a_wrong_pointer(definition: dict[str, Any]) -> dict[str, Any]:
    """The sky is no number, so it cannot be summed up."""
    return {**definition, "aggregates": [{"name": "skies", "kind": "sum", "of": "/sky"}]}
