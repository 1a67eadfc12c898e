"""What happens that guardians are told of, and what is to be forgotten."""

from dodam.features.accounts.events.phones import PhoneVerified
from dodam.features.accounts.events.withdrawal import AccountErased, AccountWithdrawn
from dodam.features.billing.events import SubscriptionNews
from dodam.features.billing.models.states import News
from dodam.features.messaging.models.kinds import MessageKind
from dodam.features.messaging.service.messages import Messages
from dodam.features.messaging.service.subscription_mails import SubscriptionMails
from dodam.features.therapy.events import DailyResultReady, TherapyGoalReached
from dodam.platform.database import Transaction

_KINDS = {
    News.STARTED: MessageKind.SUBSCRIPTION_STARTED,
    News.TRIAL_STARTED: MessageKind.SUBSCRIPTION_STARTED,
    News.RESUBSCRIBED: MessageKind.SUBSCRIPTION_STARTED,
    News.PAYMENT_FAILED: MessageKind.PAYMENT_FAILED,
    News.ON_HOLD: MessageKind.PAYMENT_FAILED,
    News.PRICE_INCREASE_PENDING: MessageKind.PRICE_INCREASE,
    News.PRICE_INCREASE_REMINDER: MessageKind.PRICE_INCREASE,
    News.EXPIRED: MessageKind.SUBSCRIPTION_ENDED,
    News.REFUNDED: MessageKind.SUBSCRIPTION_ENDED,
    News.REVOKED: MessageKind.SUBSCRIPTION_ENDED,
}


class Reactions:
    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    async def phone_verified(self, tx: Transaction, event: PhoneVerified) -> None:
        await self._messages.welcome(tx, event.account_id)

    async def goal_reached(self, tx: Transaction, event: TherapyGoalReached) -> None:
        await self._messages.about_child(
            tx,
            MessageKind.THERAPY_GOAL_REACHED,
            event.account_id,
            event.child_id,
            event.therapy_day,
        )

    async def daily_result_ready(self, tx: Transaction, event: DailyResultReady) -> None:
        await self._messages.about_child(
            tx, MessageKind.DAILY_RESULT, event.account_id, event.child_id, event.therapy_day
        )

    async def subscription_news(self, tx: Transaction, event: SubscriptionNews) -> None:
        if kind := _KINDS.get(event.news):
            await self._messages.about_subscription(tx, kind, event.account_id, event.at.date())

    async def account_erased(self, tx: Transaction, event: AccountErased) -> None:
        await self._messages.erase(tx, event.account_id)


class MailReactions:
    def __init__(self, mails: SubscriptionMails) -> None:
        self._mails = mails

    async def subscription_news(self, tx: Transaction, event: SubscriptionNews) -> None:
        await self._mails.tell(tx, event)

    async def account_withdrawn(self, tx: Transaction, event: AccountWithdrawn) -> None:
        await self._mails.tell_what_runs_on(tx, event.account_id)
