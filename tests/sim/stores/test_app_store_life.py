"""The life of a subscription at the simulated App Store: what time and its customer do to it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from dodam_sim.stores.apple.catalogue import CALENDAR, Environment
from dodam_sim.stores.apple.families import NotPossible
from dodam_sim.stores.apple.store import AppStore
from dodam_sim.stores.apple.subscription import Status
from dodam_sim.stores.apple.times import milliseconds, moment
from dodam_sim.stores.clock import StoresClock

START = datetime(2026, 1, 31, 9, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENT = timedelta(minutes=1)
ACCOUNT = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def clock() -> StoresClock:
    return StoresClock(lambda: START)


@pytest.fixture
def store(clock: StoresClock) -> AppStore:
    return AppStore(clock.now)


@pytest.fixture
def run(clock: StoresClock, store: AppStore) -> Callable[[timedelta], None]:
    def run(by: timedelta) -> None:
        clock.run(by)
        store.advance()

    return run


def said(store: AppStore) -> list[str]:
    return [f"{each.type} {each.subtype or ''}".strip() for each in store.notifications]


def standing(store: AppStore, key: str, at: datetime) -> tuple[Status, bool]:
    held = store.truth(key, at)
    assert held is not None
    return held.status, held.entitled


def paid_until(store: AppStore, key: str) -> datetime:
    return moment(store.book.subscriptions[key].last.expires)


def test_X01_a_year_goes_by(store: AppStore, run: Callable[[timedelta], None]) -> None:
    """A trial of two weeks, and then a month after the other, charged a day ahead."""
    key = store.families.buy("dodam.monthly", ACCOUNT)
    run(DAY * 365)
    assert said(store) == ["SUBSCRIBED INITIAL_BUY", *["DID_RENEW"] * 12]
    first, second, *_ = [each.transaction or {} for each in store.notifications]
    assert (first["price"], first["offerType"], first["offerDiscountType"]) == (0, 1, "FREE_TRIAL")
    assert moment(first["expiresDate"]) == START + 14 * DAY
    assert (second["price"], second["purchaseDate"]) == (9_900_000, first["expiresDate"])
    assert moment(second["signedDate"]) == START + 13 * DAY
    assert second["originalTransactionId"] == first["transactionId"] == key
    assert second["appAccountToken"] == ACCOUNT
    assert all(standing(store, key, START + day * DAY)[1] for day in range(365))
    assert store.truth(key, START - MOMENT) is None


def test_X01_a_month_ends_on_its_last_day() -> None:
    january = milliseconds(START)
    assert moment(CALENDAR.after(january, "P1M")) == datetime(2026, 2, 28, 9, tzinfo=UTC)
    assert moment(CALENDAR.after(january, "P1Y")) == datetime(2027, 1, 31, 9, tzinfo=UTC)


def test_X01_a_card_that_fails_is_retried_with_and_then_without_access(
    store: AppStore, run: Callable[[timedelta], None]
) -> None:
    key = store.families.buy("dodam.plus.monthly")
    ends = paid_until(store, key)
    store.families.card_fails(key)
    run(DAY * 100)
    assert said(store)[1:] == [
        "DID_FAIL_TO_RENEW GRACE_PERIOD",
        "GRACE_PERIOD_EXPIRED",
        "EXPIRED BILLING_RETRY",
    ]
    assert [
        standing(store, key, ends + later)
        for later in (-MOMENT, timedelta(), 16 * DAY - MOMENT, 16 * DAY, 60 * DAY - MOMENT)
    ] == [
        (Status.ACTIVE, True),
        (Status.GRACE, True),
        (Status.GRACE, True),
        (Status.BILLING_RETRY, False),
        (Status.BILLING_RETRY, False),
    ]
    assert standing(store, key, ends + 60 * DAY) == (Status.EXPIRED, False)
    failed, _, expired = [each.renewal or {} for each in store.notifications[1:]]
    assert (failed["isInBillingRetryPeriod"], failed["expirationIntent"]) == (True, 2)
    assert moment(failed["gracePeriodExpiresDate"]) == ends + 16 * DAY
    assert (expired["isInBillingRetryPeriod"], expired["autoRenewStatus"]) == (False, 0)
    assert expired["eligibleWinBackOfferIds"] == ["come_back"]


@pytest.mark.parametrize(("late", "begins_late"), [(3 * DAY, timedelta()), (20 * DAY, 20 * DAY)])
def test_X01_a_card_that_works_again_recovers_it(
    store: AppStore,
    run: Callable[[timedelta], None],
    late: timedelta,
    begins_late: timedelta,
) -> None:
    """Within its grace the date of billing stays; after it, a new month begins."""
    key = store.families.buy("dodam.plus.monthly")
    ends = paid_until(store, key)
    store.families.card_fails(key)
    run(ends + late - START)
    store.families.card_works(key)
    assert said(store)[-1] == "DID_RENEW BILLING_RECOVERY"
    assert moment((store.notifications[-1].transaction or {})["purchaseDate"]) == ends + begins_late
    assert standing(store, key, ends + late) == (Status.ACTIVE, True)


def test_X01_without_a_grace_period_access_ends_at_once(
    store: AppStore, clock: StoresClock
) -> None:
    store.desk.offer_grace(offered=False)
    key = store.families.buy("dodam.plus.monthly")
    ends = paid_until(store, key)
    store.families.card_fails(key)
    clock.run_to(ends)
    store.advance()
    assert said(store)[-1] == "DID_FAIL_TO_RENEW"
    assert standing(store, key, ends) == (Status.BILLING_RETRY, False)


def test_X01_who_turns_the_renewal_off_may_use_what_is_paid(
    store: AppStore, run: Callable[[timedelta], None]
) -> None:
    key = store.families.buy("dodam.plus.monthly")
    ends = paid_until(store, key)
    store.families.turn_renewal_off(key)
    store.families.turn_renewal_on(key)
    store.families.turn_renewal_off(key)
    run(DAY * 40)
    off, on = (f"DID_CHANGE_RENEWAL_STATUS AUTO_RENEW_{each}" for each in ("DISABLED", "ENABLED"))
    assert said(store)[1:] == [off, on, off, "EXPIRED VOLUNTARY"]
    assert standing(store, key, ends - MOMENT) == (Status.ACTIVE, True)
    assert standing(store, key, ends) == (Status.EXPIRED, False)
    store.families.resubscribe(key, "dodam.monthly", "another account", offer_id="come_back")
    again = store.notifications[-1].transaction or {}
    assert said(store)[-1] == "SUBSCRIBED RESUBSCRIBE"
    assert (again["originalTransactionId"], again["offerType"]) == (key, 4)
    assert again["appAccountToken"] == "another account"


def test_X01_an_upgrade_holds_at_once_and_a_downgrade_from_the_renewal_on(
    store: AppStore, run: Callable[[timedelta], None]
) -> None:
    key = store.families.buy("dodam.weekly")
    run(DAY)
    store.families.change_plan(key, "dodam.plus.monthly")
    week, month = store.book.subscriptions[key].transactions
    assert (week.upgraded, moment(month.begins)) == (True, START + DAY)
    store.families.change_plan(key, "dodam.yearly")
    store.families.change_plan(key, "dodam.plus.monthly")
    store.families.change_plan(key, "dodam.yearly")
    ends = paid_until(store, key)
    run(DAY * 40)
    assert said(store)[1:] == [
        "DID_CHANGE_RENEWAL_PREF UPGRADE",
        "DID_CHANGE_RENEWAL_PREF DOWNGRADE",
        "DID_CHANGE_RENEWAL_PREF",
        "DID_CHANGE_RENEWAL_PREF DOWNGRADE",
        "DID_RENEW",
    ]
    used = [store.truth(key, at) for at in (START, START + DAY, ends - MOMENT, ends)]
    assert [each and each.product_id for each in used] == [
        *("dodam.weekly", "dodam.plus.monthly"),
        *("dodam.plus.monthly", "dodam.yearly"),
    ]


@pytest.mark.parametrize("consents", [True, False])
def test_X01_a_price_that_needs_consent(
    store: AppStore, run: Callable[[timedelta], None], *, consents: bool
) -> None:
    key = store.families.buy("dodam.plus.monthly")
    ends = paid_until(store, key)
    store.desk.raise_price("dodam.plus.monthly", 19_900_000, needs_consent=True)
    asked = store.notifications[-1].renewal or {}
    assert (asked["priceIncreaseStatus"], asked["renewalPrice"]) == (0, 19_900_000)
    if consents:
        store.families.accept_price(key)
    run(ends - START)
    ended = ["PRICE_INCREASE ACCEPTED", "DID_RENEW"] if consents else ["EXPIRED PRICE_INCREASE"]
    assert said(store)[1:] == ["PRICE_INCREASE PENDING", *ended]
    assert store.book.subscriptions[key].last.price == (19_900_000 if consents else 14_900_000)
    assert standing(store, key, ends)[1] is consents


def test_X01_a_price_that_needs_no_consent_holds_from_its_date(
    store: AppStore, run: Callable[[timedelta], None]
) -> None:
    key = store.families.buy("dodam.plus.monthly")
    store.desk.raise_price(
        "dodam.plus.monthly", 15_900_000, needs_consent=False, effective=START + 40 * DAY
    )
    run(DAY * 70)
    assert said(store)[1:] == ["PRICE_INCREASE ACCEPTED", "DID_RENEW", "DID_RENEW"]
    prices = [each.price for each in store.book.subscriptions[key].transactions]
    assert prices == [14_900_000, 14_900_000, 15_900_000]


def test_X01_a_refund_ends_access_and_its_reversal_gives_it_back(
    store: AppStore, run: Callable[[timedelta], None]
) -> None:
    key = store.families.buy("dodam.plus.monthly")
    ends = paid_until(store, key)
    run(DAY)
    store.families.ask_refund(key)
    run(DAY)
    store.desk.refund(key, percentage=60, reason=1)
    given_back = store.notifications[-1].transaction or {}
    assert (given_back["revocationType"], given_back["revocationPercentage"]) == (
        *("REFUND_PRORATED", 60_000),
    )
    assert moment(given_back["revocationDate"]) == START + 2 * DAY
    run(DAY)
    store.desk.reverse_refund(key)
    assert "revocationDate" not in (store.notifications[-1].transaction or {})
    run(DAY * 40)
    assert said(store)[1:] == [
        "DID_CHANGE_RENEWAL_STATUS AUTO_RENEW_DISABLED",
        *("CONSUMPTION_REQUEST", "REFUND", "REFUND_REVERSED", "EXPIRED VOLUNTARY"),
    ]
    held = [standing(store, key, START + day * DAY) for day in (1, 2, 3)]
    assert held == [(Status.ACTIVE, True), (Status.REVOKED, False), (Status.ACTIVE, True)]
    assert standing(store, key, ends) == (Status.EXPIRED, False)


def test_X01_a_renewal_charged_ahead_and_refunded_leaves_what_was_paid_before(
    store: AppStore, run: Callable[[timedelta], None]
) -> None:
    key = store.families.buy("dodam.plus.monthly")
    ends = paid_until(store, key)
    run(ends - START - timedelta(hours=1))
    store.desk.refund(key, store.book.subscriptions[key].last.id)
    run(DAY)
    assert standing(store, key, ends - MOMENT) == (Status.ACTIVE, True)
    assert standing(store, key, ends) == (Status.REVOKED, False)


def test_X01_a_family_shares_until_it_does_not(
    store: AppStore, run: Callable[[timedelta], None]
) -> None:
    key = store.families.buy("dodam.plus.monthly", ACCOUNT)
    member, other = store.families.share(key), store.families.share(key)
    run(DAY * 30)
    renewed = [each for each in store.notifications if each.type == "DID_RENEW"]
    assert [each.key for each in renewed] == [key, member, other]
    shared = renewed[1].transaction or {}
    assert (shared["inAppOwnershipType"], shared["originalTransactionId"]) == (
        *("FAMILY_SHARED", member),
    )
    assert not {"price", "appAccountToken"} & shared.keys()
    store.families.stop_sharing(member)
    assert standing(store, member, START + 30 * DAY) == (Status.REVOKED, False)
    assert standing(store, key, START + 30 * DAY) == (Status.ACTIVE, True)
    store.desk.refund(key)
    assert [(each.type, each.key) for each in store.notifications[-3:]] == [
        *(("REVOKE", member), ("REFUND", key), ("REVOKE", other)),
    ]


def test_X01_an_extension_puts_the_renewal_off_twice_a_year_at_most(
    store: AppStore, run: Callable[[timedelta], None]
) -> None:
    key = store.families.buy("dodam.plus.monthly")
    ends = paid_until(store, key)
    store.desk.extend(key, 10)
    store.desk.extend(key, 10)
    with pytest.raises(NotPossible):
        store.desk.extend(key, 10)
    run(ends + 19 * DAY - START - MOMENT)
    assert said(store)[1:] == ["RENEWAL_EXTENDED"] * 2
    run(DAY + MOMENT)
    assert said(store)[3:] == ["DID_RENEW"]
    trial = store.families.buy("dodam.monthly")
    with pytest.raises(NotPossible):
        store.desk.extend(trial, 10)


def test_X01_an_offer_that_one_pays_as_one_goes_holds_for_its_months(
    store: AppStore, run: Callable[[timedelta], None]
) -> None:
    key = store.families.buy("dodam.plus.monthly")
    store.families.redeem(key, "half_price_3_months")
    run(DAY * 130)
    prices = [each.price for each in store.book.subscriptions[key].transactions]
    assert prices == [14_900_000, *[4_950_000] * 3, 14_900_000]
    assert said(store)[1:] == ["OFFER_REDEEMED", *["DID_RENEW"] * 4]


def test_X01_in_the_sandbox_a_month_is_five_minutes(
    store: AppStore, run: Callable[[timedelta], None]
) -> None:
    key = store.families.buy("dodam.plus.monthly", environment=Environment.SANDBOX)
    assert paid_until(store, key) == START + timedelta(minutes=5)
    run(timedelta(minutes=16))
    assert said(store)[1:] == ["DID_RENEW"] * 3
    assert {each.environment for each in store.notifications} == {Environment.SANDBOX}


def test_X01_the_stores_clock_does_not_run_back(clock: StoresClock) -> None:
    clock.run(DAY)
    with pytest.raises(ValueError, match="does not run back"):
        clock.run_to(START)
