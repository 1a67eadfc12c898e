"""Google on one address: tokens, keys, the Android Publisher API and Pub/Sub."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from litestar import Litestar, Response, get

from dodam_sim.serving import Service
from dodam_sim.shown import MOST_SHOWN, Shown
from dodam_sim.stores.google.access import ServiceAccount
from dodam_sim.stores.google.door import Door
from dodam_sim.stores.google.errors import GoogleError, answer_error
from dodam_sim.stores.google.orders import OrdersApi
from dodam_sim.stores.google.play import GooglePlay
from dodam_sim.stores.google.pubsub import Delivery, PubSub
from dodam_sim.stores.google.subscriptions import SubscriptionsApi


class PlayService(Service):
    """`store` is the clock that purchases live by; `now` the one that tokens are good by."""

    name = "play"

    def __init__(
        self, now: Callable[[], datetime], store: Callable[[], datetime], *, seed: int = 7
    ) -> None:
        self.play = GooglePlay(store, seed=seed)
        self.account = ServiceAccount(now)
        self.pubsub = PubSub(self.play.life, self.account, now, seed)

        @get("/oauth2/v3/certs", sync_to_thread=False)
        def certs() -> Response[Any]:
            headers = {"cache-control": "public, max-age=19800, must-revalidate, no-transform"}
            return Response(self.pubsub.keys.published(), headers=headers)

        door = Door(self.play, self.account)
        routes = [
            certs,
            *self.account.routes(),
            *SubscriptionsApi(door).routes(),
            *OrdersApi(door).routes(),
            *self.pubsub.routes(),
        ]
        super().__init__(
            Litestar(
                routes,
                openapi_config=None,
                logging_config=None,
                exception_handlers={GoogleError: answer_error},
            )
        )

    def shown(self) -> list[Shown]:
        """What Pub/Sub was to push."""
        return [_shown(each) for each in self.pubsub.deliveries[-MOST_SHOWN:]]


def _shown(delivery: Delivery) -> Shown:
    answers = ", ".join(each.answer for each in delivery.attempts)
    return Shown(
        at=delivery.message.published_at,
        title=delivery.message.type,
        text=delivery.message.purchase_token,
        who="Pub/Sub",
        state=f"answered {answers}" if answers else "lost" if delivery.lost else "waits",
    )
