"""Both stores on one clock, the phones of some families, and what can be done with them."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from dodam_sim.families.chance import stream
from dodam_sim.families.client import Guardian, Patience, Server
from dodam_sim.families.summary import Counts
from dodam_sim.stores.apple.catalogue import CALENDAR, SANDBOX_PACE, Environment, Pace
from dodam_sim.stores.apple.delivery import Delivery
from dodam_sim.stores.apple.service import AppStoreService
from dodam_sim.stores.clock import StoresClock
from dodam_sim.stores.google.service import PlayService
from dodam_sim.stores.phone import Phone, unlock
from dodam_sim.stores.post import Mishaps

MOST_AT_ONCE = 200
_LOOK = timedelta(milliseconds=200)
_ANSWER_SECONDS = 30.0


@dataclass
class Bought:
    """`key` is Apple's original transaction id or Google's purchase token."""

    store: str
    key: str
    phone: Phone


class Shop:
    """`now` is everybody's time, and `clock` the stores', which may be run ahead of it.

    The same seed brings the same ids: a world that starts anew beside a dodam that remembers the
    last one needs another.
    """

    def __init__(self, now: Callable[[], datetime], seed: int) -> None:
        self.clock = StoresClock(now)
        self._paces: dict[Environment, Pace] = {
            Environment.PRODUCTION: CALENDAR,
            Environment.SANDBOX: SANDBOX_PACE,
        }
        self.app_store = AppStoreService(now, self.clock, paces=self._paces, seed=seed)
        self.play = PlayService(now, self.clock.now, seed=seed)
        self.phones: dict[str, Phone] = {}
        self.bought: list[Bought] = []
        self._seed = seed
        self._urls: dict[Environment, str] = {}
        self._delivery: Delivery | None = None
        self._server: Server | None = None

    @property
    def fast(self) -> bool:
        """Whether a month lasts five minutes, of what is bought or renewed from now on."""
        return self._paces[Environment.PRODUCTION] is SANDBOX_PACE

    @fast.setter
    def fast(self, fast: bool) -> None:
        self._paces[Environment.PRODUCTION] = SANDBOX_PACE if fast else CALENDAR

    @property
    def mishaps(self) -> Mishaps:
        """What befalls the messages of both stores."""
        return self.play.pubsub.mishaps

    @mishaps.setter
    def mishaps(self, mishaps: Mishaps) -> None:
        self.play.pubsub.mishaps = mishaps
        if self._delivery is not None:
            self._delivery.mishaps = mishaps

    @property
    def next_due(self) -> datetime | None:
        """When time does the next thing at either store."""
        dues = [self.app_store.store.next_due(), self.play.play.next_due]
        return min((each for each in dues if each is not None), default=None)

    @asynccontextmanager
    async def open(self, server: str) -> AsyncGenerator[None]:
        """Let both stores live and tell `server`, dodam's address, while the scope lasts."""
        post = f"{server}/v1/stores"
        self.play.pubsub.push_to = f"{post}/google/notifications"
        self._urls |= dict.fromkeys(Environment, f"{post}/apple/notifications")
        async with (
            httpx.AsyncClient(timeout=_ANSWER_SECONDS, trust_env=False) as http,
            Server(server, Counts(), Patience(seconds=0)) as self._server,
            asyncio.TaskGroup() as group,
        ):
            dice = stream(self._seed, "app-store-post")
            self._delivery = self.app_store.delivery(http, self._urls, dice)
            self._delivery.mishaps = self.mishaps
            living = [
                group.create_task(self._delivery.run(_LOOK)),
                group.create_task(self.play.pubsub.run()),
            ]
            try:
                yield
            finally:
                for each in living:
                    each.cancel()

    async def add_phone(self, name: str, email: str, password: str) -> Phone:
        """Of a family that has an account. Raises UnexpectedAnswerError, ServerAwayError."""
        if self._server is None:
            raise RuntimeError("the shop is closed")
        phone = await unlock(name, email, Guardian(self._server, email, password, name))
        self.phones[email] = phone
        return phone

    def buy_at_apple(self, phone: Phone, product_id: str, *, sandbox: bool = False) -> Bought:
        """Raises NotPossible."""
        environment = Environment.SANDBOX if sandbox else Environment.PRODUCTION
        key = self.app_store.store.families.buy(
            product_id, str(phone.buyer_id), environment=environment
        )
        return self._keep(Bought("apple", key, phone))

    def buy_at_google(
        self,
        phone: Phone,
        product_id: str,
        plan_id: str,
        offer_id: str | None = None,
        *,
        sandbox: bool = False,
        pending: bool = False,
    ) -> Bought:
        token = self.play.play.buy(
            product_id,
            plan_id,
            account_id=str(phone.buyer_id),
            offer_id=offer_id,
            test=sandbox,
            pending=pending,
            fast=self.fast,
        )
        return self._keep(Bought("google", token, phone))

    async def hand_in(self, bought: Bought, phone: Phone | None = None) -> str:
        """By the phone that bought it or another; what dodam made of it."""
        given = bought.key if bought.store == "google" else self.app_store.on_device(bought.key)
        return await (phone or bought.phone).hand_in(bought.store, given)

    def took_the_place(self, bought: Bought, token: str) -> Bought:
        """Another purchase of the same phone came of one."""
        return self._keep(Bought(bought.store, token, bought.phone))

    def run_ahead(self, by: timedelta) -> bool:
        """From one thing that is due to the next; whether it got there.

        It stops after MOST_AT_ONCE messages: where a month lasts five minutes, a year is
        a hundred thousand renewals.
        """
        to, said = self.clock.now() + by, self._said
        while (due := self.next_due) is not None and due <= to:
            self._run_to(due)
            if self._said - said >= MOST_AT_ONCE:
                return False
        self._run_to(to)
        return True

    def run_to_next(self) -> bool:
        """Until the next thing happens by itself; whether there was one."""
        due = self.next_due
        if due is None:
            return False
        self._run_to(due)
        return True

    @property
    def _said(self) -> int:
        return len(self.app_store.store.notifications) + len(self.play.play.published)

    def _run_to(self, at: datetime) -> None:
        if at > self.clock.now():
            self.clock.run_to(at)
        self.app_store.store.advance()
        self.play.play.advance(self.clock.now())

    def _keep(self, bought: Bought) -> Bought:
        self.bought.append(bought)
        return bought
