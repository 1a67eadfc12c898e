"""What a message says of a guardian's subscription, of what is so when it is sent."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from dodam.features.billing.models.states import State
from dodam.features.billing.models.stores import Store
from dodam.features.billing.models.subscriptions import Subscription
from dodam.features.billing.models.told import EndReason, Money
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.features.messaging.models.kinds import MessageKind
from dodam.platform.database import Reading

# Messages go to Korean phones.
_ZONE = ZoneInfo("Asia/Seoul")
STORES = {Store.APPLE: "App Store", Store.GOOGLE: "Google Play"}
_TOLD_IN = {
    MessageKind.SUBSCRIPTION_STARTED: {State.TRIAL, State.ACTIVE, State.CANCELLED},
    MessageKind.PAYMENT_FAILED: {State.GRACE, State.BILLING_RETRY},
    MessageKind.PRICE_INCREASE: {State.TRIAL, State.ACTIVE, State.GRACE},
    MessageKind.SUBSCRIPTION_ENDED: {State.EXPIRED, State.REFUNDED, State.REVOKED},
}
_REASONS = {
    EndReason.CANCELLED: "해지",
    EndReason.CANCELLED_BY_US: "해지",
    EndReason.PAYMENT_FAILED: "결제되지 않음",
    EndReason.PRICE_REFUSED: "오른 구독료에 동의하지 않음",
    EndReason.PRODUCT_UNAVAILABLE: "상품 판매 종료",
}


class SubscriptionWording:
    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions

    async def of(self, db: Reading, kind: MessageKind, account_id: UUID) -> dict[str, str] | None:
        """None where it is not so any more, such as a payment that came in after all."""
        held = await self._subscriptions.of_account(db, account_id)
        if kind is MessageKind.SUBSCRIPTION_ENDED and any(each.entitled_until for each in held):
            return None
        for each in held:
            if each.state in _TOLD_IN[kind]:
                values = _values(kind, each)
                if values is not None:
                    return {"스토어": STORES[each.store], **values}
        return None


def _values(kind: MessageKind, held: Subscription) -> dict[str, str] | None:
    if kind is MessageKind.SUBSCRIPTION_STARTED:
        due = held.period_ends_at
        return {"날짜": korean_day(due) if due and held.renews else "없음"}
    if kind is MessageKind.PAYMENT_FAILED:
        until = held.entitled_until
        return {"기한": f"{korean_day(until)}까지" if until else "멈춤"}
    if kind is MessageKind.SUBSCRIPTION_ENDED:
        refunded = held.state is State.REFUNDED
        reason = _REASONS.get(held.ended_because) if held.ended_because else None
        return {"까닭": "환불" if refunded else reason or "기간이 끝남"}
    change = held.price_change
    if change is None or change.price is None or change.takes_effect_at is None:
        return None
    return {"가격": amount(change.price), "날짜": korean_day(change.takes_effect_at)}


def korean_day(at: datetime) -> str:
    day = at.astimezone(_ZONE)
    return f"{day.year}년 {day.month}월 {day.day}일"


def amount(money: Money) -> str:
    """`4,900 KRW`, `3.99 USD`."""
    units = Decimal(money.micros) / 1_000_000
    return f"{units.normalize():,f} {money.currency}"
