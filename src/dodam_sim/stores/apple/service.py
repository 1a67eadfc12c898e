"""The App Store as a service of the simulated world: its API, its post, and what it was told."""

from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random

import httpx

from dodam_sim.serving import Service
from dodam_sim.shown import MOST_SHOWN, Shown
from dodam_sim.stores.apple.catalogue import Environment, Pace
from dodam_sim.stores.apple.chain import Chain
from dodam_sim.stores.apple.delivery import Delivery
from dodam_sim.stores.apple.door import Door
from dodam_sim.stores.apple.saying import App, Notification, transaction_info
from dodam_sim.stores.apple.server_api import server_api
from dodam_sim.stores.apple.signing import Signer, SubscriptionKey
from dodam_sim.stores.apple.store import PACES, AppStore
from dodam_sim.stores.apple.times import moment
from dodam_sim.stores.clock import StoresClock

_KEY_ID = "SIMULATED1"
_ISSUER_ID = "69a6de70-0000-47e3-e053-5b8c7c11a4d1"


class AppStoreService(Service):
    """`store` lives by `clock`; the tokens of who asks are judged by `now`, everybody's clock.

    `signer.root_certificate` is what an app's server is to trust, in DER; `key` what it is to ask
    with: `key.file` is the text of its `.p8`.
    """

    name = "app-store"

    def __init__(
        self,
        now: Callable[[], datetime],
        clock: StoresClock,
        app: App | None = None,
        *,
        paces: Mapping[Environment, Pace] = PACES,
        seed: int = 7,
    ) -> None:
        self.clock = clock
        self.store = AppStore(clock.now, app=app, paces=paces, seed=seed)
        self.signer = Signer(Chain.new())
        self.key = SubscriptionKey.new(_KEY_ID, _ISSUER_ID)
        self.door = Door(now, self.store.app, self.key)
        super().__init__(server_api(self.store, self.signer.sign, self.door))

    def delivery(
        self, http: httpx.AsyncClient, urls: Mapping[Environment, str], dice: Random
    ) -> Delivery:
        """The post to an app's server."""
        return Delivery(self.store, self.clock, self.signer.sign, http, urls, dice=dice)

    def on_device(self, key: str) -> str:
        """The signed transaction that an app is given on a device, of a subscription by its
        original transaction id, or of a family member's share of one.
        """
        self.store.advance()
        book = self.store.book
        subscription, member = book.members.get(key) or (book.subscriptions[key], None)
        signed_at = book.signs_at(book.at)
        about = subscription.current
        return self.signer.sign(
            transaction_info(self.store.app, subscription, about, signed_at, member)
        )

    def shown(self) -> list[Shown]:
        return [_shown(each) for each in self.store.notifications[-MOST_SHOWN:]]


def _shown(each: Notification) -> Shown:
    about = each.transaction or {}
    result = each.attempts[-1].result if each.attempts else "not sent yet"
    return Shown(
        at=moment(each.at),
        title=f"{each.type} {each.subtype or ''}".strip(),
        text=f"{about.get('productId', '')} {each.environment.value}".strip(),
        who=each.key or each.uuid,
        state=f"{result} (attempt {len(each.attempts)})" if each.attempts else result,
    )
