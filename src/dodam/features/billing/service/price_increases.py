"""Prices that are about to rise: holders are reminded, once of each.

Korea's E-Commerce Act, article 13(6), since 14 February 2025: within the 30 days before the price
of a subscription rises, whoever pays must have consented to the day, the prices before and after
and the way of payment, and be told how to end it. The stores sell, and ask for that consent. What
they announce is passed on as it is learned (PRICE_INCREASE_PENDING); the reminder is ours.
https://www.law.go.kr/법령/전자상거래등에서의소비자보호에관한법률
"""

from datetime import timedelta

from dodam.features.billing.events import SubscriptionNews
from dodam.features.billing.models.staff import PendingPriceIncrease
from dodam.features.billing.models.states import News
from dodam.features.billing.store import price_increases as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction

# Before the price takes effect or, if that comes first, before the last day to answer.
_REMINDED_BEFORE = timedelta(days=7)
# The chore runs every five minutes: a price may rise for everybody at once.
_MOST_AT_ONCE = 500


class PriceIncreases:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def pending(self, db: Reading, most: int) -> list[PendingPriceIncrease]:
        """Those that take effect first."""
        return [
            PendingPriceIncrease(
                subscription_id=each.id,
                account_id=each.account_id,
                product_id=each.product_id,
                change=change,
                reminded_at=each.reminded_at,
            )
            for each in await store.PENDING.all(db, now=self._clock.now(), most=most)
            if (change := each.renewal.price_change) is not None
        ]

    async def remind(self, tx: Transaction) -> None:
        """Tell holders whose price rises soon and who have not refused it."""
        now = self._clock.now()
        due = await store.TO_REMIND.all(
            tx, now=now, before=now + _REMINDED_BEFORE, most=_MOST_AT_ONCE
        )
        for each in due:
            change = each.renewal.price_change
            added = await store.ADD_REMINDER.first(
                tx, subscription_id=each.id, due_at=each.due_at, reminded_at=now
            )
            if added is None or change is None or each.account_id is None:
                continue
            await tx.publish(
                SubscriptionNews(
                    account_id=each.account_id,
                    subscription_id=each.id,
                    store=each.store,
                    environment=each.environment,
                    product_id=each.product_id,
                    news=News.PRICE_INCREASE_REMINDER,
                    state=each.state,
                    at=now,
                    until=each.due_at,
                    amount=change.price,
                )
            )
