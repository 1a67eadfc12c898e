"""Finding the rule that fits among many without looking at each.

A set of rules is an integer with a bit for each, the first rule's the lowest. Of each condition is
worked out once which rules it lets through, for every answer a client can give; a client then costs
an `and` a condition. Only rollouts are drawn rule by rule, among those that are left.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET

from dodam.features.accounts.models.attributes import DeviceProfile
from dodam.features.accounts.models.devices import Platform
from dodam.features.livesettings.models.app_versions import Precedence, precedence
from dodam.features.livesettings.models.clients import Facts
from dodam.features.livesettings.models.conditions import AppVersions, WantedAttribute, holds
from dodam.features.livesettings.models.contents import SettingsRule, salt

Choice = TypeVar("Choice")


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
            if rollout is None or facts.bucket(rollout[0]) < rollout[1]:
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
    """The rules that ask for each attribute, and for each of its values that is asked for."""

    def __init__(self, asked: Sequence[Iterable[WantedAttribute]]) -> None:
        self._keys: dict[str, int] = {}
        values: dict[str, dict[bytes, tuple[Any, int]]] = {}
        for place, wanted in enumerate(asked):
            for each in wanted:
                self._keys[each.key] = self._keys.get(each.key, 0) | 1 << place
                if each.value is not UNSET:
                    of_key = values.setdefault(each.key, {})
                    name = msgspec.json.encode(each.value, order="deterministic")
                    _, asking = of_key.get(name, (None, 0))
                    of_key[name] = each.value, asking | 1 << place
        self._values = {key: list(of_key.values()) for key, of_key in values.items()}

    def missed(self, attributes: dict[str, list[Any]]) -> int:
        """The rules that ask for what is not held."""
        missed = 0
        for key, asking in self._keys.items():
            held = attributes.get(key)
            if not held:
                missed |= asking
                continue
            for wanted, asking_for_it in self._values.get(key, ()):
                if not any(holds(value, wanted) for value in held):
                    missed |= asking_for_it
        return missed


def _bits(places: Iterable[int]) -> int:
    return sum(1 << place for place in places)
