"""G06: settings are merged as JSON Merge Patch says, with the cases of RFC 7396, appendix A."""

import copy
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dodam.features.livesettings.models.contents import Content, SettingsRule
from dodam.features.livesettings.models.differences import differences
from dodam.features.livesettings.models.merging import merged

from .clients import many

_json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab/~", max_size=2),
    lambda parts: st.lists(parts, max_size=2) | st.dictionaries(st.text("ab/~", max_size=2), parts),
    max_leaves=8,
)
_objects = st.dictionaries(st.text("ab/~", max_size=2), _json, max_size=3)


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ('{"a":"b"}', '{"a":"c"}', '{"a":"c"}'),
        ('{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'),
        ('{"a":"b"}', '{"a":null}', "{}"),
        ('{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'),
        ('{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'),
        ('{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'),
        ('{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'),
        ('{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'),
        ('["a","b"]', '["c","d"]', '["c","d"]'),
        ('{"a":"b"}', '["c"]', '["c"]'),
        ('{"a":"foo"}', "null", "null"),
        ('{"a":"foo"}', '"bar"', '"bar"'),
        ('{"e":null}', '{"a":1}', '{"e":null,"a":1}'),
        ("[1,2]", '{"a":"b","c":null}', '{"a":"b"}'),
        ("{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'),
    ],
)
def test_G06_merging_is_that_of_rfc_7396(target: str, patch: str, result: str) -> None:
    decode = msgspec.json.decode
    assert merged(decode(target), decode(patch)) == decode(result)


@many
@given(_json, _json)
def test_G06_merging_changes_neither_side_and_twice_is_once(target: Any, patch: Any) -> None:
    before = copy.deepcopy((target, patch))
    once = merged(target, patch)
    assert merged(once, patch) == once
    assert (target, patch) == before


@many
@given(_objects, _objects)
def test_G06_nothing_differs_if_and_only_if_what_is_said_is_the_same(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    encode = msgspec.json.Encoder(order="deterministic").encode
    found = differences(Content(one), Content(other))
    assert (not found) is (encode(one) == encode(other))
    assert [each.path for each in found] == sorted(each.path for each in found)
    swapped = differences(Content(other), Content(one))
    assert [(each.path, each.to, each.from_) for each in found] == [
        (each.path, each.from_, each.to) for each in swapped
    ]


def test_G06_a_difference_names_values_rules_and_their_order() -> None:
    one = Content(
        {"speed": 1, "a/b": {"c~d": True}},
        [SettingsRule("slow", value={"speed": 0}), SettingsRule("fast", value={"speed": 9})],
    )
    other = Content(
        {"speed": 2, "a/b": {"c~d": 1}},
        [SettingsRule("fast", value={"speed": 9}), SettingsRule("slow", value={"speed": 3})],
    )
    assert msgspec.to_builtins(differences(one, other)) == [
        {"path": "/order", "from": ["slow", "fast"], "to": ["fast", "slow"]},
        {"path": "/rules/slow/value/speed", "from": 0, "to": 3},
        {"path": "/value/a~1b/c~0d", "from": True, "to": 1},
        {"path": "/value/speed", "from": 1, "to": 2},
    ]
    assert msgspec.to_builtins(differences(Content(), Content({"speed": 2}))) == [
        {"path": "/value/speed", "to": 2}
    ]
    # Conditions that were left out are none, as if there were no conditions in them.
    of_all = msgspec.json.decode(b'{"name":"all","when":{}}', type=SettingsRule)
    assert not differences(Content({}, [SettingsRule("all")]), Content({}, [of_all]))
