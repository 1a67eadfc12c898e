"""The shapes of the Android Publisher API, as far as we read them.

https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.subscriptionsv2
https://developers.google.com/android-publisher/api-ref/rest/v3/orders

A part that is an object without fields (`testPurchase`, `freeTrial`) says something by being there.
"""

from datetime import datetime

from msgspec import Struct


class Wire(Struct, frozen=True, rename="camel"):
    """Google leaves out what is false, zero or empty, and adds fields at any time."""


class Present(Wire, frozen=True):
    """An object that is there; what is in it is of no concern."""


class WireMoney(Wire, frozen=True):
    """`units` come as a text; `nanos` are of the same sign (google.type.Money)."""

    currency_code: str
    units: int = 0
    nanos: int = 0


class PriceChangeDetails(Wire, frozen=True):
    new_price: WireMoney | None = None
    price_change_mode: str = ""
    price_change_state: str = ""
    expected_new_price_charge_time: datetime | None = None


class StepUpConsent(Wire, frozen=True):
    """Consent to the higher price after a trial or an introductory one, as Korean law asks for."""

    state: str = ""
    consent_deadline_time: datetime | None = None
    new_price: WireMoney | None = None


class AutoRenewingPlan(Wire, frozen=True):
    auto_renew_enabled: bool = False
    recurring_price: WireMoney | None = None
    price_change_details: PriceChangeDetails | None = None
    price_step_up_consent_details: StepUpConsent | None = None


class DeferredReplacement(Wire, frozen=True):
    product_id: str


class OfferDetails(Wire, frozen=True):
    offer_id: str | None = None


class VanityCode(Wire, frozen=True):
    promotion_code: str | None = None


class SignupPromotion(Wire, frozen=True):
    vanity_code: VanityCode | None = None


class ProrationPhase(Wire, frozen=True):
    """Time made up for by a change of plans; its phase is that of what was bought before."""

    original_offer_phase_type: str = ""


class OfferPhase(Wire, frozen=True):
    free_trial: Present | None = None
    introductory_price: Present | None = None
    proration_period: ProrationPhase | None = None

    @property
    def kind(self) -> str:
        """`FREE_TRIAL`, `INTRODUCTORY`, or something else at the full price."""
        if self.free_trial is not None:
            return "FREE_TRIAL"
        if self.introductory_price is not None:
            return "INTRODUCTORY"
        return self.proration_period.original_offer_phase_type if self.proration_period else ""


class PurchaseItem(Wire, frozen=True):
    """`expiry_time` and `latest_successful_order_id` are missing of what is not yet owned."""

    product_id: str
    expiry_time: datetime | None = None
    latest_successful_order_id: str | None = None
    auto_renewing_plan: AutoRenewingPlan | None = None
    prepaid_plan: Present | None = None
    offer_details: OfferDetails | None = None
    offer_phase: OfferPhase | None = None
    signup_promotion: SignupPromotion | None = None
    deferred_item_replacement: DeferredReplacement | None = None


class CanceledContext(Wire, frozen=True):
    user_initiated_cancellation: Present | None = None
    system_initiated_cancellation: Present | None = None
    developer_initiated_cancellation: Present | None = None
    replacement_cancellation: Present | None = None


class PausedContext(Wire, frozen=True):
    auto_resume_time: datetime | None = None


class AccountIds(Wire, frozen=True):
    obfuscated_external_account_id: str | None = None


class OutOfApp(Wire, frozen=True):
    """A subscription that was taken up again in Google Play's own pages."""

    expired_purchase_token: str | None = None
    expired_external_account_identifiers: AccountIds | None = None


class Purchase(Wire, frozen=True):
    """SubscriptionPurchaseV2."""

    subscription_state: str
    acknowledgement_state: str = ""
    etag: str = ""
    start_time: datetime | None = None
    line_items: tuple[PurchaseItem, ...] = ()
    linked_purchase_token: str | None = None
    canceled_state_context: CanceledContext | None = None
    paused_state_context: PausedContext | None = None
    test_purchase: Present | None = None
    external_account_identifiers: AccountIds | None = None
    out_of_app_purchase_context: OutOfApp | None = None

    @property
    def state(self) -> str:
        """Such as `ACTIVE` or `ON_HOLD`."""
        return self.subscription_state.removeprefix("SUBSCRIPTION_STATE_")

    @property
    def item(self) -> PurchaseItem | None:
        """Of a purchase with add-ons, the item that is owned longest."""
        owned = [(each.expiry_time, each) for each in self.line_items if each.expiry_time]
        if owned:
            return max(owned, key=lambda each: each[0])[1]
        return self.line_items[0] if self.line_items else None


class OrderProration(Wire, frozen=True):
    original_offer_phase: str = ""


class OrderPhase(Wire, frozen=True):
    free_trial_details: Present | None = None
    introductory_price_details: Present | None = None
    proration_period_details: OrderProration | None = None

    @property
    def kind(self) -> str:
        """As `OfferPhase.kind`."""
        if self.free_trial_details is not None:
            return "FREE_TRIAL"
        if self.introductory_price_details is not None:
            return "INTRODUCTORY"
        proration = self.proration_period_details
        return proration.original_offer_phase if proration else ""


class SubscriptionDetails(Wire, frozen=True):
    service_period_start_time: datetime | None = None
    service_period_end_time: datetime | None = None
    offer_id: str | None = None
    offer_phase_details: OrderPhase | None = None


class OrderItem(Wire, frozen=True):
    product_id: str
    subscription_details: SubscriptionDetails | None = None


class RefundDetails(Wire, frozen=True):
    total: WireMoney | None = None


class PartialRefund(Wire, frozen=True):
    state: str = ""
    process_time: datetime | None = None
    refund_details: RefundDetails | None = None


class RefundEvent(Wire, frozen=True):
    event_time: datetime | None = None


class OrderHistory(Wire, frozen=True):
    refund_event: RefundEvent | None = None
    partial_refund_events: tuple[PartialRefund, ...] = ()


class Order(Wire, frozen=True):
    order_id: str
    purchase_token: str
    state: str = ""
    total: WireMoney | None = None
    line_items: tuple[OrderItem, ...] = ()
    order_history: OrderHistory | None = None


class Orders(Wire, frozen=True):
    orders: tuple[Order, ...] = ()


class DeferredItem(Wire, frozen=True):
    expiry_time: datetime


class Deferred(Wire, frozen=True):
    item_expiry_time_details: tuple[DeferredItem, ...] = ()


class Voided(Wire, frozen=True):
    purchase_token: str
    order_id: str
    voided_time_millis: int


class TokenPagination(Wire, frozen=True):
    next_page_token: str | None = None


class VoidedPage(Wire, frozen=True):
    voided_purchases: tuple[Voided, ...] = ()
    token_pagination: TokenPagination | None = None


class Reason(Wire, frozen=True):
    reason: str = ""


class Failure(Wire, frozen=True):
    """`reason` is a word such as `purchaseTokenNotFound`; `status` one such as `NOT_FOUND`."""

    status: str = ""
    errors: tuple[Reason, ...] = ()


class FailureAnswer(Wire, frozen=True):
    error: Failure = Failure()
