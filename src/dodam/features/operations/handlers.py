"""What other features let the people who run the service know."""

from dodam.features.billing.events import SubscriptionNews
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
