"""P03, P10: what a record says at an instant, to the second, and who may play for it."""

from datetime import datetime, timedelta
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dodam.features.billing.models.facts import LEEWAY, fact, standing
from dodam.features.billing.models.payments import Booked, PaymentKind, missing_lines
from dodam.features.billing.models.records import Record
from dodam.features.billing.models.states import ENTITLING, MOVES, STATE_OF, Fact, State
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import (
    Money,
    Offer,
    OfferKind,
    OfferMode,
    Period,
    Renewal,
    Told,
)
from tests.clock import NOON

from .books import DAY, MONTH, PRICE, period, renewal, told

SECOND = timedelta(seconds=1)
TRIAL = Offer(OfferKind.INTRODUCTORY, OfferMode.FREE_TRIAL, None)


def _known(*things: Told) -> Record:
    record = Record()
    for each in things:
        record = record.learning(each)
    return record


def test_P10_a_time_that_is_due_for_renewal_goes_on_for_an_hour_and_no_second_longer() -> None:
    record = _known(told("a", [period(0)], renewal(NOON)))
    end = NOON + MONTH
    assert fact(record, NOON - SECOND) is Fact.PAYMENT_PENDING
    assert fact(record, NOON) is Fact.PERIOD_RUNS
    assert fact(record, end - SECOND) is Fact.PERIOD_RUNS
    assert fact(record, end) is Fact.RENEWAL_DUE
    assert fact(record, end + LEEWAY - SECOND) is Fact.RENEWAL_DUE
    assert fact(record, end + LEEWAY) is Fact.LAPSED
    assert standing(record, NOON).entitled_until(NOON) == end + LEEWAY


def test_P10_a_time_that_is_not_to_be_renewed_ends_to_the_second() -> None:
    record = _known(told("a", [period(0)], renewal(NOON, renews=False)))
    end = NOON + MONTH
    assert fact(record, end - SECOND) is Fact.RUNS_WITHOUT_RENEWAL
    assert fact(record, end) is Fact.LAPSED
    assert standing(record, NOON).entitled_until(NOON) == end


def test_P03_a_trial_is_one_until_it_is_converted() -> None:
    trial = period(0, offer=TRIAL, paid=Money(0, "KRW"))
    record = _known(told("a", [trial], renewal(NOON)))
    assert fact(record, NOON) is Fact.TRIAL_RUNS
    assert fact(record, NOON + MONTH) is Fact.CONVERSION_DUE
    converted = record.learning(told("a", [period(1)], renewal(NOON + MONTH)))
    assert fact(converted, NOON + MONTH) is Fact.PERIOD_RUNS


def test_P03_grace_then_hold_by_the_dates_alone_and_recovery_after_a_gap() -> None:
    end = NOON + MONTH
    failed = renewal(end, grace_until=end + 16 * DAY, retrying=True)
    record = _known(told("a", [period(0)], failed))
    assert fact(record, end) is Fact.GRACE_RUNS
    assert fact(record, end + 16 * DAY - SECOND) is Fact.GRACE_RUNS
    assert fact(record, end + 16 * DAY) is Fact.RETRYING
    stands = standing(record, end)
    assert (stands.changes_at, stands.entitled_until(end)) == (end + 16 * DAY, end + 16 * DAY)
    paid_at = end + 20 * DAY
    recovered = record.learning(told("a", [period(1, begins_at=paid_at)], renewal(paid_at)))
    assert fact(recovered, paid_at - SECOND) is not Fact.PERIOD_RUNS
    assert fact(recovered, paid_at) is Fact.PERIOD_RUNS


def test_P03_a_pause_begins_where_what_was_paid_for_ends() -> None:
    record = _known(told("a", [period(0)], renewal(NOON + DAY, paused=True)))
    end = NOON + MONTH
    assert fact(record, end - SECOND) is Fact.PERIOD_RUNS
    assert fact(record, end) is Fact.PAUSED


@pytest.mark.parametrize(
    ("refunded", "then"), [(PRICE, Fact.REFUNDED), (None, Fact.REVOKED)], ids=["money", "none"]
)
def test_P11_what_was_given_back_is_over_at_that_second(refunded: Money | None, then: Fact) -> None:
    at = NOON + 3 * DAY
    gone = period(0, told_at=at, revoked_at=at, refunded=refunded, refunded_at=at)
    record = _known(told("a", [gone], renewal(NOON)))
    assert fact(record, at - SECOND) is Fact.PERIOD_RUNS
    assert fact(record, at) is then
    assert fact(record, NOON + MONTH) is then


def test_P11_a_refund_of_an_old_time_does_not_end_the_present_one() -> None:
    at = NOON + MONTH + DAY
    old = period(0, told_at=at, revoked_at=at, refunded=PRICE, refunded_at=at)
    record = _known(told("a", [old, period(1)], renewal(NOON + MONTH)))
    assert fact(record, at + DAY) is Fact.PERIOD_RUNS


def test_P11_a_refund_that_is_reversed_gives_the_time_back() -> None:
    at = NOON + 3 * DAY
    gone = period(0, told_at=at, revoked_at=at, refunded=PRICE, refunded_at=at)
    record = _known(told("a", [gone], renewal(NOON)), told("a", [period(0, told_at=at + DAY)]))
    assert fact(record, at + DAY) is Fact.PERIOD_RUNS


def test_P03_an_upgrade_ends_the_time_before_it_and_an_extension_lengthens_one() -> None:
    at = NOON + 5 * DAY
    record = _known(
        told("a", [period(0, told_at=at, replaced_at=at)], renewal(NOON)),
        told("a", [period(9, begins_at=at, product_id="yearly", ends_at=at + 365 * DAY)]),
    )
    assert standing(record, at).product_id == "yearly"
    assert standing(record, at - SECOND).product_id == "monthly"
    longer = record.learning(
        told("a", [period(9, told_at=at + DAY, begins_at=at, ends_at=at + 400 * DAY)])
    )
    assert standing(longer, at + DAY).entitled_until(at + DAY) == at + 400 * DAY + LEEWAY


def test_P03_what_was_said_of_an_earlier_time_does_not_count_for_a_later_one() -> None:
    given_up = renewal(NOON + DAY, renews=False)
    record = _known(told("a", [period(0)], given_up), told("a", [period(12)]))
    assert fact(record, NOON + 12 * MONTH) is Fact.PERIOD_RUNS


def test_P03_what_took_its_place_ends_it() -> None:
    record = msgspec.structs.replace(_known(told("a", [period(0)])), replaced_at=NOON + DAY)
    assert fact(record, NOON + DAY - SECOND) is Fact.PERIOD_RUNS
    assert fact(record, NOON + DAY) is Fact.REPLACED
    assert standing(record, NOON).entitled_until(NOON) == NOON + DAY


def test_P03_every_fact_is_decided_in_every_state() -> None:
    assert set(MOVES) == set(Fact) == set(STATE_OF)
    for what, row in MOVES.items():
        assert set(row) == {None, *State}
        same = row[STATE_OF[what]]
        assert (same.news, same.expected) == ((), True), what


_INSTANTS = st.integers(0, 400).map(lambda hours: NOON + hours * timedelta(hours=6))
_MAYBE = st.none() | _INSTANTS
_MONEY = st.integers(0, 3).map(lambda number: Money(number * 1_000_000, "KRW"))
_PERIODS = st.builds(
    Period,
    transaction_id=st.sampled_from("0123"),
    told_at=_INSTANTS,
    product_id=st.just("monthly"),
    begins_at=_INSTANTS,
    ends_at=_INSTANTS.map(lambda instant: instant + 20 * DAY),
    paid=st.none() | _MONEY,
    refunded=st.none() | _MONEY,
    revoked_at=_MAYBE,
    replaced_at=_MAYBE,
    offer=st.sampled_from([None, TRIAL]),
)
_RENEWALS = st.builds(
    Renewal,
    told_at=_INSTANTS,
    renews=st.booleans(),
    grace_until=_MAYBE,
    retrying=st.booleans(),
    paused=st.booleans(),
    pending=st.booleans(),
)
_TOLD = st.lists(
    st.builds(
        Told,
        store=st.just(Store.APPLE),
        environment=st.just(Environment.PRODUCTION),
        key=st.just("a"),
        buyer=st.none() | st.uuids(),
        periods=st.lists(_PERIODS, max_size=2).map(tuple[Period, ...]),
        renewal=st.none() | _RENEWALS,
    ),
    max_size=5,
)


@given(_TOLD, st.randoms(use_true_random=False))
def test_P04_the_order_of_what_is_heard_and_repetitions_do_not_matter(
    things: list[Told], random: Random
) -> None:
    shuffled = [*things, *things]
    random.shuffle(shuffled)
    assert _known(*shuffled) == _known(*things)


@given(_TOLD, _INSTANTS, _INSTANTS)
def test_P10_the_times_that_entitle_are_those_in_which_a_fact_does(
    things: list[Told], now: datetime, later: datetime
) -> None:
    record = _known(*things)
    then = max(now, later)
    stands = standing(record, now)
    entitled = any(each.begins_at <= then < each.ends_at for each in stands.entitled)
    assert entitled == (fact(record, then) in ENTITLING)


@given(_TOLD, _INSTANTS, _INSTANTS)
def test_P03_dates_change_nothing_before_it_is_said_that_they_will(
    things: list[Told], now: datetime, later: datetime
) -> None:
    record = _known(*things)
    stands, then = standing(record, now), max(now, later)
    if stands.changes_at is None or then < stands.changes_at:
        after = standing(record, then)
        assert (after.state, after.period) == (stands.state, stands.period)
    else:
        changed = standing(record, stands.changes_at)
        assert (changed.state, changed.period) != (stands.state, stands.period)


@given(st.lists(st.tuples(st.none() | _MONEY, st.none() | _MONEY), min_size=1, max_size=6))
def test_P03_the_ledger_adds_up_to_what_the_store_says_now(
    says: list[tuple[Money | None, Money | None]],
) -> None:
    booked = Booked()
    for number, (paid, refunded) in enumerate(says):
        thing = period(0, told_at=NOON + number * DAY, paid=paid, refunded=refunded)
        for line in missing_lines(thing, booked):
            booked = _with(booked, line.kind, line.amount)
        assert missing_lines(thing, booked) == []
    nothing = Money(0, "KRW")
    # What leaves out what was paid, as of an order that is not shown, says nothing of money.
    last = ((paid, refunded) for paid, refunded in reversed(says) if paid is not None)
    paid, refunded = next(last, (nothing, None))
    assert booked.paid.get("KRW", 0) == paid.micros
    assert booked.given_back.get("KRW", 0) == -(refunded or nothing).micros


def _with(booked: Booked, kind: PaymentKind, amount: Money) -> Booked:
    if kind in {PaymentKind.CHARGE, PaymentKind.CORRECTION}:
        total = booked.paid.get(amount.currency, 0) + amount.micros
        return Booked({amount.currency: total}, booked.given_back)
    total = booked.given_back.get(amount.currency, 0) + amount.micros
    return Booked(booked.paid, {amount.currency: total})
