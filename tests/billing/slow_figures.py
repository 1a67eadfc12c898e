"""The figures of payments, read anew from what the stores said, one by one and without SQL."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dodam.features.billing.models.told import OfferMode, Period

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
COUNTS = ("active_at_start", "active_at_end", "new", "returned", "churned")
TRIALS = ("running_at_end", "started", "ended", "converted")
MONEY = (
    "charged",
    "refunded",
    "mrr_at_start",
    "mrr_at_end",
    "mrr_new",
    "mrr_returned",
    "mrr_churned",
)


@dataclass(frozen=True)
class Bought:
    """A period of somebody's, as far as it counts."""

    subscriber: str
    store: str
    period: Period

    @property
    def begins(self) -> datetime:
        return self.period.begins_at

    @property
    def ends(self) -> datetime:
        ends = (self.period.ends_at, self.period.revoked_at, self.period.replaced_at)
        return min(each for each in ends if each is not None)

    @property
    def is_paid(self) -> bool:
        paid = self.period.paid
        return paid is not None and paid.micros > 0 and self.begins < self.ends

    @property
    def runs_on_what_was_paid(self) -> bool:
        paid = self.period.paid
        for_nothing = paid is not None and paid.micros == 0 and self.period.offer is None
        return self.is_paid or (for_nothing and self.begins < self.ends)

    @property
    def is_trial(self) -> bool:
        offer = self.period.offer
        return offer is not None and offer.mode is OfferMode.FREE_TRIAL and self.begins < self.ends

    @property
    def product(self) -> tuple[str, str]:
        return self.store, self.period.product_id

    @property
    def currency(self) -> str:
        return self.period.paid.currency if self.period.paid else ""

    @property
    def mrr(self) -> int:
        length = (self.period.ends_at - self.begins) // MICROSECOND
        micros = self.period.paid.micros if self.period.paid else 0
        # 365.2425 days are 31,556,952 seconds.
        return micros * (31_556_952 // 12) * 1_000_000 // length

    def runs_before(self, at: datetime) -> bool:
        return self.begins < at <= self.ends


def month(bought: Sequence[Bought], since: datetime, until: datetime) -> dict[str, Any]:
    """What `MonthFigures` says of a month, its shares left out."""
    counts: dict[Any, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    money: dict[Any, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    trials: dict[Any, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    paid: dict[str, list[Bought]] = defaultdict(list)
    for each in bought:
        if each.runs_on_what_was_paid:
            paid[each.subscriber].append(each)
    for theirs in paid.values():
        for what, row in _moments(theirs, since, until):
            counts[row.product][what] += 1
            if not what.startswith("active"):
                money[*row.product, row.currency][f"mrr_{what}"] += row.mrr
    for each in bought:
        _count_money(money, each, since, until)
        if each.is_trial and each.begins < until and each.ends >= since:
            _count_trial(trials[each.product], each, paid[each.subscriber], since, until)
    products = {key[:2] for key in (*counts, *money, *trials)}
    return {
        "subscribers": {what: sum(each[what] for each in counts.values()) for what in COUNTS},
        "products": [
            {
                "store": product[0],
                "product_id": product[1],
                "subscribers": {what: counts[product][what] for what in COUNTS},
                "trials": {what: trials[product][what] for what in TRIALS},
                "money": [
                    {
                        "currency": key[2],
                        **{what: row[what] for what in MONEY},
                        "net": row["charged"] - row["refunded"],
                    }
                    for key, row in sorted(money.items())
                    if key[:2] == product
                ],
            }
            for product in sorted(products)
        ],
    }


def _moments(
    theirs: list[Bought], since: datetime, until: datetime
) -> Iterable[tuple[str, Bought]]:
    for begins, ends in _spans(theirs):
        for what, at in (("active_at_start", since), ("active_at_end", until)):
            if begins < at <= ends:
                yield what, _held([each for each in theirs if each.begins < at], at)
        if since <= begins < until:
            before = any(each.begins < begins and each.is_paid for each in theirs)
            yield "returned" if before else "new", _held(theirs, begins)
        if since <= ends < until:
            yield "churned", _held(theirs, ends)


def _spans(theirs: list[Bought]) -> list[tuple[datetime, datetime]]:
    spans: list[tuple[datetime, datetime]] = []
    for each in sorted(theirs, key=lambda each: each.begins):
        if spans and each.begins <= spans[-1][1] + DAY:
            spans[-1] = spans[-1][0], max(spans[-1][1], each.ends)
        else:
            spans.append((each.begins, each.ends))
    return spans


def _held(theirs: Iterable[Bought], at: datetime) -> Bought:
    """The one that began last; of several the longest."""
    runs = [each for each in theirs if each.begins <= at <= each.ends + DAY]
    return max(runs, key=lambda each: (each.begins, each.ends))


def _count_money(money: dict[Any, Any], each: Bought, since: datetime, until: datetime) -> None:
    period = each.period
    if period.paid and period.paid.micros and since <= each.begins < until:
        money[*each.product, period.paid.currency]["charged"] += period.paid.micros
    if period.refunded and period.refunded_at and since <= period.refunded_at < until:
        money[*each.product, period.refunded.currency]["refunded"] += period.refunded.micros
    if each.is_paid and each.begins < until and each.ends >= since:
        row = money[*each.product, each.currency]
        row["mrr_at_start"] += each.mrr * each.runs_before(since)
        row["mrr_at_end"] += each.mrr * each.runs_before(until)


def _count_trial(
    row: dict[str, int], trial: Bought, paid: list[Bought], since: datetime, until: datetime
) -> None:
    row["running_at_end"] += trial.runs_before(until)
    row["started"] += since <= trial.begins
    if since <= trial.ends < until:
        row["ended"] += 1
        row["converted"] += any(
            trial.begins <= each.begins <= trial.ends + 30 * DAY for each in paid if each.is_paid
        )
