"""The ledger of payments: what families paid, and what they were given back."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from dodam.features.billing.models.told import Money, Period


class PaymentKind(StrEnum):
    """`correction`: the store says another sum than before of what was paid."""

    CHARGE = "charge"
    REFUND = "refund"
    REFUND_REVERSED = "refund_reversed"
    CORRECTION = "correction"


class Payment(Struct, frozen=True, kw_only=True):
    """A line of the ledger. What was given back is below 0, so that a sum of lines is what is left.

    `at` is when the money moved, `transaction_id` the store's; the period is what it was paid for.
    """

    id: UUID
    subscription_id: UUID
    kind: PaymentKind
    transaction_id: str
    product_id: str
    amount: Money
    at: datetime
    period_begins_at: datetime
    period_ends_at: datetime


class Line(Struct, frozen=True):
    """What is to be added to the ledger."""

    kind: PaymentKind
    amount: Money
    at: datetime


class Booked(Struct, frozen=True):
    """What the ledger has of a transaction by currency, in millionths; given back is below 0."""

    paid: Mapping[str, int] = {}
    given_back: Mapping[str, int] = {}


def missing_lines(period: Period, booked: Booked) -> list[Line]:
    """The lines after which the ledger agrees with what the store says of a period.

    In whatever order it was said, and however often, the lines add up to the same. Where the store
    does not say what was paid, as of an order that it does not show, it does not say that nothing
    was given back either.
    """
    if period.paid is None:
        return []
    return [
        *_paid(period, period.paid, booked.paid),
        *_given_back(period, booked.given_back),
    ]


def _paid(period: Period, paid: Money, booked: Mapping[str, int]) -> list[Line]:
    if not any(booked.values()):
        return [Line(PaymentKind.CHARGE, paid, period.begins_at)] * bool(paid.micros)
    return [
        Line(PaymentKind.CORRECTION, difference, period.told_at)
        for difference in _differences(paid, booked)
    ]


def _given_back(period: Period, booked: Mapping[str, int]) -> list[Line]:
    refunded = period.refunded or Money(0, "")
    at = period.refunded_at or period.told_at
    return [
        Line(PaymentKind.REFUND, difference, at)
        if difference.micros < 0
        else Line(PaymentKind.REFUND_REVERSED, difference, period.told_at)
        for difference in _differences(Money(-refunded.micros, refunded.currency), booked)
    ]


def _differences(wanted: Money, booked: Mapping[str, int]) -> list[Money]:
    """What is to be added in each currency; in all but the wanted one nothing is to be left."""
    missing = {currency: -micros for currency, micros in booked.items()}
    missing[wanted.currency] = missing.get(wanted.currency, 0) + wanted.micros
    return [Money(micros, currency) for currency, micros in sorted(missing.items()) if micros]
