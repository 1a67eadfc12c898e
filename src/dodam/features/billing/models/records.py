"""What is known of a subscription: everything its store ever said, the latest of each part."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct

from dodam.features.billing.models.told import Period, Renewal, Told

Part = TypeVar("Part", Period, Renewal)


class Record(Struct, frozen=True):
    """`periods` are by their transactions. What it learns, it learns in any order and once."""

    periods: Mapping[str, Period] = {}
    renewal: Renewal | None = None

    def learning(self, told: Told) -> "Record":
        """The record with what a store said now added."""
        periods = dict(self.periods)
        for each in told.periods:
            periods[each.transaction_id] = _later(periods.get(each.transaction_id), each)
        renewal = self.renewal
        if told.renewal is not None:
            renewal = _later(renewal, told.renewal)
        return msgspec.structs.replace(self, periods=periods, renewal=renewal)


def _later(known: Part | None, told: Part) -> Part:
    return told if known is None or told.told_at > known.told_at else known
