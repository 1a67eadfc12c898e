"""Changes of plan: a new purchase takes the place of an old one.

https://developer.android.com/google/play/billing/subscriptions#replacement-modes
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from dodam_sim.stores.google.life import Life
from dodam_sim.stores.google.messages import Happened
from dodam_sim.stores.google.products import Money
from dodam_sim.stores.google.purchases import Item, NotPossibleError, Purchase

ReplacementMode = Literal[
    "WITH_TIME_PRORATION",
    "CHARGE_PRORATED_PRICE",
    "WITHOUT_PRORATION",
    "CHARGE_FULL_PRICE",
    "DEFERRED",
]


def replace(life: Life, old: Purchase, new: Purchase, mode: ReplacementMode) -> None:
    """The old one ends at once; the new one is linked to it. Raises NotPossibleError."""
    if not old.acknowledged or old.expires_at is None:
        # https://developer.android.com/google/play/billing/lifecycle/subscriptions
        raise NotPossibleError("the purchase is not acknowledged yet")
    ends_at, price = _terms(life, old.item, new, old.expires_at - life.at, mode)
    new.linked, new.replaces_mode, new.replaced_item = old.token, mode, old.item
    new.started_at, new.card_works = life.at, old.card_works
    if mode == "DEFERRED":
        running = msgspec.structs.replace(old.item, phases=list(old.item.phases), price_change=None)
        new.items, new.deferred_to = [running], new.item
        new.inherited_order = old.latest_order
        new.expires_at = new.paid_until = ends_at
    else:
        life.order(new, life.at, ends_at, price)
    old.replaced_by = new.token
    old.canceled = old.canceled_at = None
    old.expires_at = life.at
    life.end(old, "replacement", Happened.EXPIRED)
    life.add(new)
    life.begin(new)


def _terms(
    life: Life, before: Item, new: Purchase, left: timedelta, mode: ReplacementMode
) -> tuple[datetime, Money | None]:
    """Until when it is paid for, and with how much; None: with what the new plan costs."""
    item = new.item
    nothing = Money(0, item.price.currency)
    match mode:
        case "DEFERRED" | "WITHOUT_PRORATION":
            return life.at + left, nothing
        case "CHARGE_FULL_PRICE":
            return life.end_of(new, item.phase, life.at) + left, None
        case "WITH_TIME_PRORATION" | "CHARGE_PRORATED_PRICE":
            rate, rate_before = _rate(life, new, item), _rate(life, new, before)
    if mode == "WITH_TIME_PRORATION":
        return life.at + left * (rate_before / rate), nothing
    if rate <= rate_before:
        raise NotPossibleError("only a plan that costs more for its time is prorated by price")
    micros = round((rate - rate_before) * left.total_seconds())
    return life.at + left, Money(micros, item.price.currency)


def _rate(life: Life, purchase: Purchase, item: Item) -> float:
    """Micros for a second."""
    period = life.end_of(purchase, item.base, life.at) - life.at
    return item.price.micros / period.total_seconds()
