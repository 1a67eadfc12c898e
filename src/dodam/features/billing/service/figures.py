"""Figures of payments: exact sums of the ledger and of the times that were paid for."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.billing.errors import figures as errors
from dodam.features.billing.models.figures import (
    MOST_MONTHS,
    MoneyFigures,
    Month,
    MonthFigures,
    PaymentFigures,
    ProductFigures,
    Subscribers,
    Trials,
)
from dodam.features.billing.models.stores import Store
from dodam.features.billing.store import figures as store
from dodam.features.billing.store.figures import Moment
from dodam.platform.clock import Clock
from dodam.platform.database import Reading
from dodam.platform.errors import InvalidInput

_DEFAULT_MONTHS = 12

_Product = tuple[Store, str]
_Price = tuple[Store, str, str]


class PaymentReports:
    def __init__(self, clock: Clock, accounts: AccountReporting) -> None:
        self._clock = clock
        self._accounts = accounts

    async def of(self, db: Reading, first: str | None, last: str | None) -> PaymentFigures:
        """Each month of a range, `2026-03`, up to now. Raises InvalidInput."""
        now = self._clock.now()
        months = _months(first, last, Month.of(now))
        without = await self._accounts.left_out(db)
        return PaymentFigures([await _month(db, each, now, without) for each in months])


def _months(first: str | None, last: str | None, this: Month) -> list[Month]:
    ends = Month.read(last) if last else this
    begins = Month.read(first) if first else ends.plus(1 - _DEFAULT_MONTHS)
    if not last and begins > ends:
        ends = begins
    if begins > ends:
        raise InvalidInput(fields=[errors.RANGE_REVERSED])
    if begins.plus(MOST_MONTHS) <= ends:
        raise InvalidInput(fields=[errors.range_too_long(MOST_MONTHS)])
    months = [begins]
    while months[-1] < ends:
        months.append(months[-1].plus(1))
    # Of what is yet to come nothing is known.
    return [each for each in months if each <= this]


async def _month(db: Reading, month: Month, now: datetime, without: list[UUID]) -> MonthFigures:
    until = min(month.plus(1).begins, now)
    asked = {"since": month.begins, "until": until, "without": without}
    counted = await store.SUBSCRIBERS.all(db, **asked)
    running = await store.RUNNING.all(db, **asked)
    moved = await store.MONEY.all(db, **asked)
    tried = await store.TRIALS.all(db, **asked)
    trials = {(each.store, each.product_id): each for each in tried}
    money = _money(counted, running, moved)
    counts: defaultdict[_Product, list[store.Counted]] = defaultdict(list)
    for each in counted:
        counts[each.store, each.product_id].append(each)
    return MonthFigures(
        month=str(month),
        until=until,
        subscribers=_subscribers(counted),
        products=[
            ProductFigures(
                store=product[0],
                product_id=product[1],
                subscribers=_subscribers(counts[product]),
                trials=_trials(trials.get(product)),
                money=money[product],
            )
            for product in sorted({*counts, *trials, *money})
        ],
    )


def _subscribers(counted: Iterable[store.Counted]) -> Subscribers:
    totals: defaultdict[Moment, int] = defaultdict(int)
    for each in counted:
        totals[each.moment] += each.subscribers
    return Subscribers(
        active_at_start=totals[Moment.AT_START],
        active_at_end=totals[Moment.AT_END],
        new=totals[Moment.NEW],
        returned=totals[Moment.RETURNED],
        churned=totals[Moment.CHURNED],
        churn=_share(totals[Moment.CHURNED], totals[Moment.AT_START]),
    )


def _trials(tried: store.Tried | None) -> Trials:
    if tried is None:
        return Trials(running_at_end=0, started=0, ended=0, converted=0, conversion=None)
    return Trials(
        running_at_end=tried.running_at_end,
        started=tried.started,
        ended=tried.ended,
        converted=tried.converted,
        conversion=_share(tried.converted, tried.ended),
    )


def _money(
    counted: Iterable[store.Counted],
    running: Iterable[store.Running],
    moved: Iterable[store.Moved],
) -> defaultdict[_Product, list[MoneyFigures]]:
    """By product, the currencies in the order of the alphabet."""
    rows: defaultdict[_Price, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for ledger in moved:
        row = rows[ledger.store, ledger.product_id, ledger.currency]
        row["charged"], row["refunded"] = ledger.charged, ledger.refunded
    for run in running:
        row = rows[run.store, run.product_id, run.currency]
        row["runs_at_start"], row["runs_at_end"] = run.at_start, run.at_end
    for each in counted:
        rows[each.store, each.product_id, each.currency][each.moment] += each.mrr
    found: defaultdict[_Product, list[MoneyFigures]] = defaultdict(list)
    for (shop, product_id, currency), row in sorted(rows.items()):
        found[shop, product_id].append(
            MoneyFigures(
                currency=currency,
                charged=row["charged"],
                refunded=row["refunded"],
                net=row["charged"] - row["refunded"],
                mrr_at_start=row["runs_at_start"],
                mrr_at_end=row["runs_at_end"],
                mrr_new=row[Moment.NEW],
                mrr_returned=row[Moment.RETURNED],
                mrr_churned=row[Moment.CHURNED],
            )
        )
    return found


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
