"""What the stores told dodam, one list of both."""

from datetime import datetime

from msgspec import Struct

from dodam_sim.stores.apple.saying import Notification
from dodam_sim.stores.apple.times import moment
from dodam_sim.stores.google.pubsub import Delivery
from dodam_sim.stores.shop import Shop


class Told(Struct, frozen=True):
    """`answers` are what came back from each attempt, the first one first."""

    at: datetime
    store: str
    type: str
    about: str
    answers: tuple[str, ...]
    taken: bool


def told_by(shop: Shop, most: int) -> list[Told]:
    """The newest first, by the stores' clock."""
    apple = [_of_apple(each) for each in shop.app_store.store.notifications[-most:]]
    google = [_of_google(each) for each in shop.play.pubsub.deliveries[-most:]]
    return sorted([*apple, *google], key=lambda each: each.at, reverse=True)[:most]


def _of_apple(said: Notification) -> Told:
    results = tuple(each.result for each in said.attempts)
    name = f"{said.type} {said.subtype or ''}".strip()
    taken = bool(results) and results[-1] == "SUCCESS"
    return Told(moment(said.at), "App Store", name, said.key or "", results, taken)


def _of_google(delivery: Delivery) -> Told:
    message = delivery.message
    answers = tuple(each.answer for each in delivery.attempts)
    if delivery.lost:
        answers = (*answers, "lost")
    token, taken = message.purchase_token, delivery.acknowledged
    return Told(message.published_at, "Google Play", message.type, token, answers, taken)
