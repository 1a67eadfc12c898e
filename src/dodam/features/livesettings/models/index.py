"""Finding the rule that fits among many without looking at each.

A set of rules is an integer with a bit for each, the first rule's the lowest. Of each condition is
worked out once which rules it lets through, for every answer a client can give; a client then costs
an `and` a condition. Only rollouts are drawn rule by rule, among those that are left.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, TypeAlias, TypeVar

from msgspec import UNSET

from dodam.features.accounts.models.attributes import DeviceProfile
from dodam.features.accounts.models.devices import Platform
from dodam.features.livesettings.models.app_versions import Precedence, precedence
from dodam.features.livesettings.models.clients import Facts
from dodam.features.livesettings.models.conditions import AppVersions, WantedAttribute
from dodam.features.livesettings.models.contents import SettingsRule, salt
from dodam.features.livesettings.models.merging import canonical, is_object
from dodam.features.livesettings.models.rollouts import bucket

Choice = TypeVar("Choice")
# Names of an object's members.
_Members: TypeAlias = tuple[str, ...]
_Token: TypeAlias = tuple[str, _Members | None, bytes]


class Index:
    """The rules of a namespace, ready to be asked; answers as `When.misses` does rule by rule."""

    def __init__(self, namespace: str, rules: Sequence[SettingsRule]) -> None:
        whens = [rule.when for rule in rules]
        self._platforms = _by_choice([when.platforms for when in whens], Platform)
        self._profiles = _by_choice([when.device_profiles for when in whens], DeviceProfile)
        self._versions = _Versions([when.app_versions for when in whens])
        self._attributes = _Attributes([when.attributes or () for when in whens])
        self._rollouts = [
            None
            if rule.when.rollout is None
            else (salt(namespace, rule), rule.when.rollout.buckets)
            for rule in rules
        ]

    def first(self, facts: Facts) -> int | None:
        """The place of the first rule that fits."""
        left = (
            self._platforms[facts.platform]
            & self._profiles[facts.device_profile]
            & self._versions.let_through(facts.app_version)
        )
        left &= ~self._attributes.missed(facts.attributes)
        while left:
            lowest = left & -left
            place = lowest.bit_length() - 1
            rollout = self._rollouts[place]
            if rollout is None or bucket(rollout[0], facts.child_id) < rollout[1]:
                return place
            left ^= lowest
        return None


def _by_choice(
    asked: Sequence[Collection[Choice] | None], choices: Iterable[Choice]
) -> dict[Choice | None, int]:
    """The rules each answer lets through; no answer those only that do not ask."""
    indifferent = _bits(place for place, wanted in enumerate(asked) if wanted is None)
    return {
        None: indifferent,
        **{
            choice: indifferent
            | _bits(place for place, wanted in enumerate(asked) if wanted and choice in wanted)
            for choice in choices
        },
    }


class _Versions:
    """The rules each version lets through, which change only where a range begins or ends."""

    def __init__(self, ranges: Sequence[AppVersions | None]) -> None:
        self._indifferent = _bits(place for place, each in enumerate(ranges) if each is None)
        through = self._indifferent
        changes: dict[Precedence, int] = {}
        for place, each in enumerate(ranges):
            if each is None:
                continue
            if each.from_ is None:
                through |= 1 << place
            for bound in (each.from_, each.below):
                if bound is not None:
                    at = precedence(bound)
                    changes[at] = changes.get(at, 0) ^ 1 << place
        self._bounds = sorted(changes)
        # One more than there are bounds: the first is of the versions below all of them.
        self._through = [through]
        for bound in self._bounds:
            through ^= changes[bound]
            self._through.append(through)

    def let_through(self, version: Precedence | None) -> int:
        if version is None:
            return self._indifferent
        return self._through[bisect_right(self._bounds, version)]


class _Attributes:
    """The rules that each attribute lets through.

    What is wanted, and what is held, are tokens: the attribute itself, its value, or those members
    of its value that some rule names. A rule may want several; it is asked for its first, its
    second and so on apart, so that of each of these it has one token only.
    """

    def __init__(self, asked: Sequence[Sequence[WantedAttribute]]) -> None:
        self._members: dict[str, set[_Members]] = {}
        # By turn, the rules that want a token then, and those that want anything.
        self._turns: list[tuple[dict[_Token, int], int]] = []
        for turn in range(max(map(len, asked), default=0)):
            wanting: dict[_Token, int] = {}
            anything = 0
            for place, wanted in enumerate(asked):
                if turn < len(wanted):
                    token = self._wanted(wanted[turn])
                    wanting[token] = wanting.get(token, 0) | 1 << place
                    anything |= 1 << place
            self._turns.append((wanting, anything))

    def _wanted(self, wanted: WantedAttribute) -> _Token:
        if wanted.value is UNSET:
            return wanted.key, None, b""
        if not is_object(wanted.value):
            return wanted.key, None, canonical(wanted.value)
        members = tuple(sorted(wanted.value))
        self._members.setdefault(wanted.key, set()).add(members)
        return wanted.key, members, canonical(wanted.value)

    def _held(self, key: str, values: list[Any]) -> Iterator[_Token]:
        for value in values:
            yield key, None, b""
            yield key, None, canonical(value)
            if is_object(value):
                for members in self._members.get(key, ()):
                    if all(name in value for name in members):
                        yield key, members, canonical({name: value[name] for name in members})

    def missed(self, attributes: dict[str, list[Any]]) -> int:
        """The rules that want what is not held."""
        if not self._turns:
            return 0
        held = [token for key, values in attributes.items() for token in self._held(key, values)]
        missed = 0
        for wanting, anything in self._turns:
            let_through = 0
            for token in held:
                let_through |= wanting.get(token, 0)
            missed |= anything & ~let_through
        return missed


def _bits(places: Iterable[int]) -> int:
    return sum(1 << place for place in places)
