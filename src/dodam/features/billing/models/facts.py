"""What a record says at an instant, and so who may play: the dates decide, no job has to run."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from dodam.features.billing.models.records import Record
from dodam.features.billing.models.states import ENTITLING, STATE_OF, Fact, State
from dodam.features.billing.models.told import OfferMode, Period, Renewal

# How long a time goes on that is to be renewed while the store says nothing: its word may be late,
# and within the hour it is asked.
LEEWAY = timedelta(hours=1)
# A store renews up to a day before the time begins (Apple: "within 24 hours before").
_RENEWED_AHEAD = timedelta(days=1)


class Span(Struct, frozen=True):
    """From an instant on, up to another."""

    begins_at: datetime
    ends_at: datetime


class Standing(Struct, frozen=True, kw_only=True):
    """Where a subscription stands at an instant, and what follows if nothing more is heard.

    `period` is the time that runs, or that ran last. `entitled` are the times that entitle, those
    over left out, the present one from its beginning. `changes_at` is when dates alone change the
    state or the period next; `due_at` is from when on the store must have something to say.
    """

    fact: Fact
    period: Period | None
    product_id: str
    entitled: tuple[Span, ...]
    changes_at: datetime | None
    due_at: datetime | None

    @property
    def state(self) -> State:
        return STATE_OF[self.fact]

    def entitled_until(self, now: datetime) -> datetime | None:
        """Null where it entitles to nothing now."""
        return next((each.ends_at for each in self.entitled if each.begins_at <= now), None)


def usable_until(period: Period) -> datetime:
    """The end of a period that was refunded, revoked or replaced may come before its time."""
    ends = (period.ends_at, period.revoked_at, period.replaced_at)
    return min(each for each in ends if each is not None)


def is_trial(period: Period) -> bool:
    return period.offer is not None and period.offer.mode is OfferMode.FREE_TRIAL


def fact(record: Record, now: datetime) -> Fact:
    """The first that holds."""
    record = record.as_it_ran()
    return _fact(record, _period(record, now), now)


def standing(record: Record, now: datetime) -> Standing:
    record = record.as_it_ran()
    period = _period(record, now)
    what = _fact(record, period, now)
    later = [
        (instant, then, _fact(record, then, instant))
        for instant in sorted({each for each in _instants(record) if each > now})
        for then in (_period(record, instant),)
    ]
    renewal = record.renewal
    return Standing(
        fact=what,
        period=period,
        product_id=period.product_id if period else (renewal and renewal.product_id) or "",
        entitled=_entitled(period, what, later),
        changes_at=next(
            (
                instant
                for instant, then, what_then in later
                if then != period or STATE_OF[what_then] is not STATE_OF[what]
            ),
            None,
        ),
        due_at=_due_at(record),
    )


def _period(record: Record, now: datetime) -> Period | None:
    """The time that runs, or that ran last; of two that run the one that began last."""
    begun = [each for each in record.periods.values() if each.begins_at <= now]
    return max(
        begun,
        key=lambda each: (usable_until(each) > now, each.begins_at, each.transaction_id),
        default=None,
    )


def _fact(record: Record, period: Period | None, now: datetime) -> Fact:
    if record.replaced_at is not None and record.replaced_at <= now:
        return Fact.REPLACED
    renewal = record.renewal
    if period is None:
        waits = bool(record.periods) or (renewal is not None and renewal.pending)
        return Fact.PAYMENT_PENDING if waits else Fact.LAPSED
    if renewal is not None and renewal.told_at < period.begins_at - _RENEWED_AHEAD:
        # It was said of an earlier period: since then the subscription was renewed.
        renewal = None
    if usable_until(period) > now:
        return _while_it_runs(period, renewal)
    if period.revoked_at is not None and period.revoked_at == usable_until(period):
        return Fact.REVOKED if period.refunded is None else Fact.REFUNDED
    if period.replaced_at is not None and period.replaced_at == usable_until(period):
        return Fact.REPLACED
    return _after_its_end(period, renewal, now)


def _while_it_runs(period: Period, renewal: Renewal | None) -> Fact:
    if renewal is not None:
        if renewal.grace_until is not None and renewal.grace_until >= period.ends_at:
            return Fact.GRACE_RUNS
        if not renewal.renews:
            return Fact.RUNS_WITHOUT_RENEWAL
    return Fact.TRIAL_RUNS if is_trial(period) else Fact.PERIOD_RUNS


def _after_its_end(period: Period, renewal: Renewal | None, now: datetime) -> Fact:
    if renewal is not None:
        if renewal.grace_until is not None and renewal.grace_until > now:
            return Fact.GRACE_RUNS
        if renewal.paused:
            return Fact.PAUSED
        if renewal.retrying or (renewal.renews and renewal.grace_until is not None):
            return Fact.RETRYING
        if not renewal.renews:
            return Fact.LAPSED
    if now < period.ends_at + LEEWAY:
        return Fact.CONVERSION_DUE if is_trial(period) else Fact.RENEWAL_DUE
    return Fact.LAPSED


def _instants(record: Record) -> list[datetime]:
    """When what a record says may change."""
    instants = [
        instant
        for each in record.periods.values()
        for instant in (each.begins_at, usable_until(each), each.ends_at + LEEWAY)
    ]
    grace_until = record.renewal.grace_until if record.renewal else None
    return [
        *instants,
        *(each for each in (grace_until, record.replaced_at) if each is not None),
    ]


def _entitled(
    period: Period | None, now: Fact, later: Sequence[tuple[datetime, Period | None, Fact]]
) -> tuple[Span, ...]:
    spans: list[Span] = []
    begins = period.begins_at if period is not None and now in ENTITLING else None
    for instant, _, then in later:
        if begins is None and then in ENTITLING:
            begins = instant
        elif begins is not None and then not in ENTITLING:
            spans.append(Span(begins, instant))
            begins = None
    return tuple(spans)


def _due_at(record: Record) -> datetime | None:
    """The first end of something that lies after everything that was heard."""
    renewal = record.renewal
    ends = [usable_until(each) for each in record.periods.values()]
    if renewal is not None:
        ends += [each for each in (renewal.grace_until, renewal.paused_until) if each is not None]
    told_at = record.told_at
    return min((each for each in ends if each > told_at), default=None)
