"""What guardians are mailed about their subscriptions: receipts, and what they must know in time.

Unlike messages to a phone, these cannot be turned off: they tell of money.
"""

from datetime import UTC, datetime
from uuid import UUID

from dodam.features.accounts.service.account_mails import AccountMails
from dodam.features.accounts.service.letters import Letter
from dodam.features.billing.events import SubscriptionNews
from dodam.features.billing.models.states import News
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.features.messaging.service.subscription_wording import STORES, amount
from dodam.platform.database import Transaction

_LETTERS = {
    News.STARTED: Letter.PAYMENT_RECEIPT,
    News.CONVERTED: Letter.PAYMENT_RECEIPT,
    News.RENEWED: Letter.PAYMENT_RECEIPT,
    News.RECOVERED: Letter.PAYMENT_RECEIPT,
    News.RESUMED: Letter.PAYMENT_RECEIPT,
    News.RESUBSCRIBED: Letter.PAYMENT_RECEIPT,
    News.PRODUCT_CHANGED: Letter.PAYMENT_RECEIPT,
    News.REFUND_REVERSED: Letter.PAYMENT_RECEIPT,
    News.REFUNDED: Letter.REFUND_RECEIPT,
    News.PAYMENT_FAILED: Letter.PAYMENT_FAILED,
    News.ON_HOLD: Letter.PAYMENT_FAILED,
    News.PRICE_INCREASE_PENDING: Letter.PRICE_INCREASE,
    News.PRICE_INCREASE_REMINDER: Letter.PRICE_INCREASE,
}
_RECEIPTS = {Letter.PAYMENT_RECEIPT, Letter.REFUND_RECEIPT}


class SubscriptionMails:
    def __init__(self, subscriptions: Subscriptions, mails: AccountMails) -> None:
        self._subscriptions = subscriptions
        self._mails = mails

    async def tell(self, tx: Transaction, news: SubscriptionNews) -> None:
        """A receipt where money moved, what the guardian is to act on; of the rest, nothing.

        Nor of the sandbox, where nobody pays.
        """
        if news.environment is Environment.SANDBOX:
            return
        letter = _LETTERS.get(news.news)
        moved = news.amount is not None and news.amount.micros
        if letter is not None and (moved or letter not in _RECEIPTS):
            await self._mails.tell(
                tx,
                letter,
                news.account_id,
                store=STORES[news.store],
                amount=None if news.amount is None else amount(news.amount),
                day=_day(news.at),
                until=None if news.until is None else _day(news.until),
            )

    async def tell_what_runs_on(self, tx: Transaction, account_id: UUID) -> None:
        """Who left, and goes on paying for a subscription that only they can cancel."""
        held = await self._subscriptions.of_account(tx, account_id)
        if any(
            each.store is Store.APPLE
            and each.environment is Environment.PRODUCTION
            and each.renews
            and not each.family_shared
            for each in held
        ):
            await self._mails.tell(
                tx, Letter.SUBSCRIPTION_RUNS_ON, account_id, store=STORES[Store.APPLE]
            )


def _day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()
