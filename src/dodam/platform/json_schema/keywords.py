"""What others may say in a JSON Schema, draft 2020-12, keyword by keyword.

A keyword that is not listed is refused, for it is most likely a slip; so are those that reach out
of the document or make the work for a value hard to foresee (`$id`, `$anchor`, `$dynamicRef`,
`unevaluatedProperties` and their like). See JSON Schema Core, sections 8 to 11, and Validation,
sections 6, 7 and 9.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from dodam.platform.errors import FieldError
from dodam.platform.i18n import Text

DIALECT = "https://json-schema.org/draft/2020-12/schema"
REFERENCE = "#/$defs/"

_TAKES_ONE = frozenset(
    {"additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then"}
)
_TAKES_MANY = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_TAKES_NAMED = frozenset({"dependentSchemas", "patternProperties", "properties"})
_ANNOTATIONS = frozenset({"$comment", "default", "deprecated", "description", "examples", "title"})
_OF_NUMBERS = frozenset(
    {"exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"}
)
_OF_STRINGS = frozenset({"format", "maxLength", "minLength", "pattern"})
_OF_LISTS = frozenset({"maxContains", "maxItems", "minContains", "minItems", "uniqueItems"})
_OF_OBJECTS = frozenset({"dependentRequired", "maxProperties", "minProperties", "required"})
_OF_ANYTHING = frozenset({"$ref", "const", "enum", "type"})
_ANYWHERE = _TAKES_ONE.union(
    _TAKES_MANY,
    _TAKES_NAMED,
    _ANNOTATIONS,
    _OF_NUMBERS,
    _OF_STRINGS,
    _OF_LISTS,
    _OF_OBJECTS,
    _OF_ANYTHING,
)
_AT_THE_TOP = _ANYWHERE | {"$defs", "$schema"}
# Of a schema's subschemas under these, a part of a value meets one at most.
_ONE_FOR_A_PART = frozenset(["additionalProperties", "items", "prefixItems", "properties"])

_FORMATS = frozenset(["date", "date-time", "duration", "time", "uri", "uuid"])
# No character that a JSON Pointer or a URI would escape: a reference has one meaning.
_DEFINITION_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
_MOST_PATTERN_CHARACTERS = 200
_MOST_LISTED = 200
_LARGEST_NUMBER = 1e15
_SMALLEST_STEP = 1e-6


def subschemas(schema: Mapping[str, Any], at: str) -> Iterator[tuple[str, Any, bool]]:
    """The path of each, itself, and whether it is a branch: met beside others."""
    for keyword, value in schema.items():
        branch = keyword not in _ONE_FOR_A_PART
        if keyword in _TAKES_ONE:
            yield f"{at}.{keyword}", value, branch
        elif keyword in _TAKES_MANY:
            for index, below in enumerate(value):
                yield f"{at}.{keyword}[{index}]", below, branch
        elif keyword in _TAKES_NAMED:
            for name, below in value.items():
                yield f"{at}.{keyword}.{name}", below, branch


def wrong_keywords(schema: Mapping[str, Any], at: str, *, top: bool) -> Iterator[FieldError]:
    """What is wrong with the keywords of a schema that keeps to the meta-schema."""
    for keyword, value in schema.items():
        path = f"{at}.{keyword}"
        if keyword not in (_AT_THE_TOP if top else _ANYWHERE):
            yield FieldError(path, "unknown_field", _UNKNOWN_KEYWORD)
        elif keyword in _CHECKS and (wrong := _CHECKS[keyword](value)):
            yield FieldError(path, *wrong)


def large_numbers(value: Any, at: str) -> Iterator[FieldError]:
    """Numbers anywhere in a document, which floats could not tell from their neighbours."""
    if isinstance(value, dict):
        for name, below in cast("dict[str, Any]", value).items():
            yield from large_numbers(below, f"{at}.{name}")
    elif isinstance(value, list):
        for index, below in enumerate(cast("list[Any]", value)):
            yield from large_numbers(below, f"{at}[{index}]")
    elif isinstance(value, int | float) and abs(value) > _LARGEST_NUMBER:
        yield FieldError(at, "out_of_range", _NUMBER_TOO_LARGE)


_Wrong = tuple[str, Text]


def _definitions(named: Mapping[str, Any]) -> _Wrong | None:
    wrong = any(not _DEFINITION_NAME.fullmatch(name) for name in named)
    return ("wrong_format", _WRONG_DEFINITION_NAME) if wrong else None


def _format(name: str) -> _Wrong | None:
    return None if name in _FORMATS else ("not_a_choice", _UNKNOWN_FORMAT)


def _multiple_of(step: float) -> _Wrong | None:
    return ("out_of_range", _STEP_TOO_SMALL) if step < _SMALLEST_STEP else None


def _patterns(patterns: Sequence[str]) -> _Wrong | None:
    too_long = any(len(pattern) > _MOST_PATTERN_CHARACTERS for pattern in patterns)
    return ("wrong_length", _PATTERN_TOO_LONG) if too_long else None


def _choices(choices: Sequence[Any]) -> _Wrong | None:
    if any(isinstance(choice, dict | list) for choice in choices):
        return "wrong_type", _CHOICES_ARE_PLAIN
    return _listed(choices)


def _listed(things: Sequence[Any]) -> _Wrong | None:
    return ("wrong_length", _TOO_MANY_LISTED) if len(things) > _MOST_LISTED else None


def _listed_by_name(named: Mapping[str, Sequence[str]]) -> _Wrong | None:
    return _listed([thing for things in named.values() for thing in things])


_CHECKS: Mapping[str, Callable[[Any], _Wrong | None]] = {
    "$defs": _definitions,
    "const": lambda value: _choices([value]),
    "dependentRequired": _listed_by_name,
    "enum": _choices,
    "format": _format,
    "multipleOf": _multiple_of,
    "pattern": lambda pattern: _patterns([pattern]),
    "patternProperties": _patterns,
    "required": _listed,
}

_UNKNOWN_KEYWORD = Text(
    en="This keyword is not taken here; see the page on games for those that are.",
    ko="여기에는 쓸 수 없는 키워드예요. 쓸 수 있는 키워드는 게임 문서에 있어요.",
)
_UNKNOWN_FORMAT = Text(
    en=f"The formats are {', '.join(sorted(_FORMATS))}.",
    ko=f"쓸 수 있는 형식은 {', '.join(sorted(_FORMATS))}예요.",
)
_WRONG_DEFINITION_NAME = Text(
    en="Names of definitions are of letters A to Z, digits, `_` and `-`, 60 at most.",
    ko="정의의 이름에는 영문자, 숫자, `_`, `-`만 60자까지 쓸 수 있어요.",
)
_STEP_TOO_SMALL = Text(en="The smallest step is 0.000001.", ko="가장 작은 간격은 0.000001이에요.")
_PATTERN_TOO_LONG = Text(
    en=f"Patterns have at most {_MOST_PATTERN_CHARACTERS} characters.",
    ko=f"정규식은 {_MOST_PATTERN_CHARACTERS}자까지 쓸 수 있어요.",
)
_CHOICES_ARE_PLAIN = Text(
    en="Choices are strings, numbers, true, false or null.",
    ko="선택지는 문자열, 숫자, true, false, null만 쓸 수 있어요.",
)
_TOO_MANY_LISTED = Text(
    en=f"At most {_MOST_LISTED} can be listed.", ko=f"{_MOST_LISTED}개까지 나열할 수 있어요."
)
_NUMBER_TOO_LARGE = Text(
    en="Numbers lie between -10^15 and 10^15.",
    ko="숫자는 -10^15에서 10^15 사이여야 해요.",
)
