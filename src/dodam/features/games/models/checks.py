"""What a definition must keep to, beyond the shape of its fields."""

from collections.abc import Iterator
from typing import Any, cast

import msgspec
from msgspec import UNSET, Struct

from dodam.features.accounts.models.attributes import KINDS
from dodam.features.games.models.conditions import AllOf, AnyCondition, AnyOf, Attribute, parts
from dodam.features.games.models.definitions import AggregateKind, Definition
from dodam.features.games.models.promises import promises_number
from dodam.platform.errors import FieldError, InvalidInput
from dodam.platform.i18n import Text
from dodam.platform.json_schema.schemas import JsonSchema
from dodam.platform.json_values import json_error

_MOST_BYTES = 131_072
_MOST_JSON_LEVELS = 60
# As live settings take them.
_MOST_SETTINGS_BYTES = 65_536
_MOST_SETTINGS_LEVELS = 20
_MOST_CONDITIONS = 50
_MOST_CONDITION_LEVELS = 5
_LONGEST = {"name": 40, "description": 500}


def errors_of(definition: Definition, at: str) -> list[FieldError]:
    """What is wrong with a definition, none if it may be published; fields are below `at`."""
    unkept = json_error(definition, at, most_bytes=_MOST_BYTES, most_levels=_MOST_JSON_LEVELS)
    if unkept:
        return [unkept]
    of_results = list(_result_schema(definition, at))
    return [
        *_texts(definition, at),
        *of_results,
        *_settings(definition, at),
        *_names(definition, at),
        *_pointers(definition, at, checked=not of_results),
        *_unlock(definition.unlock, f"{at}.unlock"),
    ]


def _texts(definition: Definition, at: str) -> Iterator[FieldError]:
    for field, longest in _LONGEST.items():
        for language, text in msgspec.structs.asdict(getattr(definition, field)).items():
            if not text.strip() or len(text) > longest:
                path = f"{at}.{field}.{language}"
                yield FieldError(path, "wrong_length", _text_length(longest))


def _result_schema(definition: Definition, at: str) -> Iterator[FieldError]:
    try:
        JsonSchema(definition.result_schema, f"{at}.result_schema")
    except InvalidInput as error:
        yield from error.fields


def _settings(definition: Definition, at: str) -> Iterator[FieldError]:
    unkept = json_error(
        definition.settings,
        f"{at}.settings",
        most_bytes=_MOST_SETTINGS_BYTES,
        most_levels=_MOST_SETTINGS_LEVELS,
    )
    if unkept:
        yield unkept
    try:
        schema = JsonSchema(definition.settings_schema, f"{at}.settings_schema")
    except InvalidInput as error:
        yield from error.fields
    else:
        yield from schema.errors(definition.settings, f"{at}.settings")


def _names(definition: Definition, at: str) -> Iterator[FieldError]:
    for field, named in (("aggregates", definition.aggregates), ("rewards", definition.rewards)):
        if len({each.name for each in named}) < len(named):
            yield FieldError(f"{at}.{field}", "not_unique", _NAME_TWICE)


def _pointers(definition: Definition, at: str, *, checked: bool) -> Iterator[FieldError]:
    """Without a sound result schema only whether they are there can be said."""
    pointers: list[tuple[str, str]] = []
    for index, each in enumerate(definition.aggregates):
        path = f"{at}.aggregates[{index}].of"
        if each.kind is AggregateKind.COUNT and each.of is not None:
            yield FieldError(path, "not_allowed", _COUNTS_RESULTS)
        elif each.kind is not AggregateKind.COUNT and each.of is None:
            yield FieldError(path, "required", _NEEDS_A_NUMBER)
        elif each.of is not None:
            pointers.append((path, each.of))
    for index, each in enumerate(definition.rewards):
        if each.when is not None:
            pointers.append((f"{at}.rewards[{index}].when.of", each.when.of))
    for path, pointer in pointers:
        if checked and not promises_number(definition.result_schema, pointer):
            yield FieldError(path, "no_number", _NO_NUMBER)


def _unlock(condition: AnyCondition | None, at: str) -> Iterator[FieldError]:
    if condition is None:
        return
    if _levels(condition) > _MOST_CONDITION_LEVELS:
        yield FieldError(at, "too_deep", _TOO_DEEP)
    if sum(1 for _ in parts(condition)) > _MOST_CONDITIONS:
        yield FieldError(at, "too_large", _TOO_MANY_CONDITIONS)
    yield from _attributes(condition, at)


def _levels(condition: AnyCondition) -> int:
    below = condition.of if isinstance(condition, AllOf | AnyOf) else ()
    return 1 + max(map(_levels, below), default=0)


def _attributes(condition: AnyCondition, at: str) -> Iterator[FieldError]:
    if isinstance(condition, AllOf | AnyOf):
        for index, below in enumerate(condition.of):
            yield from _attributes(below, f"{at}.of[{index}]")
    elif isinstance(condition, Attribute):
        kind = KINDS.get(condition.key)
        if kind is None:
            yield FieldError(f"{at}.key", "unknown_attribute", _UNKNOWN_ATTRIBUTE)
        elif condition.value is not UNSET and not _may_be(condition.value, kind.value):
            yield FieldError(f"{at}.value", "wrong_type", _OTHER_VALUES)


def _may_be(value: Any, kind: type) -> bool:
    """Whether some attribute has the value, or is an object with these members."""
    if isinstance(value, dict) and issubclass(kind, Struct):
        types = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
        named = cast("dict[str, Any]", value)
        return all(name in types and _is_of(each, types[name]) for name, each in named.items())
    return _is_of(value, kind)


def _is_of(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _text_length(longest: int) -> Text:
    return Text(
        en=f"This text is needed, of {longest} characters at most.",
        ko=f"{longest}자 이내의 글이 필요해요.",
    )


_NAME_TWICE = Text(en="Two have the same name.", ko="이름이 같은 것이 둘 이상 있어요.")
_COUNTS_RESULTS = Text(
    en="A `count` counts results; leave `of` out.",
    ko="`count`는 결과의 개수를 세요. `of`는 빼 주세요.",
)
_NEEDS_A_NUMBER = Text(
    en="Say which number of the result this is kept of.",
    ko="결과의 어떤 숫자를 쓸지 `of`로 알려 주세요.",
)
_NO_NUMBER = Text(
    en="The result schema declares no number there: its `type` must be `number` or `integer`.",
    ko="결과 스키마의 그 자리에 숫자가 없어요. `type`이 `number`나 `integer`여야 해요.",
)
_TOO_DEEP = Text(
    en=f"Conditions are nested at most {_MOST_CONDITION_LEVELS} levels deep.",
    ko=f"조건은 {_MOST_CONDITION_LEVELS}단계까지 겹칠 수 있어요.",
)
_TOO_MANY_CONDITIONS = Text(
    en=f"There may be at most {_MOST_CONDITIONS} conditions.",
    ko=f"조건은 {_MOST_CONDITIONS}개까지 쓸 수 있어요.",
)
_UNKNOWN_ATTRIBUTE = Text(
    en=f"The attributes are {', '.join(KINDS)}.", ko=f"쓸 수 있는 속성은 {', '.join(KINDS)}예요."
)
_OTHER_VALUES = Text(
    en="This attribute never has such a value.", ko="이 속성은 그런 값을 가질 수 없어요."
)
