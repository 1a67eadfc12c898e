"""What is known of a subscription: everything its store ever said, the latest of each part."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise, zip_longest
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from dodam.features.billing.models.told import Period, Renewal, Told

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Naming(Struct, frozen=True, kw_only=True):
    """Whom a purchase names, by its newest transaction: who buys again may name another account.

    `as_of` is when that transaction's time begins.
    """

    as_of: datetime
    told_at: datetime
    buyer: UUID | None
    family_shared: bool


Part = TypeVar("Part", Period, Renewal, Naming)


class Record(Struct, frozen=True):
    """`periods` are by their transactions. What it learns, it learns in any order and once.

    `replaces` is the key of the subscription whose place this one took, and `replaced_at` is when
    another took the place of this one.
    """

    periods: Mapping[str, Period] = {}
    renewal: Renewal | None = None
    naming: Naming | None = None
    replaces: str | None = None
    replaced_at: datetime | None = None
    acknowledged: bool = False

    @property
    def buyer(self) -> UUID | None:
        return self.naming.buyer if self.naming else None

    @property
    def family_shared(self) -> bool:
        return self.naming is not None and self.naming.family_shared

    @property
    def told_at(self) -> datetime:
        """When the newest of it was said."""
        parts = (*self.periods.values(), self.renewal)
        return max((each.told_at for each in parts if each is not None), default=_NEVER)

    @property
    def begins_at(self) -> datetime | None:
        """When the first of its time begins; null where nothing was paid yet."""
        return min((each.begins_at for each in self.periods.values()), default=None)

    def as_it_ran(self) -> "Record":
        """The record with each time ended where another took its place.

        Of an upgrade Apple notifies by the new transaction alone; of the old one, only its history
        says that it was upgraded. A renewal that was charged ahead does not run at all where
        something else was bought before it would have begun, and is left out.
        """
        times = sorted(self.periods.values(), key=lambda each: each.begins_at)
        if all(before.ends_at <= after.begins_at for before, after in pairwise(times)):
            return self
        ran = [each for each in times if not _is_forestalled(each, times)]
        periods = {
            each.transaction_id: _until(each, after.begins_at if after else each.ends_at)
            for each, after in zip_longest(ran, ran[1:])
        }
        return msgspec.structs.replace(self, periods=periods)

    def learning(self, told: Told) -> "Record":
        """The record with what a store said now added."""
        periods = dict(self.periods)
        for each in told.periods:
            periods[each.transaction_id] = _later(periods.get(each.transaction_id), each)
        return msgspec.structs.replace(
            self,
            periods=periods,
            renewal=_later(self.renewal, told.renewal) if told.renewal else self.renewal,
            naming=self._naming(told),
            replaces=told.replaces or self.replaces,
            acknowledged=told.acknowledged or self.acknowledged,
        )

    def _naming(self, told: Told) -> Naming | None:
        parts = (*told.periods, told.renewal)
        naming = Naming(
            as_of=max((each.begins_at for each in told.periods), default=_NEVER),
            told_at=max((each.told_at for each in parts if each is not None), default=_NEVER),
            buyer=told.buyer,
            family_shared=told.family_shared,
        )
        known = self.naming
        if known is None or naming.as_of > known.as_of:
            return naming
        return known if naming.as_of < known.as_of else _later(known, naming)


def _until(time: Period, at: datetime) -> Period:
    replaced_at = min(at, time.replaced_at or time.ends_at)
    return msgspec.structs.replace(time, replaced_at=replaced_at) if at < time.ends_at else time


def _is_forestalled(time: Period, times: Sequence[Period]) -> bool:
    """Whether one of those that began before it was bought after it, and has its place.

    So it was if it began when this one had been told of already, or if it is that which replaced
    this one.
    """
    return any(
        other.begins_at < time.begins_at < other.ends_at
        and (time.told_at < other.begins_at or _is_replaced_by(other, time, times))
        for other in times
    )


def _is_replaced_by(other: Period, time: Period, times: Sequence[Period]) -> bool:
    """By one that began before it: it never ran, or nothing later is there that replaced it, or
    the other was not replaced by it.
    """
    until = time.replaced_at
    if until is None or until <= time.begins_at:
        return until is not None
    by_a_later = any(time.begins_at < each.begins_at <= until for each in times)
    return other.replaced_at is None and (other.told_at > time.begins_at or not by_a_later)


def _later(known: Part | None, told: Part) -> Part:
    """Of what was said at one instant the same is taken, whichever was heard first."""
    if known is None or told.told_at > known.told_at:
        return told
    if told.told_at < known.told_at:
        return known
    return max(known, told, key=msgspec.json.encode)
