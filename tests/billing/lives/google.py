"""A user's life at the simulated Google Play, and what Google says of it, in dodam's words."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

import msgspec

from dodam.adapters.google_play.orders import orders_until
from dodam.adapters.google_play.wire import Order, Purchase
from dodam.adapters.google_play.words import told_of
from dodam.features.billing.models.states import State as Ours
from dodam.features.billing.models.told import Told
from dodam_sim.stores.google import purchases
from dodam_sim.stores.google.developer import left_of
from dodam_sim.stores.google.messages import Message as Published
from dodam_sim.stores.google.play import GooglePlay
from dodam_sim.stores.google.products import Money, won
from dodam_sim.stores.google.purchases import NotPossibleError, State
from dodam_sim.stores.google.replacing import ReplacementMode
from dodam_sim.stores.google.shapes import order_shape, purchase_shape

from .plans import Clock
from .stores import Message, Truth

ACCOUNT = "01961d3a-7b5c-7c1e-9a51-2f1f3f0c9b11"
_FORGOTTEN = timedelta(days=60)
_MODES: tuple[ReplacementMode, ...] = (
    "WITH_TIME_PRORATION",
    "CHARGE_PRORATED_PRICE",
    "WITHOUT_PRORATION",
    "CHARGE_FULL_PRICE",
    "DEFERRED",
)
_PLANS = (
    ("dodam_monthly", "monthly", None),
    ("dodam_monthly", "monthly", "trial"),
    ("dodam_monthly", "monthly", "trial-consent"),
    ("dodam_monthly", "monthly", "first-months"),
    ("dodam_monthly", "no-grace", None),
    ("dodam_monthly", "installments", None),
    ("dodam_monthly", "prepaid", None),
    ("dodam_yearly", "yearly", None),
    ("dodam_yearly", "yearly", "trial"),
)
_OFTEN = (
    *("buy", "the card fails", "the card works", "cancel", "restore", "pause", "resume"),
    *("replace", "subscribe again", "accept the price", "consent to the step up", "complete"),
)
_STATES = {
    State.PENDING: frozenset({Ours.PENDING}),
    State.ACTIVE: frozenset({Ours.TRIAL, Ours.ACTIVE}),
    State.PAUSED: frozenset({Ours.PAUSED}),
    State.IN_GRACE_PERIOD: frozenset({Ours.GRACE}),
    State.ON_HOLD: frozenset({Ours.BILLING_RETRY}),
    State.CANCELED: frozenset({Ours.CANCELLED}),
    State.EXPIRED: frozenset({Ours.EXPIRED, Ours.REFUNDED, Ours.REVOKED, Ours.REPLACED}),
    State.PENDING_PURCHASE_CANCELED: frozenset({Ours.EXPIRED}),
}


class GoogleLife:
    """One user, who has one purchase after the other, or in place of another."""

    def __init__(
        self, seed: int, play: GooglePlay | None = None, account_id: str = ACCOUNT
    ) -> None:
        self._clock = Clock()
        self.play = play or GooglePlay(self._clock.now, seed=seed)
        self._account_id = account_id
        self.keys: list[str] = []
        self._read = 0
        self._bought: list[str] = []
        self.dice = Random(seed)  # noqa: S311 - a simulation, no secret
        self.buy()

    @property
    def deeds(self) -> Sequence[str]:
        return (*_DEEDS, *_OFTEN, *_OFTEN)

    @property
    def token(self) -> str:
        """Mostly the newest."""
        return self.keys[-1] if self.dice.random() < 0.8 else self.dice.choice(self.keys)

    @property
    def purchase(self) -> purchases.Purchase:
        return self.play.purchase(self.token)

    def run_to(self, at: datetime) -> None:
        self._clock.at = at
        self.play.advance(at)

    def next_due(self) -> datetime | None:
        return self.play.next_due

    def act(self, deed: str, dice: Random) -> bool:
        """Whether it could be done."""
        self.dice = dice
        try:
            _DEEDS[deed](self)
        except NotPossibleError:
            return False
        return True

    def buy(self) -> None:
        """Where nothing runs, for nobody buys twice what is one app's."""
        self.check_none_runs()
        product, plan, offer = self.dice.choice(_PLANS)
        add_ons = (
            [("dodam_sibling", "siblings")]
            if self.dice.random() < 0.1 and plan == "monthly"
            else []
        )
        pending = self.dice.random() < 0.15
        token = self.play.buy(
            product,
            plan,
            account_id=self._account_id,
            offer_id=offer,
            add_ons=add_ons,
            pending=pending,
        )
        self.had(token)

    def check_none_runs(self, *but: str) -> None:
        """Raises NotPossibleError."""
        if any(not self.play.purchase(each).is_over for each in self.keys if each not in but):
            raise NotPossibleError("there is one that runs")

    def had(self, token: str) -> None:
        self.keys.append(token)
        self._bought.append(token)

    def bought(self) -> list[str]:
        """What an app has yet to hand in."""
        bought, self._bought = self._bought, []
        return bought

    def handed_in(self, key: str) -> Told | None:
        return self.ask(key)

    def raw(self) -> list[Published]:
        """Messages as they were published, those since they were last asked for."""
        new = self.play.published[self._read :]
        self._read += len(new)
        return new

    def messages(self) -> list[Message]:
        """Those since they were last asked for."""
        return [Message(each.purchase_token, each.type, None) for each in self.raw()]

    def ask(self, key: str) -> Told | None:
        """None of what Google has forgotten."""
        purchase = self.play.life.purchases[key]
        self.play.life.settle()
        now = self.play.life.at
        if purchase.is_over and now - purchase.line[-1][0] > _FORGOTTEN:
            return None
        before = self.play.life.purchases.get(purchase.expired_token or "")
        shape = purchase_shape(purchase, before and before.account_id)
        read = msgspec.convert(shape, Purchase, strict=False)
        latest = [each.latest_successful_order_id for each in read.line_items]
        ids = {order: None for each in latest if each for order in orders_until(each)}
        orders = [
            msgspec.convert(order_shape(self.play.life.orders[each]), Order, strict=False)
            for each in ids
        ]
        return told_of(key, read, orders, now)

    def acknowledge(self, key: str) -> None:
        if not self.play.life.purchases[key].is_over:
            self.play.developer.acknowledge(key)

    def truth(self, key: str, at: datetime) -> Truth | None:
        holds = self.play.truth(key, at)
        if holds is None:
            return None
        states = _STATES[holds.state]
        purchase = self.play.purchase(key)
        coming = purchase.deferred_to or purchase.item
        if holds.state is State.ACTIVE and not coming.plan.renews:
            states = _STATES[State.CANCELED]  # Prepaid: Google has no word of its own for it.
        return Truth(holds.state.name, holds.entitled, states)

    def money(self, key: str) -> dict[str, int]:
        """What is left of each order, in millionths."""
        sums = {each.id: left_of(each).micros for each in self.play.purchase(key).orders}
        return {name: micros for name, micros in sums.items() if micros}


def _order(life: GoogleLife) -> purchases.Order:
    """Mostly the latest."""
    orders = life.purchase.orders
    if not orders:
        raise NotPossibleError("nothing was paid")
    return orders[-1] if life.dice.random() < 0.7 else life.dice.choice(orders)


def _raise_price(life: GoogleLife) -> None:
    item = life.purchase.item
    mode = life.dice.choice(("PRICE_INCREASE", "OPT_OUT_PRICE_INCREASE", "PRICE_DECREASE"))
    price = won(
        round(item.price.micros / 1_000_000) + (-500 if mode == "PRICE_DECREASE" else 1_000)
    )
    life.play.developer.change_price(item.product.id, item.plan, price, mode)


def _withdraw_price(life: GoogleLife) -> None:
    item = life.purchase.item
    life.play.developer.withdraw_price(item.product.id, item.plan)


def _refund_part(life: GoogleLife) -> None:
    order = _order(life)
    life.play.developer.refund_part(order.id, Money(left_of(order).micros // 3, "KRW"))


def _replace(life: GoogleLife) -> None:
    product, plan, offer = life.dice.choice(_PLANS)
    mode = life.dice.choice(_MODES)
    if mode == "DEFERRED" and plan == "prepaid":
        raise NotPossibleError("what is put off till a renewal is to renew")
    life.had(life.play.replace(life.token, product, plan, mode, offer_id=offer))


def _subscribe_again(life: GoogleLife) -> None:
    token = life.token
    life.check_none_runs(token)
    life.had(life.play.subscribe_again(token, in_app=life.dice.random() < 0.5))


_DEEDS: Mapping[str, Callable[[GoogleLife], object]] = {
    "buy": lambda life: life.buy(),
    "complete": lambda life: life.play.complete(life.token),
    "abandon": lambda life: life.play.abandon(life.token),
    "the card fails": lambda life: life.play.card_fails(life.token),
    "the card works": lambda life: life.play.card_works(life.token),
    "cancel": lambda life: life.play.cancel(life.token),
    "cancel as developer": lambda life: life.play.developer.cancel(
        life.token, life.dice.choice(("user", "developer"))
    ),
    "restore": lambda life: life.play.restore(life.token),
    "pause": lambda life: life.play.pause(
        life.token, life.dice.choice((None, "P1W", "P1M", "P3M"))
    ),
    "resume": lambda life: life.play.resume(life.token),
    "replace": _replace,
    "subscribe again": _subscribe_again,
    "top up": lambda life: life.had(life.play.top_up(life.token)),
    "remove an add-on": lambda life: life.play.remove_add_on(life.token, "dodam_sibling"),
    "raise the price": _raise_price,
    "withdraw the price": _withdraw_price,
    "accept the price": lambda life: life.play.accept_price(life.token),
    "consent to the step up": lambda life: life.play.consent_to_step_up(life.token),
    "defer": lambda life: life.play.developer.defer(
        life.token, timedelta(days=life.dice.randint(1, 60))
    ),
    "revoke": lambda life: life.play.developer.revoke(
        life.token, life.dice.choice(("full", "prorated"))
    ),
    "refund": lambda life: life.play.developer.refund(
        _order(life).id, revoke=life.dice.random() < 0.3
    ),
    "refund a part": _refund_part,
    "charge back": lambda life: life.play.charge_back(_order(life).id),
    "refund as google": lambda life: life.play.refund_as_google(_order(life).id),
}
