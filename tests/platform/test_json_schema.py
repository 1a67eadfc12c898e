"""G02, L09: values are held to the schemas others write, and told apart by stable codes."""

from typing import Any

import pytest

from dodam.platform.errors import FieldError
from dodam.platform.i18n import Language
from dodam.platform.json_schema.schemas import JsonSchema

SECRET = "Minjun was tired and cried"


def found(schema: Any, value: Any) -> dict[str, str]:
    """The codes of what is wrong with a value under a schema, by field."""
    document = {"type": "object", "properties": {"value": schema}}
    return {
        each.field: each.code for each in JsonSchema(document).errors({"value": value}, "result")
    }


@pytest.mark.parametrize(
    ("schema", "value", "code"),
    [
        ({"type": "integer"}, 1.5, "wrong_type"),
        ({"type": ["string", "null"]}, 1, "wrong_type"),
        ({"type": "boolean"}, 1, "wrong_type"),
        ({"minimum": 3}, 2, "out_of_range"),
        ({"maximum": 3}, 4, "out_of_range"),
        ({"exclusiveMinimum": 3}, 3, "out_of_range"),
        ({"exclusiveMaximum": 3}, 3, "out_of_range"),
        ({"multipleOf": 0.5}, 0.7, "out_of_range"),
        ({"minLength": 2}, "가", "wrong_length"),
        ({"maxLength": 2}, "가나다", "wrong_length"),
        ({"minItems": 1}, [], "wrong_length"),
        ({"maxItems": 1}, [1, 2], "wrong_length"),
        ({"minProperties": 1}, {}, "wrong_length"),
        ({"maxProperties": 0}, {"a": 1}, "wrong_length"),
        ({"uniqueItems": True}, [1, 1], "not_unique"),
        ({"enum": ["left", "right"]}, "up", "not_a_choice"),
        ({"const": 1}, 2, "not_a_choice"),
        ({"pattern": "^[a-z]+$"}, "A", "wrong_format"),
        ({"format": "date"}, "2026-02-30", "wrong_format"),
        ({"format": "date-time"}, "2026-02-03 10:00", "wrong_format"),
        ({"format": "uuid"}, "1", "wrong_format"),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, "wrong_format"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1, "not_valid"),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, 1, "not_valid"),
        ({"not": {"type": "string"}}, "a", "not_valid"),
        ({"contains": {"const": 1}}, [2], "not_valid"),
        (False, 1, "unknown_field"),
    ],
)
def test_G02_a_value_that_breaks_a_keyword_has_its_code(schema: Any, value: Any, code: str) -> None:
    assert found(schema, value) == {"result.value": code}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, 1.0),
        ({"multipleOf": 0.01}, 0.07),
        ({"minLength": 1, "maxLength": 1}, "😀"),
        ({"format": "date-time"}, "2026-02-03T10:00:00+09:00"),
        ({"format": "uri"}, "https://dodam.example/a"),
        ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"c": 1}),
        ({"prefixItems": [{"type": "string"}], "items": {"type": "integer"}}, ["a", 1, 2]),
        ({"pattern": "^[가-힣]{1,10}$"}, "도담"),
        (True, {"anything": [1, None]}),
    ],
)
def test_G02_a_value_that_keeps_to_its_schema_is_taken(schema: Any, value: Any) -> None:
    assert found(schema, value) == {}


def test_G02_fields_are_named_as_the_client_nests_them() -> None:
    step = {
        "type": "object",
        "properties": {"score": {"type": "integer"}},
        "required": ["score"],
        "additionalProperties": False,
    }
    rounds = {"type": "array", "items": {"$ref": "#/$defs/step"}}
    schema = JsonSchema(
        {"type": "object", "properties": {"rounds": rounds}, "$defs": {"step": step}}
    )
    value = {"rounds": [{"score": 1}, {}, {"score": 1, "luck": 2}, {"score": "1"}]}
    assert {(each.field, each.code) for each in schema.errors(value, "result")} == {
        ("result.rounds[1].score", "required"),
        ("result.rounds[2].luck", "unknown_field"),
        ("result.rounds[3].score", "wrong_type"),
    }


def test_L09_what_is_wrong_is_said_in_both_languages_with_the_limit() -> None:
    schema = JsonSchema({"type": "object", "properties": {"score": {"maximum": 5}}})
    [error] = schema.errors({"score": 7}, "result")
    assert error.text.read(Language.ENGLISH) == "This must be at most 5."
    assert error.text.read(Language.KOREAN) == "5 이하여야 해요."


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer"},
        {"maxLength": 3},
        {"pattern": "^x$"},
        {"format": "date"},
        {"enum": ["x"]},
        {"const": "x"},
        {"anyOf": [{"type": "integer"}, {"const": "x"}]},
        {"not": {"type": "string"}},
        False,
    ],
)
def test_A13_no_text_tells_what_the_value_holds(schema: Any) -> None:
    document = {"type": "object", "properties": {"mood": schema}}
    [error] = JsonSchema(document).errors({"mood": SECRET}, "result")
    assert SECRET not in error.text.en + error.text.ko + error.field


def test_G02_twenty_errors_are_told_at_most_each_field_and_code_once() -> None:
    schema = JsonSchema({"type": "object", "additionalProperties": {"type": "integer"}})
    errors = schema.errors({f"n{number}": "x" for number in range(50)}, "result")
    assert len({(each.field, each.code) for each in errors}) == len(errors) == 20


def test_G02_a_long_name_is_cut_where_it_is_told() -> None:
    schema = JsonSchema({"type": "object", "properties": {}, "additionalProperties": False})
    [error] = schema.errors({"가" * 5000: 1}, "result")
    assert len(error.field) == 200


def test_G02_of_a_large_value_the_first_error_is_told() -> None:
    schema = JsonSchema({"type": "object", "additionalProperties": {"type": "integer"}})
    value = {f"n{number:04}": 1 if number < 700 else "x" for number in range(1000)}
    [error] = schema.errors(value, "result")
    assert (error.field, error.code) == ("result.n0700", "wrong_type")


def test_G02_a_large_value_with_alternatives_is_refused_without_saying_where() -> None:
    numbers = {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}}
    schema = JsonSchema({"type": "object", "properties": {"numbers": numbers}})
    [error] = schema.errors({"numbers": [1] * 1000}, "result")
    assert (error.field, error.code) == ("result", "not_valid")


def test_G02_a_value_of_more_parts_than_can_be_checked_is_refused() -> None:
    numbers = {"type": "array", "items": {"allOf": [{"type": "string"}] * 9}}
    schema = JsonSchema({"type": "object", "properties": {"numbers": numbers}})
    [error] = schema.errors({"numbers": ["a"] * 8000}, "result")
    assert (error.field, error.code) == ("result", "too_large")


@pytest.mark.parametrize("text", ["1,2;" * 2000, '{[,"\\' * 1600])
def test_G02_what_stands_in_a_string_makes_no_value_large(text: str) -> None:
    path = {"allOf": [{"type": "string"}] * 30}
    schema = JsonSchema({"type": "object", "properties": {"path": path, "n": {"type": "integer"}}})
    assert schema.errors({"path": text}, "result") == list[FieldError]()
    wrong = schema.errors({"path": text, "n": "x"}, "result")
    assert [(error.field, error.code) for error in wrong] == [("result.n", "wrong_type")]


def test_G02_a_schema_stays_as_it_was_when_its_document_is_changed() -> None:
    document: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}
    schema = JsonSchema(document)
    document["properties"]["a"]["type"] = "integer"
    assert schema.errors({"a": "x"}, "result") == list[FieldError]()
