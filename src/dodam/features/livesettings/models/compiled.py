"""What is in force, made ready to be chosen from, now and at instants to come."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from dodam.features.livesettings.models.clients import Facts
from dodam.features.livesettings.models.contents import Content
from dodam.features.livesettings.models.index import Index
from dodam.features.livesettings.models.merging import merged
from dodam.features.livesettings.models.resolved import Resolved


class Compiled:
    """A version of a namespace's settings. Each answer it can give is encoded once, when asked."""

    def __init__(
        self, namespace: str, version: int, defaults: dict[str, Any], content: Content
    ) -> None:
        self._namespace = namespace
        self._version = version
        self._base = content.base(defaults)
        self._rules = content.rules
        self._index = Index(namespace, content.rules)
        self._answers: dict[int | None, Resolved] = {}

    def resolve(self, facts: Facts) -> Resolved:
        """What a client gets."""
        place = self._index.first(facts)
        answer = self._answers.get(place)
        if answer is None:
            answer = self._answers[place] = self._answer(place)
        return answer

    def _answer(self, place: int | None) -> Resolved:
        rule = None if place is None else self._rules[place]
        value = self._base if rule is None else merged(self._base, rule.value)
        return Resolved(
            self._namespace,
            self._version,
            None if rule is None else rule.name,
            msgspec.Raw(msgspec.json.encode(value)),
        )


class Timeline:
    """A namespace's settings by the instant they take effect; `now` holds until the first."""

    def __init__(self, now: Compiled, to_come: Sequence[tuple[datetime, Compiled]]) -> None:
        self._instants = [instant for instant, _ in to_come]
        self._settings = [now, *(settings for _, settings in to_come)]

    def at(self, instant: datetime) -> Compiled:
        return self._settings[bisect_right(self._instants, instant)]
