"""Changes at the simulated Google Play: of plans, of prices, and of who keeps the money."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from dodam_sim.stores.google.play import GooglePlay
from dodam_sim.stores.google.products import PRODUCTS, Money, won
from dodam_sim.stores.google.purchases import NotPossibleError, State
from dodam_sim.stores.google.replacing import ReplacementMode
from tests.sim.stores.google.asking import DAY, START, Clock, bought, on, types

MONTHLY = PRODUCTS["dodam_monthly"].plan("monthly")


@pytest.mark.parametrize(
    ("mode", "ends_at", "paid"),
    [
        # Fourteen days at 9,900 / 28 won, counted at 89,000 / 365 won a day.
        ("WITH_TIME_PRORATION", on(2, 14) + 20.3 * DAY, [won(0)]),
        ("WITHOUT_PRORATION", on(2, 28), [won(0)]),
        ("CHARGE_FULL_PRICE", on(2, 14) + (365 + 14) * DAY, [won(89_000)]),
        ("DEFERRED", on(2, 28), []),
    ],
)
def test_X01_a_change_of_plan_makes_a_purchase_that_is_linked_to_the_old_one(
    play: GooglePlay, clock: Clock, mode: ReplacementMode, ends_at: datetime, paid: list[Money]
) -> None:
    token = bought(play)
    clock.at = on(2, 14)
    new = play.purchase(play.replace(token, "dodam_yearly", "yearly", mode))
    old = play.purchase(token)
    assert (new.linked, old.state, old.canceled) == (token, State.EXPIRED, "replacement")
    assert new.expires_at is not None
    assert abs(new.expires_at - ends_at) < timedelta(hours=1)
    assert [order.total for order in new.orders] == paid
    assert types(play) == ["EXPIRED", "PURCHASED"]


def test_X01_a_deferred_change_takes_effect_at_the_renewal(play: GooglePlay, clock: Clock) -> None:
    token = bought(play)
    new = play.replace(token, "dodam_yearly", "yearly", "DEFERRED")
    play.developer.acknowledge(new)
    assert play.purchase(new).item.product.id == "dodam_monthly"
    assert play.purchase(new).latest_order == play.purchase(token).latest_order
    clock.at = on(2, 28)
    assert play.purchase(new).item.product.id == "dodam_yearly"
    assert [order.total for order in play.purchase(new).orders] == [won(89_000)]


def test_X01_a_plan_that_costs_more_for_its_time_is_paid_by_the_difference(
    play: GooglePlay, clock: Clock
) -> None:
    token = play.buy("dodam_yearly", "yearly")
    play.developer.acknowledge(token)
    clock.at = START + 180 * DAY
    new = play.purchase(play.replace(token, "dodam_monthly", "monthly", "CHARGE_PRORATED_PRICE"))
    assert new.expires_at == START + 365 * DAY
    assert won(9_000).micros < new.orders[0].total.micros < won(20_000).micros


def test_X01_nothing_is_changed_before_it_is_acknowledged(play: GooglePlay) -> None:
    token = play.buy("dodam_monthly", "monthly")
    with pytest.raises(NotPossibleError):
        play.replace(token, "dodam_yearly", "yearly", "DEFERRED")
    assert list(play.life.purchases) == [token]


def test_X01_subscribing_again(play: GooglePlay, clock: Clock) -> None:
    token = bought(play)
    play.cancel(token)
    clock.at = on(2, 14)
    before_the_end = play.purchase(play.subscribe_again(token))
    assert (before_the_end.linked, before_the_end.expires_at) == (token, on(2, 28))
    play.developer.acknowledge(before_the_end.token)
    play.cancel(before_the_end.token)
    clock.at = on(4, 1)
    outside = play.purchase(play.subscribe_again(before_the_end.token, in_app=False))
    assert (outside.linked, outside.account_id) == (None, None)
    assert outside.expired_token == before_the_end.token
    play.developer.acknowledge(outside.token)
    assert play.purchase(outside.token).expired_token is None


@pytest.mark.parametrize(
    ("accepts", "said"),
    [(True, ["PRICE_CHANGE_UPDATED"] * 3), (False, ["PRICE_CHANGE_UPDATED", "CANCELED"])],
)
def test_X01_a_raised_price_waits_for_consent_until_the_first_renewal_after_the_notice(
    play: GooglePlay, clock: Clock, *, accepts: bool, said: list[str]
) -> None:
    token = bought(play)
    play.developer.change_price("dodam_monthly", MONTHLY, won(12_900), "PRICE_INCREASE")
    clock.at = on(3, 1)
    assert play.purchase(token).orders[-1].total == won(9_900)
    if accepts:
        play.accept_price(token)
    clock.at = on(3, 28)
    assert play.purchase(token).state is (State.ACTIVE if accepts else State.EXPIRED)
    assert play.purchase(token).orders[-1].total == won(12_900 if accepts else 9_900)
    assert [each for each in types(play) if each not in {"RENEWED", "EXPIRED"}] == said


def test_X01_other_changes_of_price_need_no_consent(play: GooglePlay, clock: Clock) -> None:
    token = bought(play)
    play.developer.change_price("dodam_monthly", MONTHLY, won(10_900), "OPT_OUT_PRICE_INCREASE")
    clock.at = on(3, 28)
    assert play.purchase(token).orders[-1].total == won(10_900)
    play.developer.change_price("dodam_monthly", MONTHLY, won(7_900), "PRICE_DECREASE")
    clock.at = on(4, 28)
    assert play.purchase(token).orders[-1].total == won(7_900)
    play.developer.change_price("dodam_monthly", MONTHLY, won(15_900), "PRICE_INCREASE")
    play.developer.withdraw_price("dodam_monthly", MONTHLY)
    clock.at = on(8, 28)
    assert play.purchase(token).orders[-1].total == won(7_900)


@pytest.mark.parametrize("consents", [True, False])
def test_X01_the_price_after_a_trial_is_asked_about_where_the_law_wants_it(
    play: GooglePlay, clock: Clock, *, consents: bool
) -> None:
    token = bought(play, offer_id="trial-consent")
    clock.at = START + DAY
    if consents:
        play.consent_to_step_up(token)
    clock.at = START + 14 * DAY
    purchase = play.purchase(token)
    assert purchase.consent is not None
    assert purchase.consent.state == ("COMPLETED" if consents else "PENDING")
    assert purchase.state is (State.ACTIVE if consents else State.EXPIRED)
    assert types(play).count("PRICE_STEP_UP_CONSENT_UPDATED") == (2 if consents else 1)


def test_X01_refunds_that_end_the_subscription_and_those_that_nobody_tells_of(
    play: GooglePlay, clock: Clock
) -> None:
    token = bought(play)
    clock.at = on(3, 1)
    first, second = play.purchase(token).orders
    play.developer.refund_part(second.id, won(1_000))
    play.developer.refund(first.id)
    assert types(play) == ["RENEWED"]
    assert play.life.voids == []
    play.developer.refund(second.id, revoke=True)
    assert second.refunded == second.total.micros
    assert types(play) == ["RENEWED", "REVOKED", "VOIDED_PURCHASE"]
    assert play.purchase(token).expires_at == on(3, 1)


def test_X01_revoking_gives_all_back_or_what_is_left(play: GooglePlay, clock: Clock) -> None:
    whole, rest = bought(play), bought(play)
    clock.at = on(2, 14)
    play.developer.revoke(whole, "full")
    play.developer.revoke(rest, "prorated")
    assert play.purchase(whole).orders[0].refunded == won(9_900).micros
    assert play.purchase(rest).orders[0].refunded == won(4_950).micros


@pytest.mark.parametrize("taken_back", [GooglePlay.charge_back, GooglePlay.refund_as_google])
def test_X01_money_that_is_taken_back_ends_the_subscription(
    play: GooglePlay, taken_back: Callable[[GooglePlay, str], None]
) -> None:
    token = bought(play)
    taken_back(play, play.purchase(token).orders[0].id)
    assert types(play) == ["REVOKED", "VOIDED_PURCHASE"]
    assert play.purchase(token).state is State.EXPIRED


def test_X01_a_deferred_renewal(play: GooglePlay, clock: Clock) -> None:
    token = bought(play)
    etag = play.purchase(token).etag
    assert play.developer.defer(token, 10 * DAY) == on(3, 10)
    assert play.purchase(token).etag != etag
    clock.at = on(3, 9)
    assert len(play.purchase(token).orders) == 1
    with pytest.raises(NotPossibleError):
        play.developer.defer(token, 366 * DAY)


def test_X01_a_tester_s_month_lasts_five_minutes_and_six_renewals(
    play: GooglePlay, clock: Clock
) -> None:
    token = bought(play, test=True)
    clock.at = START + DAY
    purchase = play.purchase(token)
    assert [order.ends_at - order.begins_at for order in purchase.orders] == [
        timedelta(minutes=5)
    ] * 7
    assert purchase.state is State.EXPIRED


def test_X01_prepaid_add_ons_and_installments(play: GooglePlay, clock: Clock) -> None:
    prepaid = bought(play, "prepaid")
    topped_up = play.purchase(play.top_up(prepaid))
    assert (topped_up.linked, topped_up.expires_at) == (prepaid, on(2, 28) + 28 * DAY)
    play.developer.acknowledge(topped_up.token)
    siblings = bought(play, add_ons=[("dodam_sibling", "siblings")])
    play.remove_add_on(siblings, "dodam_sibling")
    bound = bought(play, "installments")
    play.cancel(bound)
    clock.at = datetime(2027, 1, 1, tzinfo=UTC)
    assert play.purchase(topped_up.token).state is State.EXPIRED
    totals = [order.total for order in play.purchase(siblings).orders[:2]]
    assert totals == [won(13_800), won(9_900)]
    assert len(play.purchase(bound).orders) == 6
    assert play.purchase(bound).state is State.EXPIRED
    assert {"ITEMS_CHANGED", "CANCELLATION_SCHEDULED"} <= set(types(play))
