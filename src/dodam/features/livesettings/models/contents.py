"""What settings say: a value for everybody, and rules for some."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from dodam.features.livesettings.models.conditions import When
from dodam.features.livesettings.models.merging import merged

MOST_RULES = 1_000

NamespaceName = Annotated[
    str, Meta(pattern=r"^[a-z][a-z0-9_.]{1,59}\Z", examples=["difficulty", "games.brushing"])
]
RuleName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}\Z", examples=["slow-tablets"])]


class SettingsRule(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Other settings for those who are meant: `value` is merged over the value for everybody.

    Merging is that of JSON Merge Patch (RFC 7396): members replace those of the same name, null
    takes one away.
    """

    name: RuleName
    when: When = When()
    value: dict[str, Any] = {}


class Content(Struct, frozen=True):
    """What a namespace says. `value` is merged over its defaults; the first rule that fits wins."""

    value: dict[str, Any] = {}
    rules: Annotated[list[SettingsRule], Meta(max_length=MOST_RULES)] = []

    def base(self, defaults: dict[str, Any]) -> dict[str, Any]:
        """What those get whom no rule means."""
        return merged(defaults, self.value)


def salt(namespace: str, rule: SettingsRule) -> str:
    """What a rule's rollout draws by."""
    rollout = rule.when.rollout
    return (rollout and rollout.salt) or f"{namespace}/{rule.name}"


def size(value: object) -> int:
    """In bytes, as JSON."""
    return len(msgspec.json.encode(value))
