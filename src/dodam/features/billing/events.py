"""Facts about subscriptions."""

from datetime import datetime
from uuid import UUID

from dodam.features.billing.models.states import News, State
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import Money
from dodam.platform.database import Event


class SubscriptionNews(Event, frozen=True, tag="billing.subscription_news.v1"):
    """Something happened to a subscription that an account holds; each is told of once.

    `amount` is what was paid or given back, where money moved; `until` is when what it entitles
    to ends now, or, of a price increase, when it takes effect.
    """

    account_id: UUID
    subscription_id: UUID
    store: Store
    environment: Environment
    product_id: str
    news: News
    state: State
    at: datetime
    until: datetime | None = None
    amount: Money | None = None


class StoreMessageUnknown(Event, frozen=True, tag="billing.store_message_unknown.v1"):
    """A store sent a kind of message that this release does not know; it is kept all the same."""

    notification_id: UUID
    store: Store
    message_type: str
    message_subtype: str | None


class StoreConsentRescinded(Event, frozen=True, tag="billing.store_consent_rescinded.v1"):
    """A parent took back, at the store, the consent to a child's use of the app.

    The store does not say whose account it is here: staff find out, with the message.
    """

    notification_id: UUID
    store: Store


class DriftFound(Event, frozen=True, tag="billing.drift_found.v1"):
    """A store knew of a subscription what no message had told."""

    drift_id: UUID
    subscription_id: UUID
    store: Store
    before: State | None
    after: State
