"""P03: one time of a subscription takes the place of another, and it is the newer that counts.

Apple notifies of an upgrade by the new transaction alone: nothing tells that the old one is over,
but that the new one began.
"""

from datetime import timedelta
from itertools import permutations

from dodam.features.billing.models.facts import standing
from dodam.features.billing.models.reconciliation import differences
from dodam.features.billing.models.records import Record
from dodam.features.billing.models.states import State
from dodam.features.billing.models.told import Told
from tests.clock import NOON

from .books import DAY, MONTH, PRICE, period, renewal, told

YEARLY = period(0, transaction_id="yearly", ends_at=NOON + 365 * DAY)
UPGRADED = NOON + 10 * DAY
PLUS = period(0, transaction_id="plus", begins_at=UPGRADED, product_id="plus")


def _known(*things: Told) -> Record:
    record = Record()
    for each in things:
        record = record.learning(each)
    return record


def test_P03_what_was_upgraded_does_not_come_back_as_its_successor_ends() -> None:
    ended = UPGRADED + MONTH
    record = _known(
        told("a", [YEARLY], renewal(NOON)),
        told("a", [PLUS], renewal(UPGRADED)),
        told("a", (), renewal(ended, renews=False)),
    )
    assert standing(record, ended - DAY).state is State.CANCELLED
    after = standing(record, ended)
    assert (after.state, after.entitled) == (State.EXPIRED, ())


def test_P03_what_was_upgraded_does_not_come_back_as_its_successor_is_refunded() -> None:
    refunded_at = UPGRADED + DAY
    refunded = period(
        0,
        told_at=refunded_at,
        transaction_id="plus",
        begins_at=UPGRADED,
        product_id="plus",
        refunded=PRICE,
        refunded_at=refunded_at,
        revoked_at=refunded_at,
    )
    record = _known(told("a", [YEARLY], renewal(NOON)), told("a", [refunded]))
    assert standing(record, refunded_at).state is State.REFUNDED
    assert standing(record, refunded_at).entitled == ()


def test_P03_a_renewal_that_was_charged_ahead_does_not_run_after_an_upgrade() -> None:
    """Charged a day before it was to begin, of which half was left as something else was bought."""
    charged_at = NOON + MONTH - DAY
    bought_at = charged_at + timedelta(hours=12)
    plus = period(0, transaction_id="plus", begins_at=bought_at, product_id="plus")
    things = [
        told("a", [period(0)], renewal(NOON)),
        told("a", [period(1, told_at=charged_at)], renewal(charged_at)),
        told("a", [plus], renewal(bought_at)),
    ]
    for order in permutations(things):
        record = _known(*order)
        at = NOON + MONTH + DAY
        assert standing(record, at).product_id == "plus"
        assert standing(record, bought_at + MONTH + timedelta(hours=2)).state is State.EXPIRED


def test_P03_a_renewal_that_an_upgrade_forestalled_is_refunded_and_the_upgrade_goes_on() -> None:
    """Apple says of it that it was upgraded, and not when: no later than it says so."""
    charged_at = NOON + MONTH - DAY
    bought_at = charged_at + timedelta(hours=12)
    refunded_at = NOON + MONTH + 5 * DAY
    refunded = period(
        1,
        told_at=refunded_at,
        refunded=PRICE,
        refunded_at=refunded_at,
        revoked_at=refunded_at,
        replaced_at=refunded_at,
    )
    plus = period(0, transaction_id="plus", begins_at=bought_at, product_id="plus")
    things = [
        told("a", [period(0)], renewal(NOON)),
        told("a", [period(1, told_at=charged_at)], renewal(charged_at)),
        told("a", [plus], renewal(bought_at)),
        told("a", [refunded], renewal(refunded_at)),
    ]
    for order in permutations(things):
        stands = standing(_known(*order), refunded_at)
        assert (stands.state, stands.product_id) == (State.ACTIVE, "plus")


def test_P04_that_an_upgrade_ended_what_was_before_is_nothing_that_no_message_told() -> None:
    """Asked, Apple says so of the old transaction itself."""
    heard = _known(told("a", [YEARLY], renewal(NOON)), told("a", [PLUS], renewal(UPGRADED)))
    at = UPGRADED + DAY
    history = [
        period(
            0,
            told_at=at,
            transaction_id="yearly",
            ends_at=YEARLY.ends_at,
            replaced_at=UPGRADED,
        ),
        period(0, told_at=at, transaction_id="plus", begins_at=UPGRADED, product_id="plus"),
    ]
    asked = heard.learning(told("a", history, renewal(at)))
    assert differences(heard, asked) == []
