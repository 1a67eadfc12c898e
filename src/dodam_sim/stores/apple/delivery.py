"""How the App Store sends notifications to an app's server, and sends them again.

https://developer.apple.com/documentation/appstoreservernotifications/
responding-to-app-store-server-notifications
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

import httpx

from dodam_sim.stores.apple.catalogue import Environment
from dodam_sim.stores.apple.saying import Attempt, Notification, Sign
from dodam_sim.stores.apple.store import AppStore
from dodam_sim.stores.apple.times import milliseconds, moment
from dodam_sim.stores.clock import StoresClock
from dodam_sim.stores.post import NONE, Fate, Mishaps

SUCCESS = "SUCCESS"
_SUCCESSES = range(200, 207)
_AGAIN_AFTER = [timedelta(hours=each) for each in (1, 12, 24, 48, 72)]


class Delivery:
    """`urls` say where each environment's notifications go; without one they are not sent.

    A notification that is not taken is sent again by the stores' clock, 1, 12, 24, 48 and 72
    hours after the attempt before; in the sandbox it is not. `mishaps` may be set at any time.
    """

    def __init__(
        self,
        store: AppStore,
        clock: StoresClock,
        sign: Sign,
        http: httpx.AsyncClient,
        urls: Mapping[Environment, str],
        *,
        dice: Random,
    ) -> None:
        self.mishaps: Mishaps = NONE
        self._store = store
        self._clock = clock
        self._sign = sign
        self._http = http
        self._urls = urls
        self._dice = dice
        self._seen = 0
        self._numbers = count()
        self._waiting: list[tuple[datetime, int, Notification, Fate]] = []

    async def run(self, every: timedelta) -> None:
        """Let the store live, and send what it says, until cancelled."""
        while True:
            self._store.advance()
            await self.deliver()
            await asyncio.sleep(every.total_seconds())

    async def deliver(self) -> None:
        """Send all that is to be sent by now."""
        self._take_up()
        for notification, fate in self._due():
            await self._send(notification, fate)

    @property
    def waiting(self) -> int:
        """How many are to be sent yet, or again."""
        return len(self._waiting) + len(self._store.notifications) - self._seen

    def _take_up(self) -> None:
        for notification in self._store.notifications[self._seen :]:
            fate = self.mishaps.draw(self._dice)
            if notification.environment in self._urls:
                said = min(moment(notification.at), self._clock.now())
                self._wait(said + fate.late_by, notification, fate)
        self._seen = len(self._store.notifications)

    def _wait(self, until: datetime, notification: Notification, fate: Fate) -> None:
        heappush(self._waiting, (until, next(self._numbers), notification, fate))

    def _due(self) -> list[tuple[Notification, Fate]]:
        now, due = self._clock.now(), list[tuple[Notification, Fate]]()
        while self._waiting and self._waiting[0][0] <= now:
            _, _, notification, fate = heappop(self._waiting)
            due.append((notification, fate))
        if self.mishaps.shuffled:
            self._dice.shuffle(due)
        return due

    async def _send(self, notification: Notification, fate: Fate) -> None:
        result = "NO_RESPONSE" if fate.lost else await self._post(notification)
        attempts = notification.attempts
        attempts.append(Attempt(milliseconds(self._clock.now()), result))
        if result == SUCCESS and fate.twice:
            await self._post(notification)
        again = notification.environment is Environment.PRODUCTION
        if result != SUCCESS and again and len(attempts) <= len(_AGAIN_AFTER):
            later = self._clock.now() + _AGAIN_AFTER[len(attempts) - 1]
            self._wait(later, notification, fate)

    async def _post(self, notification: Notification) -> str:
        """What became of it (Apple's sendAttemptResult)."""
        url = self._urls[notification.environment]
        body = {"signedPayload": notification.signed(self._sign)}
        try:
            answer = await self._http.post(url, json=body)
        except httpx.TimeoutException:
            return "TIMED_OUT"
        except httpx.TransportError:
            return "NO_RESPONSE"
        taken = answer.status_code in _SUCCESSES
        return SUCCESS if taken else "UNSUCCESSFUL_HTTP_RESPONSE_CODE"
