"""G02: whatever is written as a schema, it is refused or it is harmless, and means what it says."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from dodam.platform.errors import InvalidInput
from dodam.platform.json_schema.documents import measured
from dodam.platform.json_schema.schemas import JsonSchema

NAMES = st.sampled_from(["a", "b", "c"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.5, 2.0, "", "a", "ab", "가"])
)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(NAMES, below, max_size=3),
    max_leaves=12,
)
KEYWORDS = st.sampled_from(
    [
        *("$defs", "$ref", "$id", "allOf", "anyOf", "const", "enum", "if", "items", "maximum"),
        *("multipleOf", "not", "pattern", "patternProperties", "properties", "required", "type"),
    ]
)
# JSON that looks like a schema now and then, and mostly is none.
ANYTHING = st.recursive(
    SCALARS | KEYWORDS | st.floats(allow_nan=False) | st.just("#/$defs/a"),
    lambda below: (
        st.lists(below, max_size=4) | st.dictionaries(KEYWORDS | NAMES, below, max_size=5)
    ),
    max_leaves=40,
)
ASSERTIONS = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(
                ["array", "boolean", "integer", "null", "number", "object", "string"]
            )
        }
    ),
    st.fixed_dictionaries({"enum": st.lists(SCALARS, max_size=3)}),
    st.fixed_dictionaries({"const": SCALARS}),
    st.fixed_dictionaries({"minimum": st.integers(-3, 3)}),
    st.fixed_dictionaries({"exclusiveMaximum": st.integers(-3, 3)}),
    st.fixed_dictionaries({"multipleOf": st.integers(1, 3)}),
    st.fixed_dictionaries({"maxLength": st.integers(0, 3)}),
    st.fixed_dictionaries({"pattern": st.sampled_from(["^a", "b$", "^$", "가"])}),
    st.fixed_dictionaries({"minItems": st.integers(0, 3)}),
    st.fixed_dictionaries({"uniqueItems": st.booleans()}),
    st.fixed_dictionaries({"required": st.lists(NAMES, max_size=2, unique=True)}),
    st.fixed_dictionaries({"dependentRequired": st.just({"a": ["b"]})}),
    st.fixed_dictionaries({"maxProperties": st.integers(0, 3)}),
)
REFERENCES = st.sampled_from([{"$ref": "#/$defs/d1"}, {"$ref": "#/$defs/d2"}])


def _both(two: tuple[Any, Any]) -> Any:
    one, other = two
    return {**one, **other} if one not in (True, False) and other not in (True, False) else one


def _applied(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(below, min_size=1, max_size=3)
    return st.one_of(
        *(
            st.fixed_dictionaries({keyword: some})
            for keyword in ("allOf", "anyOf", "oneOf", "prefixItems")
        ),
        *(
            st.fixed_dictionaries({keyword: below})
            for keyword in ("not", "items", "contains", "additionalProperties", "propertyNames")
        ),
        st.fixed_dictionaries({"properties": st.dictionaries(NAMES, below, max_size=3)}),
        st.fixed_dictionaries(
            {"patternProperties": st.dictionaries(st.just("^[ab]"), below, max_size=1)}
        ),
        st.fixed_dictionaries({"dependentSchemas": st.dictionaries(NAMES, below, max_size=1)}),
        st.fixed_dictionaries({"if": below, "then": below, "else": below}),
        st.tuples(below, below).map(_both),
        st.tuples(below, REFERENCES).map(_both),
    )


SCHEMAS = st.recursive(
    st.sampled_from([ASSERTIONS, REFERENCES, st.booleans()]).flatmap(lambda chosen: chosen),
    _applied,
    max_leaves=12,
)
# A value of any kind under `value`, so that every keyword is met; `d1` refers to `d2`.
DOCUMENTS = st.tuples(SCHEMAS, SCHEMAS).map(
    lambda two: {
        "type": "object",
        "properties": {"value": two[0]},
        "$defs": {"d1": {"anyOf": [{"$ref": "#/$defs/d2"}, True]}, "d2": two[1]},
    }
)


@settings(max_examples=200, deadline=None)
@given(ANYTHING, VALUES)
def test_G02_any_json_is_a_harmless_schema_or_refused(document: Any, value: Any) -> None:
    for each in ({"properties": document}, {"type": "object", "not": document}):
        with contextlib.suppress(InvalidInput):
            JsonSchema(each).errors(value, "result")


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, VALUES)
def test_G02_a_schema_means_what_another_validator_says(document: Any, value: Any) -> None:
    wrapped = {"value": value}
    with contextlib.suppress(InvalidInput):
        errors = JsonSchema(document).errors(wrapped, "result")
        other: Any = jsonschema.Draft202012Validator(document)
        assert (not errors) is other.is_valid(wrapped)


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, VALUES)
def test_G02_no_part_of_a_value_meets_more_schemas_than_were_counted(
    document: Any, value: Any
) -> None:
    with contextlib.suppress(InvalidInput):
        _, size = measured(document, "schema")
        met = Counter(_meetings(document, {"value": value}, (), document["$defs"]))
        assert max(met.values()) <= 1 + size.branches


def _meetings(
    schema: Any, value: Any, place: tuple[Any, ...], definitions: Any
) -> Iterator[tuple[Any, ...]]:
    """Each place of a value, as often as some schema may be held against what is there."""
    yield place
    if isinstance(schema, bool):
        return
    beside = [
        *(below for keyword in ("allOf", "anyOf", "oneOf") for below in schema.get(keyword, ())),
        *(schema[keyword] for keyword in ("if", "then", "else", "not") if keyword in schema),
        *schema.get("dependentSchemas", {}).values(),
    ]
    if "$ref" in schema:
        beside.append(definitions[schema["$ref"].removeprefix("#/$defs/")])
    for below in beside:
        yield from _meetings(below, value, place, definitions)
    for step, part, below in _parts(schema, value):
        yield from _meetings(below, part, (*place, step), definitions)


def _parts(schema: Any, value: Any) -> Iterator[tuple[Any, Any, Any]]:
    """The parts of a value: where each is, itself, and a schema that is held against it."""
    if isinstance(value, list):
        yield from _items(schema, value)
    elif isinstance(value, dict):
        yield from _members(schema, value)


def _items(schema: Any, value: Any) -> Iterator[tuple[Any, Any, Any]]:
    first = schema.get("prefixItems", [])
    for index, part in enumerate(value):
        if index < len(first):
            yield index, part, first[index]
        elif "items" in schema:
            yield index, part, schema["items"]
        if "contains" in schema:
            yield index, part, schema["contains"]


def _members(schema: Any, value: Any) -> Iterator[tuple[Any, Any, Any]]:
    named, matched = schema.get("properties", {}), schema.get("patternProperties", {})
    for name, part in value.items():
        applied = [
            *([named[name]] if name in named else []),
            *(below for below in matched.values() if name in "ab"),
        ]
        for below in applied or [schema.get("additionalProperties", True)]:
            yield name, part, below
        if "propertyNames" in schema:
            yield ("name", name), name, schema["propertyNames"]
