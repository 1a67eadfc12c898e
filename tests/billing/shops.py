"""Two stores that say what a test has them say, and a house that listens to them.

They stand in for the adapters: what is signed here is as good as what they have verified.
"""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import msgspec

from dodam.bootstrap import Dodam
from dodam.features.billing.errors.stores import ForgedMessage, UnknownPurchase
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import Money, Notification, Period, Renewal, Told
from dodam.features.billing.ports import ConsumptionAnswer, VoidedPurchase
from dodam.platform.work import CannotBeDone, PerhapsDone, TryLater
from tests.conftest import CLOCK
from tests.staff import Staff

_NUMBERS = count(1)
_PRICE = Money(9_900_000_000, "KRW")
# What is to be done later only, such as in an hour, is not waited for.
_NOTHING_IS_LEFT = """
    select count(*) = 0 as so from jobs.pgqueuer
    where status = 'picked' or status = 'queued' and execute_after < now() + interval '5 minutes'
"""
_SOMETHING_IS_PUT_OFF = """
    select count(*) > 0 as so from jobs.pgqueuer where status = 'queued' and attempts > 0
"""


@dataclass
class Shop:
    """What a store knows, what it was asked, and whether it answers."""

    store: Store
    knows: dict[str, Told] = field(default_factory=dict[str, Told])
    asked: list[str] = field(default_factory=list[str])
    done: list[str] = field(default_factory=list[str])
    away: bool = False
    # It does what it is asked, and the answer is lost.
    mute: bool = False
    # How often it was asked for something in vain.
    vain: int = 0
    # What it refuses to do, and why.
    refuses: str | None = None

    def sell(self, buyer: UUID | None = None, **fields: Any) -> Told:
        """A month that begins now, of a new subscription that renews."""
        number = next(_NUMBERS)
        now = CLOCK.now()
        told = Told(
            store=self.store,
            environment=fields.pop("environment", Environment.PRODUCTION),
            key=f"{self.store}-purchase-{number:06}",
            buyer=buyer,
            periods=(
                Period(
                    told_at=now,
                    transaction_id=f"{self.store}-order-{number:06}",
                    product_id="monthly",
                    begins_at=now,
                    ends_at=now + timedelta(days=30),
                    paid=_PRICE,
                ),
            ),
            renewal=Renewal(told_at=now, renews=True, product_id="monthly", price=_PRICE),
            **fields,
        )
        self.knows[told.key] = told
        return told

    def renew(self, told: Told) -> Told:
        """The month after the last of a subscription."""
        now = CLOCK.now()
        last = told.periods[-1]
        period = msgspec.structs.replace(
            last,
            told_at=now,
            transaction_id=f"{self.store}-order-{next(_NUMBERS):06}",
            begins_at=last.ends_at,
            ends_at=last.ends_at + timedelta(days=30),
        )
        renewal = Renewal(told_at=now, renews=True, product_id="monthly", price=_PRICE)
        renewed = msgspec.structs.replace(told, periods=(*told.periods, period), renewal=renewal)
        self.knows[told.key] = renewed
        return renewed

    def put_off(self, key: str, by: timedelta) -> datetime:
        last = self.knows[key].periods[-1]
        ends_at = last.ends_at + by
        self.change(f"put off by {by.days} days", key, ends_at=ends_at)
        return ends_at

    def change(self, what: str, key: str, *, renews: bool = True, **last: Any) -> None:
        """Do what is asked: to the last period, and to how it goes on."""
        self.come()
        if self.refuses is not None:
            raise CannotBeDone(self.refuses)
        self.done.append(what)
        told = self.knows[key]
        renewal = told.renewal and msgspec.structs.replace(told.renewal, renews=renews)
        period = msgspec.structs.replace(told.periods[-1], **last)
        self.knows[key] = msgspec.structs.replace(
            told, periods=(*told.periods[:-1], period), renewal=renewal
        )
        if self.mute:
            self.mute = False
            self.vain += 1
            raise PerhapsDone("the answer was lost")

    def come(self) -> None:
        if self.away:
            self.vain += 1
            raise TryLater("the store is away")

    def answer(self, key: str) -> Told:
        self.asked.append(key)
        self.come()
        if key not in self.knows:
            raise UnknownPurchase
        now = CLOCK.now()
        told = self.knows[key]
        renewal = told.renewal and msgspec.structs.replace(told.renewal, told_at=now)
        periods = tuple(msgspec.structs.replace(each, told_at=now) for each in told.periods)
        return msgspec.structs.replace(told, periods=periods, renewal=renewal)


class FakeAppStore(Shop):
    def __init__(self) -> None:
        super().__init__(Store.APPLE)
        self.sent: list[Notification] = []
        self.answers: dict[str, ConsumptionAnswer] = {}

    def say(self, told: Told | None, type_: str, subtype: str | None = None) -> Notification:
        """What Apple sends, or tries to send; it stands in the history all the same."""
        message = Notification(
            store=Store.APPLE,
            environment=told.environment if told else Environment.PRODUCTION,
            id=f"00000000-0000-4000-8000-{next(_NUMBERS):012}",
            type=type_,
            subtype=subtype,
            sent_at=CLOCK.now(),
            key=told and told.key,
            transaction_id=told.periods[-1].transaction_id if told else None,
            told=told,
        )
        self.sent.append(message)
        return message

    async def read_notification(self, signed_payload: str) -> Notification:
        header, payload, _ = signed_payload.split(".")
        if header != "apple":
            raise ForgedMessage(header)
        if self.away:
            raise TryLater("Apple is not asked")
        return msgspec.json.decode(urlsafe_b64decode(payload + "==="), type=Notification)

    async def read_transaction(self, signed_transaction: str) -> Told:
        return self.knows[signed_transaction]

    async def subscription(self, key: str, environment: Environment) -> Told:
        del environment
        return self.answer(key)

    async def notifications(
        self, environment: Environment, since: datetime, until: datetime
    ) -> AsyncIterator[Notification]:
        if self.away:
            raise TryLater("the store is away")
        for message in self.sent:
            if message.environment is environment and since <= message.sent_at < until:
                yield message

    async def answer_consumption(
        self, environment: Environment, transaction_id: str, answer: ConsumptionAnswer
    ) -> None:
        del environment
        self.come()
        self.answers[transaction_id] = answer

    async def extend(
        self, environment: Environment, key: str, days: int, request_id: UUID
    ) -> datetime:
        del environment, request_id
        return self.put_off(key, timedelta(days=days))


class FakeGooglePlay(Shop):
    def __init__(self) -> None:
        super().__init__(Store.GOOGLE)
        self.waiting: dict[str, Notification] = {}
        self.voids: list[VoidedPurchase] = []

    def say(self, told: Told | None, type_: str) -> Notification:
        return Notification(
            store=Store.GOOGLE,
            environment=Environment.PRODUCTION,
            id=f"{next(_NUMBERS):014}",
            type=type_,
            subtype=None,
            sent_at=CLOCK.now(),
            key=told and told.key,
        )

    async def read_push(self, authorization: str | None, body: bytes) -> Notification:
        if authorization != "Bearer google":
            raise ForgedMessage("no_token")
        return msgspec.json.decode(body, type=Notification)

    async def pull(self, at_most: int) -> Mapping[str, Notification]:
        return dict(list(self.waiting.items())[:at_most])

    async def acknowledge_messages(self, ids: list[str]) -> None:
        for each in ids:
            del self.waiting[each]

    async def subscription(self, key: str) -> Told:
        return self.answer(key)

    async def acknowledge(self, key: str, product_id: str) -> None:
        pass

    async def cancel(self, key: str) -> None:
        self.change("cancelled", key, renews=False)

    async def defer(self, key: str, by: timedelta) -> datetime:
        return self.put_off(key, by)

    async def revoke(self, key: str) -> None:
        now, paid = CLOCK.now(), self.knows[key].periods[-1].paid
        given_back = {"refunded": paid, "refunded_at": now, "revoked_at": now}
        self.change("revoked", key, renews=False, **given_back)

    async def voided(self, since: datetime, until: datetime) -> AsyncIterator[VoidedPurchase]:
        if self.away:
            raise TryLater("the store is away")
        for each in self.voids:
            if since <= each.voided_at < until:
                yield each


@dataclass
class House:
    """dodam, with a worker of its own, and its staff."""

    dodam: Dodam
    url: str
    http: httpx.AsyncClient
    admin: Staff
    worker: asyncio.Task[None] | None = field(default=None, kw_only=True)

    async def rows(self, query: str, *args: object) -> list[dict[str, Any]]:
        async with self.dodam.database.reading() as db:
            return [dict(row) for row in await db.fetch(query, *args)]

    async def settled(self) -> None:
        """Until all that is to be done is done or held; from the first time on a worker does it."""
        await self._working_until(_NOTHING_IS_LEFT)

    async def tried(self) -> None:
        """The same until something was tried in vain."""
        await self._working_until(_SOMETHING_IS_PUT_OFF)

    async def stop(self) -> None:
        """Let the worker finish."""
        if self.worker is not None:
            self.dodam.jobs.stop()
            await asyncio.wait_for(self.worker, 20)

    async def hurry(self) -> None:
        """What was put off is to be tried now."""
        async with self.dodam.database.transaction() as tx:
            await tx.execute("update jobs.pgqueuer set execute_after = now()")

    async def chore(self, name: str) -> None:
        async with self.dodam.database.transaction() as tx:
            await self.dodam.chores[name](tx)

    async def messages(self, **filters: str) -> list[dict[str, Any]]:
        page = await self.admin.get("/staff/store-notifications", params=filters)
        return page["messages"]

    def _work(self) -> None:
        if self.worker is None:
            self.worker = asyncio.create_task(self.dodam.jobs.run())

    async def _working_until(self, query: str) -> None:
        self._work()
        async with asyncio.timeout(60):
            while not (await self.rows(query))[0]["so"]:  # noqa: ASYNC110 - jobs are rows; nothing here is told
                await asyncio.sleep(0.02)


@dataclass
class Street(House):
    """A house, and both stores, which send it their messages."""

    apple: FakeAppStore
    google: FakeGooglePlay

    async def by_apple(self, message: Notification) -> httpx.Response:
        body = urlsafe_b64encode(msgspec.json.encode(message)).decode().rstrip("=")
        form = {"signedPayload": f"apple.{body}.signature"}
        return await self.http.post("/v1/stores/apple/notifications", json=form)

    async def by_google(
        self, message: Notification, authorization: str = "Bearer google"
    ) -> httpx.Response:
        return await self.http.post(
            "/v1/stores/google/notifications",
            content=msgspec.json.encode(message),
            headers={"authorization": authorization},
        )

    async def turned_away(self, shop: Shop) -> None:
        """The same until a store was asked for something in vain."""
        shop.vain = 0
        self._work()
        async with asyncio.timeout(60):
            while not shop.vain:  # noqa: ASYNC110 - nothing here is told
                await asyncio.sleep(0.02)
