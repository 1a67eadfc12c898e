"""What is known of a subscription: everything its store ever said, the latest of each part."""

from collections.abc import Mapping
from datetime import UTC, datetime
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


def _later(known: Part | None, told: Part) -> Part:
    """Of what was said at one instant the same is taken, whichever was heard first."""
    if known is None or told.told_at > known.told_at:
        return told
    if told.told_at < known.told_at:
        return known
    return max(known, told, key=msgspec.json.encode)
