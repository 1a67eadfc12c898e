"""What is announced as a subscription changes: of each change, and once."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from dodam.features.billing.models.facts import Standing, is_trial
from dodam.features.billing.models.payments import Line, PaymentKind
from dodam.features.billing.models.states import (
    ARRIVALS,
    MOVES,
    PRICE_NEWS,
    RUNNING,
    News,
    State,
)
from dodam.features.billing.models.told import Money, Period, PriceChange


class Announced(Struct, frozen=True):
    """What the owner knows: nothing at all, where there was no owner yet."""

    state: State | None = None
    period: Period | None = None
    price_change: PriceChange | None = None


class Item(Struct, frozen=True):
    """`until` and `amount` are as in SubscriptionNews."""

    news: News
    until: datetime | None = None
    amount: Money | None = None


def announce(
    known: Announced,
    standing: Standing,
    price_change: PriceChange | None,
    lines: Sequence[Line],
    now: datetime,
) -> list[Item]:
    """What the owner is to be told; `lines` are those that were added to the ledger."""
    until = standing.entitled_until(now)
    items: list[Item] = []
    if known.state is not None:
        items += _money(lines, until)
    paid = standing.period.paid if standing.period else None
    for news in (*_arrival(known, standing), *_move(known, standing)):
        if all(item.news is not news for item in items):
            # What was paid is told once, with the first of several things that it paid for.
            amount = paid if paid and paid.micros and news in _PAID_FOR else None
            items.append(Item(news, until, amount))
            paid = None if amount else paid
    return [*items, *_price(known.price_change, price_change)]


_PAID_FOR = frozenset(
    {
        News.STARTED,
        News.CONVERTED,
        News.RENEWED,
        News.RECOVERED,
        News.RESUMED,
        News.RESUBSCRIBED,
        News.PRODUCT_CHANGED,
    }
)


def _money(lines: Sequence[Line], until: datetime | None) -> Iterator[Item]:
    for line in lines:
        if line.kind is PaymentKind.REFUND:
            amount = Money(-line.amount.micros, line.amount.currency)
            yield Item(News.REFUNDED, until, amount)
        elif line.kind is PaymentKind.REFUND_REVERSED:
            yield Item(News.REFUND_REVERSED, until, line.amount)


def _arrival(known: Announced, standing: Standing) -> Iterator[News]:
    period, before = standing.period, known.period
    if standing.fact not in RUNNING or period is None:
        return
    if before is None:
        news = ARRIVALS[known.state]
        yield News.TRIAL_STARTED if news is News.STARTED and is_trial(period) else news
        return
    if period.transaction_id == before.transaction_id:
        return
    changed = period.product_id != before.product_id
    news = ARRIVALS[known.state]
    if news is News.RENEWED and is_trial(before) and not is_trial(period):
        yield News.CONVERTED
    elif news is News.RENEWED and changed and period.begins_at < before.ends_at:
        pass  # The product was changed before the end: nothing was renewed.
    elif known.state is State.EXPIRED and period.begins_at <= before.ends_at:
        yield News.RENEWED  # It was late only.
    else:
        yield news
    if changed:
        yield News.PRODUCT_CHANGED


def _move(known: Announced, standing: Standing) -> tuple[News, ...]:
    return () if standing.state is known.state else MOVES[standing.fact][known.state].news


def _price(before: PriceChange | None, now: PriceChange | None) -> Iterator[Item]:
    if now is None or (before is not None and _told(before) == _told(now)):
        return
    news = PRICE_NEWS[now.state]
    if news is not None:
        yield Item(news, now.takes_effect_at, now.price)


def _told(change: PriceChange) -> tuple[News | None, Money | None, datetime | None]:
    return PRICE_NEWS[change.state], change.price, change.takes_effect_at
