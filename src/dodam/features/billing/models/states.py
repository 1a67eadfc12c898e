"""The states of a subscription, for both stores: what its store says now decides, and dates do.

A fact is what a record says at an instant (facts.py). The state follows from the fact alone; what
is announced follows from the state before and the fact, by the tables here. Apple: `Status` of the
App Store Server API; Google: `subscriptionState` of `purchases.subscriptionsv2`.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from dodam.features.billing.models.told import PriceChangeState


class Fact(StrEnum):
    """What a record says at an instant.

    `conversion_due` and `renewal_due`: a trial or another time is over and is to be renewed, the
    store has said nothing yet, and a leeway is given.
    """

    PAYMENT_PENDING = "payment_pending"
    TRIAL_RUNS = "trial_runs"
    CONVERSION_DUE = "conversion_due"
    PERIOD_RUNS = "period_runs"
    RENEWAL_DUE = "renewal_due"
    RUNS_WITHOUT_RENEWAL = "runs_without_renewal"
    GRACE_RUNS = "grace_runs"
    RETRYING = "retrying"
    PAUSED = "paused"
    LAPSED = "lapsed"
    REFUNDED = "refunded"
    REVOKED = "revoked"
    REPLACED = "replaced"


class State(StrEnum):
    """`billing_retry` is Apple's word, Google's is account hold: unpaid, and without access."""

    PENDING = "pending"
    TRIAL = "trial"
    ACTIVE = "active"
    CANCELLED = "cancelled"
    GRACE = "grace"
    BILLING_RETRY = "billing_retry"
    PAUSED = "paused"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    REVOKED = "revoked"
    REPLACED = "replaced"


class News(StrEnum):
    """What is announced of a subscription, to its guardian and to those who run the service."""

    STARTED = "started"
    TRIAL_STARTED = "trial_started"
    CONVERTED = "converted"
    RENEWED = "renewed"
    RENEWAL_OFF = "renewal_off"
    RENEWAL_ON = "renewal_on"
    PAYMENT_FAILED = "payment_failed"
    ON_HOLD = "on_hold"
    RECOVERED = "recovered"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXPIRED = "expired"
    RESUBSCRIBED = "resubscribed"
    REFUNDED = "refunded"
    REFUND_REVERSED = "refund_reversed"
    REVOKED = "revoked"
    PRODUCT_CHANGED = "product_changed"
    PRICE_INCREASE_PENDING = "price_increase_pending"
    PRICE_INCREASE_ACCEPTED = "price_increase_accepted"
    PRICE_INCREASE_APPLIED = "price_increase_applied"
    PRICE_INCREASE_REMINDER = "price_increase_reminder"


STATE_OF: Mapping[Fact, State] = {
    Fact.PAYMENT_PENDING: State.PENDING,
    Fact.TRIAL_RUNS: State.TRIAL,
    Fact.CONVERSION_DUE: State.TRIAL,
    Fact.PERIOD_RUNS: State.ACTIVE,
    Fact.RENEWAL_DUE: State.ACTIVE,
    Fact.RUNS_WITHOUT_RENEWAL: State.CANCELLED,
    Fact.GRACE_RUNS: State.GRACE,
    Fact.RETRYING: State.BILLING_RETRY,
    Fact.PAUSED: State.PAUSED,
    Fact.LAPSED: State.EXPIRED,
    Fact.REFUNDED: State.REFUNDED,
    Fact.REVOKED: State.REVOKED,
    Fact.REPLACED: State.REPLACED,
}
# Those in which a time runs, whose beginning is announced.
RUNNING = frozenset(
    {
        Fact.TRIAL_RUNS,
        Fact.CONVERSION_DUE,
        Fact.PERIOD_RUNS,
        Fact.RENEWAL_DUE,
        Fact.RUNS_WITHOUT_RENEWAL,
    }
)
ENTITLING = RUNNING | {Fact.GRACE_RUNS}


class Move(Struct, frozen=True):
    """What is announced as a state is left by a fact; `expected` unless stores never do so.

    What stores never do is done all the same if one does: the store is right.
    """

    news: tuple[News, ...]
    expected: bool


_SHORT = {
    "on": News.RENEWAL_ON,
    "off": News.RENEWAL_OFF,
    "fail": News.PAYMENT_FAILED,
    "hold": News.ON_HOLD,
    "back": News.RECOVERED,
    "paus": News.PAUSED,
    "rsum": News.RESUMED,
    "end": News.EXPIRED,
    "rfnd": News.REFUNDED,
    "rvok": News.REVOKED,
}
# By the state before, of which nobody was told yet in the column `new`. `.` is the same state, `-`
# announces nothing, `x` is what stores never do. What a time that begins announces is in ARRIVALS.
_MOVES = """
                     new  pend tria actv cncl grac     retr     paus     expi rfnd  rvok  repl
payment_pending      -    .    x    x    x    x        x        x        x    x     x     x
trial_runs           -    -    .    -    on   back     back     rsum     -    -     -     x
conversion_due       -    -    .    x    on   x        x        x        -    -     -     x
period_runs          -    -    -    .    on   back     back     rsum     -    -     -     x
renewal_due          -    -    -    .    on   back     back     rsum     -    -     -     x
runs_without_renewal -    -    off  off  .    back+off back+off rsum+off -    -     -     x
grace_runs           fail fail fail fail fail .        x+fail   fail     fail x+fail x+fail x
retrying             hold hold hold hold hold hold     .        hold     hold x+hold x+hold x
paused               paus x    paus paus paus x+paus   x+paus   .        paus x+paus x+paus x
lapsed               -    -    end  end  end  end      end      end      .    -     -     x
refunded             -    rfnd rfnd rfnd rfnd rfnd     rfnd     rfnd     rfnd .     rfnd  rfnd
revoked              -    rvok rvok rvok rvok rvok     rvok     rvok     rvok x     .     rvok
replaced             -    -    -    -    -    -        -        -        -    -     -     .
"""


def _move(cell: str) -> Move:
    codes = cell.split("+")
    return Move(tuple(_SHORT[code] for code in codes if code in _SHORT), expected=codes[0] != "x")


MOVES: Mapping[Fact, Mapping[State | None, Move]] = {
    Fact(name): dict(zip((None, *State), map(_move, cells), strict=True))
    for name, *cells in (line.split() for line in _MOVES.split("\n")[2:-1])
}

# What another time than before announces, by the state before. A trial's beginning is
# `trial_started`, and what follows one `converted`; facts.py and news.py tell them apart.
ARRIVALS: Mapping[State | None, News] = {
    None: News.STARTED,
    State.PENDING: News.STARTED,
    State.TRIAL: News.RENEWED,
    State.ACTIVE: News.RENEWED,
    State.CANCELLED: News.RENEWED,
    State.GRACE: News.RECOVERED,
    State.BILLING_RETRY: News.RECOVERED,
    State.PAUSED: News.RESUMED,
    State.EXPIRED: News.RESUBSCRIBED,
    State.REFUNDED: News.RESUBSCRIBED,
    State.REVOKED: News.RESUBSCRIBED,
    State.REPLACED: News.RESUBSCRIBED,
}

# What a change of an announced price announces, by what became of it.
PRICE_NEWS: Mapping[PriceChangeState, News | None] = {
    PriceChangeState.NOTIFIED: News.PRICE_INCREASE_PENDING,
    PriceChangeState.PENDING: News.PRICE_INCREASE_PENDING,
    PriceChangeState.ACCEPTED: News.PRICE_INCREASE_ACCEPTED,
    PriceChangeState.REFUSED: None,
    PriceChangeState.APPLIED: News.PRICE_INCREASE_APPLIED,
    PriceChangeState.WITHDRAWN: None,
}
