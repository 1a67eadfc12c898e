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
