"""G02: schemas that are meant to hurt the server are refused, each by a stable code and its path.

What is not refused cannot hurt: that a pattern is matched at all in these tests shows that it is
matched in linear time, for a matcher that tries every way would never end.
"""

from typing import Any

import msgspec
import pytest

from dodam.platform.errors import InvalidInput
from dodam.platform.json_schema.schemas import JsonSchema

OBJECT = {"type": "object"}


def refused(document: Any) -> dict[str, str]:
    """The codes of what is wrong with a schema, by field."""
    with pytest.raises(InvalidInput) as refusal:
        JsonSchema(document)
    return {each.field: each.code for each in refusal.value.fields}


def of(value: Any) -> dict[str, Any]:
    return {**OBJECT, "properties": {"a": value}}


def nested(keyword: str, levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(levels):
        schema = {keyword: schema}
    return schema


def doubling(keyword: str, levels: int) -> dict[str, Any]:
    """Each level refers to the next one twice."""
    definitions: dict[str, Any] = {
        f"a{level}": {keyword: [{"$ref": f"#/$defs/a{level + 1}"}] * 2} for level in range(levels)
    }
    return {**OBJECT, "$ref": "#/$defs/a0", "$defs": {**definitions, f"a{levels}": {}}}


@pytest.mark.parametrize(
    "reference",
    [
        "http://127.0.0.1:9/schema.json",
        "https://json-schema.org/draft/2020-12/schema",
        "file:///etc/passwd",
        "other.json",
        "//host/x",
        "#",
        "#/properties/a",
        "#/$defs/missing",
        "#/$defs/known/properties/a",
        "#anchor",
        "",
    ],
)
def test_G02_references_stay_within_the_documents_definitions(reference: str) -> None:
    document: dict[str, Any] = {**of({"$ref": reference}), "$defs": {"known": {}}}
    assert refused(document) == {"schema.properties.a.$ref": "not_a_choice"}


@pytest.mark.parametrize(
    "definitions",
    [
        {"a": {"$ref": "#/$defs/a"}},
        {"a": {"items": {"$ref": "#/$defs/a"}}},
        {"a": {"$ref": "#/$defs/b"}, "b": {"not": {"$ref": "#/$defs/a"}}},
    ],
)
def test_G02_references_do_not_lead_back(definitions: dict[str, Any]) -> None:
    assert set(refused({**OBJECT, "$defs": definitions}).values()) == {"not_valid"}


@pytest.mark.parametrize("name", ["a/b", "a~1b", "a%25b", "a b", "가", "", "x" * 61])
def test_G02_a_reference_has_one_meaning_for_names_need_no_escapes(name: str) -> None:
    assert refused({**OBJECT, "$defs": {name: {}}}) == {"schema.$defs": "wrong_format"}


@pytest.mark.parametrize(
    "keyword",
    [
        "$anchor",
        "$dynamicAnchor",
        "$dynamicRef",
        "$id",
        "$recursiveRef",
        "$vocabulary",
        "contentSchema",
        "definitions",
        "dependencies",
        "maxLenght",
        "unevaluatedItems",
        "unevaluatedProperties",
    ],
)
def test_G02_a_keyword_that_is_not_listed_is_refused(keyword: str) -> None:
    refusals = refused(of({keyword: {}}))
    assert refusals.keys() == {f"schema.properties.a.{keyword}"}
    assert set(refusals.values()) <= {"unknown_field", "wrong_type"}


def test_G02_a_field_may_have_the_name_of_any_keyword() -> None:
    schema = JsonSchema({**OBJECT, "properties": {"$ref": {"type": "integer"}, "$id": {}}})
    assert [each.field for each in schema.errors({"$ref": "x", "$id": 1}, "r")] == ["r.$ref"]


@pytest.mark.parametrize("keyword", ["default", "examples"])
def test_G02_what_only_describes_is_not_followed(keyword: str) -> None:
    reaching = {"$id": "http://127.0.0.1:9/", "$ref": "http://127.0.0.1:9/schema.json"}
    schema = JsonSchema(of({keyword: [reaching]}))
    assert schema.errors({"a": 1}, "result") == []


@pytest.mark.parametrize("keyword", ["not", "items", "if", "additionalProperties", "contains"])
def test_G02_schemas_are_not_nested_without_end(keyword: str) -> None:
    assert refused({**OBJECT, **nested(keyword, 100)}) == {"schema": "too_deep"}
    assert refused({**OBJECT, **nested(keyword, 5000)}) == {"schema": "too_deep"}


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf", "prefixItems"])
def test_G02_references_that_double_at_each_level_are_refused(keyword: str) -> None:
    assert "too_large" in refused(doubling(keyword, 16)).values()


def test_G02_a_chain_of_references_is_not_followed_without_end() -> None:
    chain: dict[str, Any] = {f"a{n}": {"$ref": f"#/$defs/a{n + 1}"} for n in range(900)}
    refusals = refused({**OBJECT, "$ref": "#/$defs/a0", "$defs": {**chain, "a900": {}}})
    assert set(refusals.values()) <= {"too_deep", "too_large"}


@pytest.mark.parametrize(
    "pattern",
    [
        "(a{1000}){1000}",
        "(?=a)b",
        "(?<!a)b",
        r"(a)\1",
        "(?P<n>a)(?P=n)",
        "(",
        "[z-a]",
        "^.{1,100}$",
    ],
)
def test_G02_patterns_that_could_cost_more_than_their_text_are_refused(pattern: str) -> None:
    assert refused(of({"pattern": pattern})) == {"schema.properties.a.pattern": "wrong_format"}


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", "^(a?){30}a{30}$", "(x+x+)+y"])
def test_G02_patterns_that_ruin_others_are_matched_in_linear_time(pattern: str) -> None:
    schema = JsonSchema(of({"pattern": pattern}))
    [error] = schema.errors({"a": "a" * 16_000 + "!"}, "result")
    assert error.code == "wrong_format"


def test_G02_patterns_are_short_few_and_seldom_meet_one_string() -> None:
    assert refused(of({"pattern": "a" * 201})) == {"schema.properties.a.pattern": "wrong_length"}
    many = {f"f{n}": {"pattern": "^a$"} for n in range(51)}
    assert refused({**OBJECT, "properties": many}) == {"schema": "too_large"}
    at_once = {"allOf": [{"pattern": f"^{n}$"} for n in range(5)]}
    assert refused(of(at_once)) == {"schema": "too_large"}
    assert refused({**OBJECT, "patternProperties": {f"^{n}": {} for n in range(5)}}) == {
        "schema": "too_large"
    }


@pytest.mark.parametrize("number", [1e16, -1e16, 1e300, 10**30])
@pytest.mark.parametrize("keyword", ["maximum", "exclusiveMinimum", "const", "default"])
def test_G02_numbers_are_those_a_double_can_count(number: float, keyword: str) -> None:
    assert refused(of({keyword: number})) == {f"schema.properties.a.{keyword}": "out_of_range"}


def test_G02_a_step_is_not_next_to_nothing() -> None:
    assert refused(of({"multipleOf": 1e-300})) == {"schema.properties.a.multipleOf": "out_of_range"}


TOO_MUCH: list[tuple[Any, str, str]] = [
    ({"enum": ["x" * 1_000_000]}, "schema", "too_large"),
    ({"description": "x" * 10_000_000}, "schema", "too_large"),
    ({"enum": list(range(201))}, "schema.properties.a.enum", "wrong_length"),
    ({"enum": [{"x": 1}]}, "schema.properties.a.enum", "wrong_type"),
    ({"const": [1]}, "schema.properties.a.const", "wrong_type"),
    (
        {"required": [f"n{n}" for n in range(201)]},
        "schema.properties.a.required",
        "wrong_length",
    ),
    ({"format": "regex"}, "schema.properties.a.format", "not_a_choice"),
    ({"format": "idn-email"}, "schema.properties.a.format", "not_a_choice"),
    ({"title": "a\x00b"}, "schema", "wrong_format"),
    ({"$defs": {}}, "schema.properties.a.$defs", "unknown_field"),
    ({"type": "text"}, "schema.properties.a.type", "not_valid"),
    ({"minLength": -1}, "schema.properties.a.minLength", "out_of_range"),
    (3, "schema.properties.a", "wrong_type"),
    ({"allOf": [{}] * 101}, "schema", "too_large"),
    ({"allOf": [3] * 5000}, "schema", "not_valid"),
]


@pytest.mark.parametrize(("schema", "field", "code"), TOO_MUCH)
def test_G02_what_is_too_much_or_no_schema_is_named_by_its_path(
    schema: Any, field: str, code: str
) -> None:
    assert refused(of(schema)).get(field) == code


@pytest.mark.parametrize("document", [{}, {"type": "array"}, {"type": ["object", "null"]}])
def test_G02_schemas_are_of_objects(document: dict[str, Any]) -> None:
    assert refused(document) == {"schema.type": "not_a_choice"}


def test_G02_schemas_are_of_draft_2020_12() -> None:
    assert JsonSchema({**OBJECT, "$schema": "https://json-schema.org/draft/2020-12/schema"})
    for other in ("http://json-schema.org/draft-07/schema#", "http://127.0.0.1:9/meta", 5, None):
        assert refused({**OBJECT, "$schema": other}) == {"schema.$schema": "not_a_choice"}


def test_G02_of_a_field_that_is_said_twice_the_last_holds() -> None:
    twice = b'{"type": "object", "properties": {"a": {"type": "string", "type": "integer"}}}'
    schema = JsonSchema(msgspec.json.decode(twice))
    assert schema.errors({"a": 1}, "result") == []


def test_G02_names_that_look_alike_are_different_fields() -> None:
    composed, decomposed = "\u00e9", "e\u0301"
    schema = JsonSchema(
        {**OBJECT, "properties": {composed: {}, "\u202ea": {}}, "additionalProperties": False}
    )
    assert schema.errors({composed: 1, "\u202ea": 1}, "result") == []
    assert [each.code for each in schema.errors({decomposed: 1}, "result")] == ["unknown_field"]
