"""A customer's life at the simulated App Store, and what Apple says of it, in dodam's words."""

from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from datetime import datetime
from random import Random
from typing import Any

from appstoreserverlibrary.models.JWSRenewalInfoDecodedPayload import JWSRenewalInfoDecodedPayload
from appstoreserverlibrary.models.JWSTransactionDecodedPayload import JWSTransactionDecodedPayload
from appstoreserverlibrary.models.LibraryUtility import _get_cattrs_converter  # pyright: ignore[reportPrivateUsage]

from dodam.adapters.app_store.verifying import Purchase
from dodam.adapters.app_store.words import told
from dodam.features.billing.models.states import State
from dodam.features.billing.models.stores import Environment
from dodam.features.billing.models.told import Told
from dodam_sim.stores.apple.answers import Answers
from dodam_sim.stores.apple.catalogue import Environment as ApplesEnvironment
from dodam_sim.stores.apple.families import NotPossible
from dodam_sim.stores.apple.saying import Notification, Said, renewal_info, transaction_info
from dodam_sim.stores.apple.subscription import Status
from tests.sim.stores.app_store_lives import DEEDS, Life

from .stores import Message, Truth

_OFTEN = (
    *("turn the renewal off", "turn the renewal on", "the card fails", "the card works"),
    *("change the plan", "redeem an offer", "accept the price", "resubscribe"),
)
_OVER = frozenset({State.EXPIRED, State.REPLACED})
_STATES = {
    Status.ACTIVE: frozenset({State.TRIAL, State.ACTIVE, State.CANCELLED}),
    Status.EXPIRED: _OVER,
    Status.BILLING_RETRY: frozenset({State.BILLING_RETRY}),
    Status.GRACE: frozenset({State.GRACE}),
    Status.REVOKED: frozenset({State.REFUNDED, State.REVOKED}),
}
# The library builds one for everything it decodes, which takes longer than all the rest.
_TRANSACTIONS = _get_cattrs_converter(JWSTransactionDecodedPayload)
_RENEWALS = _get_cattrs_converter(JWSRenewalInfoDecodedPayload)
_READ: dict[object, JWSTransactionDecodedPayload] = {}
_MOST_READ = 2_000


class AppleLife:
    """The deeds are those of the store's own tests."""

    def __init__(self, seed: int, life: Life | None = None) -> None:
        self._life = life or Life(seed)
        self._store = self._life.store
        self._answers = Answers(self._store, ApplesEnvironment.PRODUCTION, _unsigned)
        self._read = 0
        self._bought: list[str] = [self._life.key]

    @property
    def deeds(self) -> Sequence[str]:
        return (*DEEDS, *_OFTEN, *_OFTEN)

    @property
    def keys(self) -> list[str]:
        return [self._life.key, *self._life.members]

    def run_to(self, at: datetime) -> None:
        self._life.clock.run_to(at)
        self._store.advance()

    def next_due(self) -> datetime | None:
        return self._store.next_due()

    def act(self, deed: str, dice: Random) -> bool:
        """Whether it could be done."""
        self._life.dice = dice
        before = len(self._life.members)
        with suppress(NotPossible):
            DEEDS[deed](self._life)
            if deed == "resubscribe":
                self._bought.append(self._life.key)
            self._bought += self._life.members[before:]
            return True
        return False

    def bought(self) -> list[str]:
        """What an app has yet to hand in."""
        bought, self._bought = self._bought, []
        return bought

    def handed_in(self, key: str) -> Told:
        found = self._answers.find(key)
        return _told([self._transaction(key, found.transactions[-1])], None)

    def raw(self) -> list[Notification]:
        """Messages as the store keeps them, those since they were last asked for."""
        self._store.advance()
        new = self._store.notifications[self._read :]
        self._read += len(new)
        return new

    def messages(self) -> list[Message]:
        """Those since they were last asked for."""
        return [
            Message(
                each.key, f"{each.type} {each.subtype}", _told([each.transaction], each.renewal)
            )
            for each in self.raw()
            if each.key is not None and each.transaction is not None
        ]

    def ask(self, key: str) -> Told | None:
        found = self._answers.find(key)
        transactions = [self._transaction(key, each) for each in found.transactions]
        renewal = renewal_info(found.subscription, self._signed_at(), found.member)
        return _told(transactions, renewal)

    def acknowledge(self, key: str) -> None:
        """Apple waits for nothing."""

    def truth(self, key: str, at: datetime) -> Truth | None:
        stands = self._store.truth(key, at)
        if stands is None:
            return None
        if key != self._life.key:
            # A family's share is of no concern here, but that it entitles nobody.
            return Truth(stands.status.name, entitled=False, states=frozenset(State))
        return Truth(stands.status.name, stands.entitled, self._states(key, stands.status))

    def _states(self, key: str, status: Status) -> frozenset[State]:
        """What is given back after its end was over before: Apple calls that revoked as well."""
        last = self._answers.find(key).transactions[-1]
        if status is Status.REVOKED and last.revoked and last.revoked.at >= last.expires:
            return _OVER
        return _STATES[status]

    def money(self, key: str) -> dict[str, int]:
        """What is left of each transaction's price, in millionths."""
        if key != self._life.key:
            return {}
        sums = {
            each.id: each.price * 1000
            - _given_back(each.price, each.revoked and each.revoked.percentage)
            for each in self._store.book.subscriptions[key].transactions
        }
        return {name: micros for name, micros in sums.items() if micros}

    def _transaction(self, key: str, transaction: Any) -> Said:
        found = self._answers.find(key)
        return transaction_info(
            self._store.app, found.subscription, transaction, self._signed_at(), found.member
        )

    def _signed_at(self) -> int:
        return self._store.book.signs_at(self._store.book.at)


def _given_back(price: int, percentage: int | None) -> int:
    """Apple's percentages are in thousandths of one."""
    return 0 if percentage is None else price * 1000 * percentage // 100_000


def _told(transactions: Sequence[Said | None], renewal: Said | None) -> Told:
    purchase = Purchase(
        Environment.PRODUCTION,
        [_transaction(each) for each in transactions if each],
        _RENEWALS.structure(renewal, JWSRenewalInfoDecodedPayload) if renewal else None,
    )
    return told(purchase)


def _transaction(said: Said) -> JWSTransactionDecodedPayload:
    """As the library reads it; what is said again, but for when, is read once."""
    name = tuple(part for part in said.items() if part[0] != "signedDate")
    if name not in _READ:
        if len(_READ) == _MOST_READ:
            _READ.clear()
        _READ[name] = _TRANSACTIONS.structure(said, JWSTransactionDecodedPayload)
    read = copy(_READ[name])
    read.signedDate = said["signedDate"]
    return read


def _unsigned(payload: object) -> str:
    raise AssertionError(f"nothing is signed here: {payload}")
