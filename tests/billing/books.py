"""What a test has the books of billing hear, and reads in them."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from dodam.bootstrap import Dodam
from dodam.features.billing.models.states import News
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import Money, Period, Renewal, Told
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.platform.ids import new_id
from tests.clock import NOON

DAY = timedelta(days=1)
MONTH = 30 * DAY
PRICE = Money(9_900_000_000, "KRW")


def subscriptions_of(dodam: Dodam) -> Subscriptions:
    service = dodam.services["subscriptions"]
    assert isinstance(service, Subscriptions)
    return service


def period(number: int, **fields: Any) -> Period:
    """The month of this number, from 0, of a subscription that began at noon."""
    begins = fields.pop("begins_at", NOON + number * MONTH)
    fields = {
        "told_at": begins,
        "transaction_id": f"order-{number}",
        "product_id": "monthly",
        "begins_at": begins,
        "ends_at": begins + MONTH,
        "paid": PRICE,
        **fields,
    }
    return Period(**fields)


def renewal(at: datetime, *, renews: bool = True, **fields: Any) -> Renewal:
    return Renewal(told_at=at, renews=renews, product_id="monthly", **fields)


def told(
    key: str,
    periods: Iterable[Period] = (),
    renews: Renewal | None = None,
    **fields: Any,
) -> Told:
    fields = {"store": Store.APPLE, "environment": Environment.PRODUCTION, **fields}
    return Told(key=key, periods=tuple(periods), renewal=renews, **fields)


def some_key() -> str:
    return str(new_id())


class Books:
    """The books of a house that others use too: what is read is of one account or purchase."""

    def __init__(self, dodam: Dodam) -> None:
        self._dodam = dodam
        self.subscriptions = subscriptions_of(dodam)

    async def hear(self, *things: Told) -> UUID:
        """Each in a transaction of its own; the last one's subscription."""
        *before, last = things
        for each in before:
            await self.hear(each)
        async with self._dodam.database.transaction() as tx:
            return await self.subscriptions.learn(tx, last)

    async def hear_at_once(self, *things: Told) -> None:
        await asyncio.gather(*(self.hear(each) for each in things))

    async def claim(self, account: str, thing: Told) -> Any:
        async with self._dodam.database.transaction() as tx:
            claimed = await self.subscriptions.claim(tx, UUID(account), thing)
        return msgspec.to_builtins(claimed)

    async def look(self, subscription: UUID) -> None:
        async with self._dodam.database.transaction() as tx:
            await self.subscriptions.take_stock(tx, subscription)

    async def rows(self, query: str, *args: object) -> list[dict[str, Any]]:
        async with self._dodam.database.reading() as db:
            return [dict(row) for row in await db.fetch(query, *args)]

    async def row(self, subscription: UUID) -> dict[str, Any]:
        [found] = await self.rows("select * from billing.subscription where id = $1", subscription)
        return found

    async def ledger(self, subscription: UUID) -> list[tuple[str, int]]:
        """Kinds and sums in thousands of the currency's unit, in the order of booking."""
        lines = await self.rows(
            "select kind, micros from billing.payment where subscription_id = $1 order by id",
            subscription,
        )
        return [(line["kind"], line["micros"] // 1_000_000) for line in lines]

    async def sums(self, subscription: UUID) -> dict[str, int]:
        lines = await self.rows(
            "select transaction_id, sum(micros)::bigint as micros from billing.payment"
            " where subscription_id = $1 group by transaction_id",
            subscription,
        )
        return {line["transaction_id"]: line["micros"] for line in lines}


def news_of(events: Iterable[Any]) -> list[News]:
    return [each.news for each in events]
