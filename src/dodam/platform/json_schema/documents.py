"""Which JSON Schemas are taken from others, by their size and by what they refer to."""

from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import msgspec
from msgspec import Struct

from dodam.platform.errors import FieldError, InvalidInput
from dodam.platform.i18n import Text
from dodam.platform.json_schema.failures import MOST_TOLD, NOT_EXPLAINED, explained
from dodam.platform.json_schema.keywords import (
    DIALECT,
    REFERENCE,
    large_numbers,
    subschemas,
    wrong_keywords,
)
from dodam.platform.json_values import json_error

_MOST_BYTES = 65_536
_MOST_JSON_LEVELS = 40
_MOST_EXPLAINED = 2_000

_META = jsonschema_rs.Draft202012Validator({"$ref": DIALECT}, offline=True)


class Size(Struct, frozen=True):
    """How large a schema is with every `$ref` replaced by what it refers to.

    `branches` are the subschemas that are met beside others: a part of a value meets at most one
    schema more than that. (The way to a schema is fixed by the part of the value but for the
    branches taken, so each that a part meets has a last branch of its own, or none.)
    `branched_patterns` are those that a string may meet beside another. With `alternatives`, one
    error may hold all those of each way that was tried.
    """

    schemas: int = 1
    levels: int = 1
    branches: int = 0
    patterns: int = 0
    branched_patterns: int = 0
    most_required: int = 0
    alternatives: int = 0


_MOST = Size(
    schemas=10_000,
    levels=40,
    branches=100,
    patterns=50,
    branched_patterns=2,
    most_required=200,
)


def measured(document: Mapping[str, Any], at: str) -> tuple[dict[str, Any], Size]:
    """A copy of a schema of objects that breaks none of the rules, and its size.

    Raises InvalidInput, whose fields are below `at`.
    """
    unkept = json_error(document, at, most_bytes=_MOST_BYTES, most_levels=_MOST_JSON_LEVELS)
    if unkept:
        raise InvalidInput(fields=[unkept])
    encoded = msgspec.json.encode(document)
    copy: dict[str, Any] = msgspec.json.decode(encoded)
    if copy.get("$schema", DIALECT) != DIALECT:
        raise InvalidInput.of(f"{at}.$schema", "not_a_choice", _OTHER_DIALECT)
    if not _META.is_valid(copy):
        if encoded.count(b",") > _MOST_EXPLAINED:
            raise InvalidInput.of(at, "not_valid", NOT_EXPLAINED)
        raise InvalidInput(fields=explained(_META.iter_errors(copy), at))
    if copy.get("type") != "object":
        raise InvalidInput.of(f"{at}.type", "not_a_choice", _NOT_OF_OBJECTS)
    walk = _Walk(copy, at)
    size = walk.whole()
    wrong = [*large_numbers(copy, at), *walk.wrong]
    wrong.extend(
        FieldError(at, "too_large", _TOO_LARGE[name])
        for name in _TOO_LARGE
        if getattr(size, name) > getattr(_MOST, name)
    )
    if wrong:
        raise InvalidInput(fields=wrong[:MOST_TOLD])
    return copy, size


class _Walk:
    """Looks at every schema of a document once."""

    def __init__(self, document: Mapping[str, Any], at: str) -> None:
        self.wrong: list[FieldError] = []
        self._document = document
        self._definitions: Mapping[str, Any] = document.get("$defs", {})
        self._at = at
        self._sizes: dict[str, Size] = {}
        self._entered: set[str] = set()

    def whole(self) -> Size:
        size = self._size(self._document, self._at, 1, top=True)
        for name in self._definitions:
            self._definition(name, 1)
        return size

    def _size(self, schema: Any, at: str, level: int, *, top: bool = False) -> Size:
        if isinstance(schema, bool):
            return Size()
        self.wrong.extend(wrong_keywords(schema, at, top=top))
        parts = [
            (self._size(below, path, level + 1), branch)
            for path, below, branch in subschemas(schema, at)
        ]
        if "$ref" in schema:
            parts.append((self._referred(schema["$ref"], f"{at}.$ref", level), True))
        return _together(schema, parts)

    def _referred(self, reference: str, at: str, level: int) -> Size:
        name = reference.removeprefix(REFERENCE)
        if not reference.startswith(REFERENCE) or name not in self._definitions:
            self.wrong.append(FieldError(at, "not_a_choice", _UNKNOWN_REFERENCE))
        elif name in self._entered:
            self.wrong.append(FieldError(at, "not_valid", _RECURSIVE))
        elif level > _MOST.levels:
            self.wrong.append(FieldError(at, "too_deep", _TOO_LARGE["levels"]))
        else:
            return self._definition(name, level)
        return Size()

    def _definition(self, name: str, level: int) -> Size:
        if name not in self._sizes:
            self._entered.add(name)
            at = f"{self._at}.$defs.{name}"
            self._sizes[name] = self._size(self._definitions[name], at, level + 1)
            self._entered.remove(name)
        return self._sizes[name]


def _together(schema: Mapping[str, Any], parts: list[tuple[Size, bool]]) -> Size:
    """The size of a schema with its parts, of which the branches are marked."""
    of_names = len(schema.get("patternProperties", ()))
    required = schema.get("required", ()), *schema.get("dependentRequired", {}).values()
    return Size(
        schemas=1 + sum(part.schemas for part, _ in parts),
        levels=1 + max((part.levels for part, _ in parts), default=0),
        branches=sum(part.branches + branch for part, branch in parts),
        patterns=("pattern" in schema) + of_names + sum(part.patterns for part, _ in parts),
        branched_patterns=of_names
        + sum(part.patterns if branch else part.branched_patterns for part, branch in parts),
        most_required=max(sum(map(len, required)), *(part.most_required for part, _ in parts), 0),
        alternatives=("anyOf" in schema)
        + ("oneOf" in schema)
        + sum(part.alternatives for part, _ in parts),
    )


_OTHER_DIALECT = Text(
    en=f"Schemas are of draft 2020-12: `$schema` is {DIALECT} or left out.",
    ko=f"스키마는 2020-12 초안을 따라요. `$schema`는 {DIALECT}로 쓰거나 생략해 주세요.",
)
_NOT_OF_OBJECTS = Text(
    en='The schema must be of an object: `"type": "object"`.',
    ko='스키마는 객체를 나타내야 해요. `"type": "object"`로 써 주세요.',
)
_UNKNOWN_REFERENCE = Text(
    en="References lead to the document's own `#/$defs/<name>`.",
    ko="참조는 같은 문서의 `#/$defs/<이름>`만 가리킬 수 있어요.",
)
_RECURSIVE = Text(
    en="References must not lead back to where they come from.",
    ko="참조가 자기 자신으로 되돌아오면 안 돼요.",
)
_TOO_LARGE = {
    "schemas": Text(
        en=f"With its references in place the schema holds more than {_MOST.schemas} schemas.",
        ko=f"참조를 펼치면 하위 스키마가 {_MOST.schemas}개를 넘어요.",
    ),
    "levels": Text(
        en=f"With its references in place the schema is more than {_MOST.levels} levels deep.",
        ko=f"참조를 펼치면 {_MOST.levels}단계보다 깊어요.",
    ),
    "branches": Text(
        en=f"One value may have to meet more than {_MOST.branches} schemas: fewer `allOf`, "
        "`anyOf`, `oneOf`, `if` and `$ref`, please.",
        ko=f"값 하나가 {_MOST.branches}개가 넘는 스키마와 비교될 수 있어요. "
        "`allOf`, `anyOf`, `oneOf`, `if`, `$ref`를 줄여 주세요.",
    ),
    "patterns": Text(
        en=f"The schema has more than {_MOST.patterns} patterns.",
        ko=f"정규식이 {_MOST.patterns}개를 넘어요.",
    ),
    "branched_patterns": Text(
        en=f"More than {_MOST.branched_patterns} patterns may meet one string.",
        ko=f"문자열 하나가 {_MOST.branched_patterns}개가 넘는 정규식과 비교될 수 있어요.",
    ),
    "most_required": Text(
        en=f"An object may be asked for more than {_MOST.most_required} fields.",
        ko=f"객체 하나에 필수 항목이 {_MOST.most_required}개를 넘을 수 있어요.",
    ),
}
