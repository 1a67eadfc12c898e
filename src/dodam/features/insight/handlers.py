"""What is told of the facts of other features, and what goes with an account."""

from dodam.features.accounts.events.withdrawal import AccountErased, AccountWithdrawn
from dodam.features.billing.events import SubscriptionNews
from dodam.features.billing.models.states import News
from dodam.features.billing.models.stores import Environment
from dodam.features.children.events import ChildRegistered
from dodam.features.insight.models import registry
from dodam.features.insight.service.deletions import Deletions
from dodam.features.insight.service.recording import Recorder
from dodam.features.therapy.events import TherapyGoalReached
from dodam.platform.clock import Clock
from dodam.platform.database import Transaction

_TOLD: dict[News, registry.TellableNews] = {
    News.TRIAL_STARTED: "trial_started",
    News.STARTED: "started",
    News.CONVERTED: "converted",
    News.RENEWAL_OFF: "renewal_off",
    News.EXPIRED: "expired",
    News.REFUNDED: "refunded",
}


class Reactions:
    """Facts carry no time; they are delivered moments after."""

    def __init__(self, clock: Clock, recorder: Recorder, deletions: Deletions) -> None:
        self._clock = clock
        self._recorder = recorder
        self._deletions = deletions

    async def child_registered(self, tx: Transaction, event: ChildRegistered) -> None:
        told = registry.ChildRegistered()
        fact = str(event.child_id)
        await self._recorder.note(tx, event.guardian_id, told, at=self._clock.now(), fact=fact)

    async def goal_reached(self, tx: Transaction, event: TherapyGoalReached) -> None:
        told = registry.TherapyGoalReached()
        fact = f"{event.child_id} {event.therapy_day}"
        await self._recorder.note(tx, event.account_id, told, at=self._clock.now(), fact=fact)

    async def subscription_news(self, tx: Transaction, event: SubscriptionNews) -> None:
        news = _TOLD.get(event.news)
        if news is not None and event.environment is Environment.PRODUCTION:
            told = registry.SubscriptionChanged(store=event.store.value, news=news)
            fact = f"{event.subscription_id} {event.news} {event.at.isoformat()}"
            await self._recorder.note(tx, event.account_id, told, at=event.at, fact=fact)

    async def account_withdrawn(self, tx: Transaction, event: AccountWithdrawn) -> None:
        now = self._clock.now()
        told = registry.AccountWithdrawn()
        await self._recorder.note(tx, event.account_id, told, at=now, fact=now.isoformat())

    async def account_erased(self, tx: Transaction, event: AccountErased) -> None:
        await self._deletions.erase(tx, event.account_id)
