"""A scene for every notification that Apple's reference names: what led to it, played.

https://developer.apple.com/documentation/appstoreservernotifications/notificationtype has the
types, and in its tables of life-cycle events which subtypes go with which.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Literal, TypeAlias

from dodam_sim.stores.apple.store import AppStore
from dodam_sim.stores.clock import StoresClock

Pair: TypeAlias = tuple[str, str | None]
Scene: TypeAlias = Callable[[AppStore, StoresClock], None]

_PLUS = "dodam.plus.monthly"
_MONTH = timedelta(days=31)
_GRACE = timedelta(days=16)
_RETRY = timedelta(days=60)


def play(scene: Scene, store: AppStore, clock: StoresClock) -> None:
    scene(store, clock)
    store.advance()


def _subscribed(store: AppStore, _: StoresClock) -> None:
    store.families.buy(_PLUS)


def _resubscribed(store: AppStore, clock: StoresClock) -> None:
    key = _cancelled(store)
    clock.run(_MONTH)
    store.families.resubscribe(key, _PLUS, offer_id="come_back")


def _upgraded(store: AppStore, _: StoresClock) -> None:
    store.families.change_plan(store.families.buy("dodam.monthly"), _PLUS)


def _downgraded(store: AppStore, _: StoresClock) -> None:
    store.families.change_plan(store.families.buy(_PLUS), "dodam.monthly")


def _downgrade_taken_back(store: AppStore, _: StoresClock) -> None:
    key = store.families.buy(_PLUS)
    store.families.change_plan(key, "dodam.monthly")
    store.families.change_plan(key, _PLUS)


def _cancelled(store: AppStore, _: StoresClock | None = None) -> str:
    key = store.families.buy(_PLUS)
    store.families.turn_renewal_off(key)
    return key


def _renewal_off(store: AppStore, _: StoresClock) -> None:
    _cancelled(store)


def _renewal_on(store: AppStore, _: StoresClock) -> None:
    store.families.turn_renewal_on(_cancelled(store))


def _offer_redeemed(product_id: str, before: str, store: AppStore, _: StoresClock) -> None:
    store.families.redeem(store.families.buy(before), "half_price_3_months", product_id)


def _renewed(store: AppStore, clock: StoresClock) -> None:
    store.families.buy(_PLUS)
    clock.run(_MONTH)


def _failed(store: AppStore, clock: StoresClock) -> None:
    key = store.families.buy(_PLUS)
    store.families.card_fails(key)
    clock.run(_MONTH)


def _failed_without_grace(store: AppStore, clock: StoresClock) -> None:
    store.desk.offer_grace(offered=False)
    _failed(store, clock)


def _recovered(store: AppStore, clock: StoresClock) -> None:
    _failed(store, clock)
    [key] = store.book.subscriptions
    store.families.card_works(key)


def _grace_over(store: AppStore, clock: StoresClock) -> None:
    _failed(store, clock)
    clock.run(_GRACE)


def _retried_in_vain(store: AppStore, clock: StoresClock) -> None:
    _failed(store, clock)
    clock.run(_RETRY)


def _cancelled_and_ended(store: AppStore, clock: StoresClock) -> None:
    _cancelled(store)
    clock.run(_MONTH)


def _price_refused(store: AppStore, clock: StoresClock) -> None:
    _price_raised(store, clock)
    clock.run(_MONTH)


def _withdrawn(store: AppStore, clock: StoresClock) -> None:
    store.families.buy(_PLUS)
    store.desk.withdraw(_PLUS)
    clock.run(_MONTH)


def _ended_otherwise(store: AppStore, clock: StoresClock) -> None:
    store.desk.end_otherwise(store.families.buy(_PLUS))
    clock.run(_MONTH)


def _price_raised(store: AppStore, _: StoresClock) -> None:
    store.families.buy(_PLUS)
    store.desk.raise_price(_PLUS, 24_900_000, needs_consent=True)


def _price_accepted(store: AppStore, clock: StoresClock) -> None:
    _price_raised(store, clock)
    [key] = store.book.subscriptions
    store.families.accept_price(key)


def _refund_asked(store: AppStore, _: StoresClock | None = None) -> str:
    key = store.families.buy(_PLUS)
    store.families.ask_refund(key)
    return key


def _consumption_asked(store: AppStore, _: StoresClock) -> None:
    _refund_asked(store)


def _refunded(store: AppStore, _: StoresClock) -> None:
    store.desk.refund(_refund_asked(store))


def _refund_declined(store: AppStore, _: StoresClock) -> None:
    store.desk.decline_refund(_refund_asked(store))


def _refund_reversed(store: AppStore, _: StoresClock) -> None:
    key = _refund_asked(store)
    store.desk.refund(key)
    store.desk.reverse_refund(key)


def _sharing_ended(store: AppStore, _: StoresClock) -> None:
    store.families.stop_sharing(store.families.share(store.families.buy(_PLUS)))


def _extended(store: AppStore, _: StoresClock) -> None:
    store.desk.extend(store.families.buy(_PLUS), 7)


def _extended_for_all(store: AppStore, _: StoresClock) -> None:
    """One of them is on a trial, and may not have it."""
    store.families.buy("dodam.monthly")
    store.desk.extend_all("dodam.monthly", 7, "758883e8-151b-47b7-abd0-60c4d804c2f5")


def _said(type_: str, subtype: str | None, store: AppStore, _: StoresClock) -> None:
    store.desk.say(type_, subtype, store.families.buy(_PLUS))


def _token(
    subtype: Literal["CREATED", "ACTIVE_TOKEN_REMINDER", "UNREPORTED"],
    store: AppStore,
    _: StoresClock,
) -> None:
    store.desk.external_purchase_token(subtype)


def _tested(store: AppStore, _: StoresClock) -> None:
    store.desk.test()


def _bought_once(store: AppStore, _: StoresClock) -> None:
    store.families.buy_once()


def _consent_rescinded(store: AppStore, _: StoresClock) -> None:
    store.families.rescind_consent()


SCENES: Mapping[Pair, Scene] = {
    ("SUBSCRIBED", "INITIAL_BUY"): _subscribed,
    ("SUBSCRIBED", "RESUBSCRIBE"): _resubscribed,
    ("DID_CHANGE_RENEWAL_PREF", "UPGRADE"): _upgraded,
    ("DID_CHANGE_RENEWAL_PREF", "DOWNGRADE"): _downgraded,
    ("DID_CHANGE_RENEWAL_PREF", None): _downgrade_taken_back,
    ("DID_CHANGE_RENEWAL_STATUS", "AUTO_RENEW_DISABLED"): _renewal_off,
    ("DID_CHANGE_RENEWAL_STATUS", "AUTO_RENEW_ENABLED"): _renewal_on,
    ("OFFER_REDEEMED", "UPGRADE"): partial(_offer_redeemed, _PLUS, "dodam.monthly"),
    ("OFFER_REDEEMED", "DOWNGRADE"): partial(_offer_redeemed, "dodam.monthly", _PLUS),
    ("OFFER_REDEEMED", None): partial(_offer_redeemed, _PLUS, _PLUS),
    # What Apple said of first purchases by an offer before it sent SUBSCRIBED for them.
    ("OFFER_REDEEMED", "INITIAL_BUY"): partial(_said, "OFFER_REDEEMED", "INITIAL_BUY"),
    ("OFFER_REDEEMED", "RESUBSCRIBE"): partial(_said, "OFFER_REDEEMED", "RESUBSCRIBE"),
    ("DID_RENEW", None): _renewed,
    ("DID_RENEW", "BILLING_RECOVERY"): _recovered,
    ("DID_FAIL_TO_RENEW", "GRACE_PERIOD"): _failed,
    ("DID_FAIL_TO_RENEW", None): _failed_without_grace,
    ("GRACE_PERIOD_EXPIRED", None): _grace_over,
    ("EXPIRED", "VOLUNTARY"): _cancelled_and_ended,
    ("EXPIRED", "BILLING_RETRY"): _retried_in_vain,
    ("EXPIRED", "PRICE_INCREASE"): _price_refused,
    ("EXPIRED", "PRODUCT_NOT_FOR_SALE"): _withdrawn,
    ("EXPIRED", None): _ended_otherwise,
    ("PRICE_INCREASE", "PENDING"): _price_raised,
    ("PRICE_INCREASE", "ACCEPTED"): _price_accepted,
    ("CONSUMPTION_REQUEST", None): _consumption_asked,
    ("REFUND", None): _refunded,
    ("REFUND_DECLINED", None): _refund_declined,
    ("REFUND_REVERSED", None): _refund_reversed,
    ("REVOKE", None): _sharing_ended,
    ("RENEWAL_EXTENDED", None): _extended,
    ("RENEWAL_EXTENSION", "SUMMARY"): _extended_for_all,
    ("RENEWAL_EXTENSION", "FAILURE"): _extended_for_all,
    ("ONE_TIME_CHARGE", None): _bought_once,
    ("RESCIND_CONSENT", None): _consent_rescinded,
    ("METADATA_UPDATE", None): partial(_said, "METADATA_UPDATE", None),
    ("MIGRATION", None): partial(_said, "MIGRATION", None),
    ("PRICE_CHANGE", None): partial(_said, "PRICE_CHANGE", None),
    ("EXTERNAL_PURCHASE_TOKEN", "CREATED"): partial(_token, "CREATED"),
    ("EXTERNAL_PURCHASE_TOKEN", "ACTIVE_TOKEN_REMINDER"): partial(_token, "ACTIVE_TOKEN_REMINDER"),
    ("EXTERNAL_PURCHASE_TOKEN", "UNREPORTED"): partial(_token, "UNREPORTED"),
    ("TEST", None): _tested,
}
