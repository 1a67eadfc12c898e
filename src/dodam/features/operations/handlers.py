"""What other features let the people who run the service know."""

from dodam.features.billing.events import (
    DriftFound,
    StoreConsentRescinded,
    StoreMessageUnknown,
    SubscriptionNews,
)
from dodam.features.billing.models.states import News
from dodam.features.billing.models.stores import Environment
from dodam.features.operations.models.notices import Level
from dodam.features.operations.service.notices import Notices
from dodam.platform.database import Transaction

_TITLES = {
    News.TRIAL_STARTED: (Level.GOOD, "A trial has begun"),
    News.STARTED: (Level.GOOD, "A subscription has begun"),
    News.CONVERTED: (Level.GOOD, "A trial became a subscription"),
    News.RESUBSCRIBED: (Level.GOOD, "Somebody subscribed again"),
    News.EXPIRED: (Level.INFO, "A subscription has ended"),
    News.REFUNDED: (Level.WARNING, "A payment was given back"),
    News.REFUND_REVERSED: (Level.INFO, "A payment that was given back came again"),
    News.REVOKED: (Level.WARNING, "A subscription was taken away"),
}


class Reactions:
    """A notice names the store, the product and the subscription, and no person."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    async def subscription_news(self, tx: Transaction, event: SubscriptionNews) -> None:
        if event.news not in _TITLES:
            return
        level, title = _TITLES[event.news]
        where = f"{event.store}, `{event.product_id}`"
        if event.environment is Environment.SANDBOX:
            where = f"{where} (sandbox)"
        await self._notices.tell(tx, level, title, f"{where}, `{event.subscription_id}`")

    async def message_unknown(self, tx: Transaction, event: StoreMessageUnknown) -> None:
        kind = event.message_type
        if event.message_subtype is not None:
            kind = f"{kind}, {event.message_subtype}"
        title = "A store sent a message of a kind that is not known yet"
        text = f"{event.store}, `{kind}`: it is kept as `{event.notification_id}`."
        await self._notices.tell(tx, Level.WARNING, title, text)

    async def consent_rescinded(self, tx: Transaction, event: StoreConsentRescinded) -> None:
        title = "A parent took back the consent to a child's use of the app"
        text = (
            f"{event.store} names no account of ours; the message is `{event.notification_id}`."
            " See docs/payments.md, What the stores send."
        )
        await self._notices.tell(tx, Level.WARNING, title, text)

    async def drift_found(self, tx: Transaction, event: DriftFound) -> None:
        before = event.before or "not known"
        title = "A store did not tell of a change, and was asked"
        text = f"{event.store}, `{event.subscription_id}`: {before}, now {event.after}."
        await self._notices.tell(tx, Level.WARNING, title, text)
