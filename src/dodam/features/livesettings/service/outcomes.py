"""Whether all that settings can come to keeps to their schema."""

from asyncio import to_thread
from typing import Any

from dodam.features.livesettings.errors.settings import RULE_TWICE, TOO_MUCH
from dodam.features.livesettings.models.contents import Content, size
from dodam.features.livesettings.models.merging import merged
from dodam.platform.errors import FieldError
from dodam.platform.json_schema.schemas import JsonSchema
from dodam.platform.json_values import json_error

MOST_BYTES = 64 * 1024
# Of one draft's rules as they are written, and of all that they come to.
_MOST_BYTES_OF_RULES = 512 * 1024
_MOST_BYTES_OF_OUTCOMES = 4 * 1024 * 1024
MOST_LEVELS = 20
# An upload of mistakes is mended a screen at a time.
_MOST_NAMED = 50


def unfit(content: Content) -> list[FieldError]:
    """Why a content is none, whatever the schema."""
    return _cannot_be_kept(content) or _named_twice(content)


async def broken(
    schema: JsonSchema, defaults: dict[str, Any], content: Content, at: str = ""
) -> list[FieldError]:
    """Where what clients would get does not keep to the schema; fields are below `at`.

    Of rules nothing is said where the value for everybody, over which they are merged, is wrong.
    """
    # A thousand rules take seconds at the worst, and other requests do not wait for them.
    return await to_thread(_broken, schema, defaults, content, at)


def _broken(
    schema: JsonSchema, defaults: dict[str, Any], content: Content, at: str
) -> list[FieldError]:
    base = content.base(defaults)
    if found := schema.errors(base, f"{at}value"):
        return found[:_MOST_NAMED]
    mistakes: list[FieldError] = []
    total = 0
    for place, rule in enumerate(content.rules):
        outcome = merged(base, rule.value)
        total += size(outcome)
        if total > _MOST_BYTES_OF_OUTCOMES:
            return [FieldError(f"{at}rules", TOO_MUCH.code, TOO_MUCH.text)]
        mistakes += schema.errors(outcome, f"{at}rules[{place}].value")
        if len(mistakes) >= _MOST_NAMED:
            return mistakes[:_MOST_NAMED]
    return mistakes


def _cannot_be_kept(content: Content) -> list[FieldError]:
    found = (
        json_error(content.value, "value", most_bytes=MOST_BYTES, most_levels=MOST_LEVELS),
        # A rule's value lies two levels within the list.
        json_error(
            content.rules, "rules", most_bytes=_MOST_BYTES_OF_RULES, most_levels=MOST_LEVELS + 2
        ),
    )
    return [error for error in found if error is not None]


def _named_twice(content: Content) -> list[FieldError]:
    places: dict[str, int] = {}
    for place, rule in enumerate(content.rules):
        places.setdefault(rule.name, place)
    return [
        FieldError(f"rules[{place}].name", "given_twice", RULE_TWICE)
        for place, rule in enumerate(content.rules)
        if places[rule.name] != place
    ]
