"""How what settings say differs between two versions."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from dodam.features.livesettings.models.contents import Content
from dodam.features.livesettings.models.merging import canonical, is_object


class Difference(Struct, frozen=True):
    """One place that differs; `path` is a JSON Pointer (RFC 6901), such as `/value/speed`.

    Rules go by their names (`/rules/slow-tablets/when/platforms`), and their order is `/order`.
    What is not there on a side is left out on it.
    """

    path: str
    from_: Any | UnsetType = field(name="from", default=UNSET)
    to: Any | UnsetType = UNSET


def differences(one: Content, other: Content) -> list[Difference]:
    """By path."""
    before, after = dict(_leaves("", _named(one))), dict(_leaves("", _named(other)))
    return [
        Difference(path, before.get(path, UNSET), after.get(path, UNSET))
        for path in sorted(before.keys() | after.keys())
        if path not in before
        or path not in after
        or canonical(before[path]) != canonical(after[path])
    ]


def _named(content: Content) -> dict[str, Any]:
    rules: list[dict[str, Any]] = msgspec.to_builtins(content.rules)
    return {
        "value": content.value or UNSET,
        "rules": {
            rule["name"]: {**rule, "name": UNSET, "when": rule.get("when") or UNSET}
            for rule in rules
        }
        or UNSET,
        "order": [rule["name"] for rule in rules],
    }


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    """What is no object, or an empty one, by its path."""
    if is_object(value) and value:
        for name, part in value.items():
            escaped = name.replace("~", "~0").replace("/", "~1")
            yield from _leaves(f"{path}/{escaped}", part)
    elif value is not UNSET:
        yield path, value
