"""Finding what no message told: what is asked, how far was looked, and what was found."""

from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct, structs

from dodam.features.billing.models.notifications import Refusals
from dodam.features.billing.models.records import Record
from dodam.features.billing.models.states import State
from dodam.features.billing.models.stores import Store

_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class Because(StrEnum):
    """Why a store is asked about a subscription.

    `due`: the time that was paid for is over and the store has said nothing. `sweep`: it is asked
    about each from time to time. `voided`: an order of it was given back.
    """

    DUE = "due"
    SWEEP = "sweep"
    VOIDED = "voided"


class Difference(StrEnum):
    """What a store told when it was asked, and no message had."""

    SUBSCRIPTION = "subscription"
    PERIODS = "periods"
    RENEWAL = "renewal"


class Verdict(StrEnum):
    """Whether the message came after all, within the hour."""

    LATE = "late"
    MISSED = "missed"


class Drift(Struct, frozen=True, kw_only=True):
    """What asking a store found, that no message had told by then.

    `verdict` is null in the first hour: the message may still be on its way. `ledger_lines` is how
    many payments were written down because of it.
    """

    id: UUID
    subscription_id: UUID
    store: Store
    found_at: datetime
    because: Because
    differs: list[Difference]
    before: State | None
    after: State
    ledger_lines: int
    verdict: Verdict | None


class DriftPage(Struct, frozen=True):
    """The last found first; `next_cursor` asks for the page after, null on the last."""

    found: list[Drift]
    next_cursor: str | None


class Mark(Struct, frozen=True):
    """How far one of a store's lists was read, and when that was."""

    list: str
    until: datetime
    read_at: datetime


class StoreHealth(Struct, frozen=True, kw_only=True):
    """How it goes with a store.

    `waiting` and `failed` are messages that have not taken effect; `waits_since` is when the
    oldest of them came. `fetched` are those of the last seven days that the store did not bring,
    but had in its history. `late` and `missed` are drift of those days, `refused` forgeries.
    """

    store: Store
    set_up: bool
    last_received_at: datetime | None
    waiting: int
    failed: int
    waits_since: datetime | None
    fetched: int
    late: int
    missed: int
    refused: list[Refusals]
    read: list[Mark]


def differences(before: Record | None, after: Record) -> list[Difference]:
    """What of a record is another, but for when it was told."""
    if before is None:
        return [Difference.SUBSCRIPTION]
    found: list[Difference] = []
    if _periods(before) != _periods(after):
        found.append(Difference.PERIODS)
    if _renewal(before) != _renewal(after):
        found.append(Difference.RENEWAL)
    return found


def _periods(record: Record) -> object:
    periods = record.as_it_ran().periods
    return {name: structs.replace(each, told_at=_ANY_TIME) for name, each in periods.items()}


def _renewal(record: Record) -> object:
    return record.renewal and structs.replace(record.renewal, told_at=_ANY_TIME)
