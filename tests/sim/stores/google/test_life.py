"""The life of a subscription at the simulated Google Play: what time and its user do to it."""

from datetime import datetime, timedelta

import pytest

from dodam_sim.families.chance import stream
from dodam_sim.stores.google.messages import Happened, Message
from dodam_sim.stores.google.play import GooglePlay
from dodam_sim.stores.google.products import Period, won
from dodam_sim.stores.google.purchases import ENTITLED, NotPossibleError, State
from tests.sim.stores.google.asking import DAY, START, Clock, bought, on, types


def test_X01_a_subscription_renews_on_its_day(play: GooglePlay, clock: Clock) -> None:
    """31 January, 28 February, 28 March: as life.py states."""
    token = bought(play)
    clock.at = on(3, 28)
    purchase = play.purchase(token)
    assert [order.ends_at for order in purchase.orders] == [on(2, 28), on(3, 28), on(4, 28)]
    first = purchase.orders[0].id
    assert [order.id for order in purchase.orders] == [first, f"{first}..0", f"{first}..1"]
    assert types(play) == ["RENEWED", "RENEWED"]


def test_X01_a_trial_costs_nothing_and_turns_into_a_paid_period(
    play: GooglePlay, clock: Clock
) -> None:
    token = bought(play, offer_id="trial")
    clock.at = START + 14 * DAY
    orders = play.purchase(token).orders
    assert [order.total for order in orders] == [won(0), won(9_900)]
    assert [order.items[0].phase for order in orders] == ["freeTrial", "basePrice"]


def test_X01_an_introductory_price_holds_for_its_periods(play: GooglePlay, clock: Clock) -> None:
    token = bought(play, offer_id="first-months")
    clock.at = on(5, 1)
    totals = [order.total for order in play.purchase(token).orders]
    assert totals == [won(4_900)] * 3 + [won(9_900)]


def test_X01_a_failing_card_leads_over_grace_and_hold_to_the_end(
    play: GooglePlay, clock: Clock
) -> None:
    token = bought(play)
    play.card_fails(token)
    clock.at = on(2, 28)
    assert play.purchase(token).expires_at == on(3, 7)
    clock.at = on(12, 1)
    assert [state for _, state in play.purchase(token).line][1:] == [
        State.ACTIVE,
        State.IN_GRACE_PERIOD,
        State.ON_HOLD,
        State.EXPIRED,
    ]
    assert types(play) == ["IN_GRACE_PERIOD", "ON_HOLD", "CANCELED", "EXPIRED"]
    assert play.purchase(token).line[-1][0] == on(2, 28) + 60 * DAY
    assert play.purchase(token).canceled == "system"


def test_X01_a_card_that_works_again_in_the_grace_period_keeps_the_day(
    play: GooglePlay, clock: Clock
) -> None:
    token = bought(play)
    play.card_fails(token)
    clock.at = on(3, 3)
    play.card_works(token)
    order = play.purchase(token).orders[-1]
    assert (order.begins_at, order.ends_at) == (on(2, 28), on(3, 28))
    assert types(play) == ["IN_GRACE_PERIOD", "RENEWED"]


def test_X01_a_card_that_works_again_in_the_hold_begins_anew(
    play: GooglePlay, clock: Clock
) -> None:
    token = bought(play)
    play.card_fails(token)
    clock.at = on(3, 20)
    play.card_works(token)
    order = play.purchase(token).orders[-1]
    assert (order.begins_at, order.ends_at) == (on(3, 20), on(4, 20))
    assert types(play)[-1] == "RECOVERED"


def test_X01_without_a_grace_period_the_hold_begins_at_once(play: GooglePlay, clock: Clock) -> None:
    token = bought(play, "no-grace")
    play.card_fails(token)
    clock.at = on(2, 28)
    assert play.truth(token, clock.at - DAY) is not None
    assert play.purchase(token).state is State.ON_HOLD


def test_X01_a_cancelled_one_lasts_until_its_end_and_may_be_restored(
    play: GooglePlay, clock: Clock
) -> None:
    token = bought(play)
    clock.at = on(2, 10)
    play.cancel(token)
    play.restore(token)
    play.cancel(token)
    clock.at = on(3, 5)
    assert types(play) == ["CANCELED", "RESTARTED", "CANCELED", "EXPIRED"]
    last = play.truth(token, on(2, 28) - timedelta(microseconds=1))
    assert last is not None
    assert last.entitled
    ended = play.truth(token, on(2, 28))
    assert ended is not None
    assert not ended.entitled


def test_X01_a_pause_begins_at_the_renewal_and_ends_by_itself(
    play: GooglePlay, clock: Clock
) -> None:
    token = bought(play)
    play.pause(token, "P1M")
    clock.at = on(3, 1)
    assert play.purchase(token).state is State.PAUSED
    assert play.purchase(token).resumes_at == on(3, 28)
    clock.at = on(3, 28)
    assert play.purchase(token).orders[-1].begins_at == on(3, 28)
    assert types(play) == ["PAUSE_SCHEDULE_CHANGED", "PAUSED", "RECOVERED"]


def test_X01_a_pause_is_ended_early_or_taken_back(play: GooglePlay, clock: Clock) -> None:
    token = bought(play)
    play.pause(token, "P3M")
    play.pause(token, None)
    clock.at = on(3, 1)
    assert play.purchase(token).state is State.ACTIVE
    play.pause(token, "P3M")
    clock.at = on(4, 1)
    play.resume(token)
    assert play.purchase(token).orders[-1].begins_at == on(4, 1)


def test_X01_what_is_not_acknowledged_is_given_back_after_three_days(
    play: GooglePlay, clock: Clock
) -> None:
    token = play.buy("dodam_monthly", "monthly")
    clock.at = START + 3 * DAY
    assert play.purchase(token).state is State.EXPIRED
    assert play.purchase(token).orders[0].refunded == won(9_900).micros
    assert types(play) == ["REVOKED", "VOIDED_PURCHASE"]
    assert [each.reason for each in play.life.voids] == [8]


def test_X01_a_first_payment_that_is_outstanding(play: GooglePlay, clock: Clock) -> None:
    """The three days for acknowledging begin with the payment."""
    paid = play.buy("dodam_monthly", "monthly", pending=True)
    never = play.buy("dodam_monthly", "monthly", pending=True)
    clock.at = on(2, 8)
    assert play.purchase(paid).state is State.PENDING
    play.complete(paid)
    play.abandon(never)
    assert play.purchase(paid).started_at == on(2, 8)
    assert play.purchase(never).state is State.PENDING_PURCHASE_CANCELED
    names = [each.type for each in play.published]
    assert names == ["SUBSCRIPTION_PURCHASED", "SUBSCRIPTION_PENDING_PURCHASE_CANCELED"]


def test_X01_every_notification_is_sent_by_hand(play: GooglePlay) -> None:
    token = bought(play)
    sent: list[Message] = [play.send(token, each) for each in Happened]
    sent += [play.send_test(), play.buy_one_time_product("coins", "bought"), play.send(token, 99)]
    names = [each.type for each in sent]
    assert names[-3:] == ["TEST", "ONE_TIME_PRODUCT", "SUBSCRIPTION_99"]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("period", ["", "P1", "1M", "P1M1D", "PT1H"])
def test_X01_a_period_is_of_one_unit(period: str) -> None:
    with pytest.raises(ValueError, match="no period"):
        Period.of(period)


@pytest.mark.parametrize("seed", range(20))
def test_X01_the_truth_is_what_the_purchase_said_at_each_instant(seed: int) -> None:
    """Whatever a user does in half a year: what is read off later is what held then."""
    clock, dice = Clock(), stream(seed)
    play = GooglePlay(clock.now, seed=seed)
    token = bought(play)
    seen: list[tuple[datetime, State]] = []
    for _ in range(60):
        clock.at += timedelta(hours=dice.randrange(1, 160))
        doing = [play.card_fails, play.card_works, play.cancel, play.restore, play.resume]
        try:
            dice.choice(doing)(token)
        except NotPossibleError:
            assert play.purchase(token).state in State
        seen.append((clock.at, play.purchase(token).state))
    for at, state in seen:
        truth = play.truth(token, at)
        assert truth is not None
        assert (truth.state, truth.entitled) == (state, state in ENTITLED)
