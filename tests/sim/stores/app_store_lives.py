"""Random lives of subscriptions at the simulated App Store."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from dodam_sim.stores.apple.families import NotPossible
from dodam_sim.stores.apple.store import AppStore
from dodam_sim.stores.clock import StoresClock
from tests.sim.stores.app_store import START

_PRODUCTS = ["dodam.weekly", "dodam.monthly", "dodam.yearly", "dodam.plus.monthly"]
_DEAREST = 30_000_000
ACCOUNTS = ("01961d3a-7b5c-7c1e-9a51-2f1f3f0c9b11", "01961d3a-7b5c-7c1e-9a51-2f1f3f0c9b12")


@dataclass
class Life:
    """One customer's, with the family they share with; the same `seed` is the same life.

    `accounts` are whom the app names at first and later. It is lived at a store of its own, by its
    own clock, unless one is given.
    """

    seed: int
    accounts: tuple[str, str] = ACCOUNTS
    given: AppStore | None = None
    members: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)  # noqa: S311 - a simulation, no secret
        self.clock = StoresClock(lambda: START)
        self.store = self.given or AppStore(self.clock.now, seed=self.seed)
        self.key = self.store.families.buy(self.dice.choice(_PRODUCTS), self.accounts[0])

    def live(self, deeds: int, apart: timedelta) -> Iterator[datetime]:
        """Do so many things; the time after each, when all that was due has happened."""
        for _ in range(deeds):
            self.clock.run(apart * self.dice.expovariate(1))
            with suppress(NotPossible):
                DEEDS[self.dice.choice(list(DEEDS))](self)
            self.store.advance()
            yield self.clock.now()


def _raise_price(life: Life) -> None:
    product = life.store.book.products["dodam.monthly"]
    price = min(product.price + 1_000_000, _DEAREST)
    asks = life.dice.random() < 0.5
    life.store.desk.raise_price(product.id, price, needs_consent=asks)


def _share(life: Life) -> None:
    life.members.append(life.store.families.share(life.key))


def _stop_sharing(life: Life) -> None:
    if life.members:
        life.store.families.stop_sharing(life.dice.choice(life.members))


def _refund(life: Life) -> None:
    percentage = life.dice.choice([100, 40])
    bought = life.store.book.subscriptions[life.key].transactions
    about = life.dice.choice([None, life.dice.choice(bought).id])
    life.store.desk.refund(life.key, about, percentage=percentage)


def _resubscribe(life: Life) -> None:
    product, offer = life.dice.choice(
        [("dodam.monthly", None), ("dodam.monthly", "come_back"), ("dodam.weekly", None)]
    )
    life.store.families.resubscribe(life.key, product, life.accounts[1], offer_id=offer)


DEEDS: Mapping[str, Callable[[Life], object]] = {
    "turn the renewal off": lambda life: life.store.families.turn_renewal_off(life.key),
    "turn the renewal on": lambda life: life.store.families.turn_renewal_on(life.key),
    "the card fails": lambda life: life.store.families.card_fails(life.key),
    "the card works": lambda life: life.store.families.card_works(life.key),
    "change the plan": lambda life: life.store.families.change_plan(
        life.key, life.dice.choice(_PRODUCTS)
    ),
    "redeem an offer": lambda life: life.store.families.redeem(
        life.key, "half_price_3_months", life.dice.choice(["dodam.monthly", "dodam.plus.monthly"])
    ),
    "accept the price": lambda life: life.store.families.accept_price(life.key),
    "ask for a refund": lambda life: life.store.families.ask_refund(life.key),
    "decline a refund": lambda life: life.store.desk.decline_refund(life.key),
    "reverse a refund": lambda life: life.store.desk.reverse_refund(life.key),
    "extend": lambda life: life.store.desk.extend(life.key, life.dice.randint(1, 90)),
    "withdraw": lambda life: life.store.desk.withdraw("dodam.weekly"),
    "sell again": lambda life: life.store.desk.sell_again("dodam.weekly"),
    "end otherwise": lambda life: life.store.desk.end_otherwise(life.key),
    "offer no grace": lambda life: life.store.desk.offer_grace(offered=False),
    "offer grace": lambda life: life.store.desk.offer_grace(offered=True),
    "raise the price": _raise_price,
    "share": _share,
    "stop sharing": _stop_sharing,
    "refund": _refund,
    "resubscribe": _resubscribe,
}
