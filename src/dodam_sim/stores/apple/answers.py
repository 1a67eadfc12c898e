"""What the App Store Server API answers about subscriptions, of one environment.

https://developer.apple.com/documentation/appstoreserverapi
"""

from collections.abc import Sequence
from typing import NamedTuple

from dodam_sim.stores.apple.catalogue import Environment
from dodam_sim.stores.apple.paging import PER_PAGE, Revisions
from dodam_sim.stores.apple.refusals import Refusal, Refused
from dodam_sim.stores.apple.saying import GROUP, Said, Sign, renewal_info, transaction_info
from dodam_sim.stores.apple.store import AppStore
from dodam_sim.stores.apple.subscription import Member, Status, Subscription, Transaction

_OF_ORIGINAL = {
    Refusal.INVALID_TRANSACTION_ID: Refusal.INVALID_ORIGINAL_TRANSACTION_ID,
    Refusal.TRANSACTION_ID_NOT_FOUND: Refusal.ORIGINAL_TRANSACTION_ID_NOT_FOUND,
}


class Found(NamedTuple):
    """A customer's subscription; `member`: their share of somebody else's."""

    subscription: Subscription
    member: Member | None

    @property
    def key(self) -> str:
        return self.member.key if self.member else self.subscription.key

    @property
    def transactions(self) -> list[Transaction]:
        if self.member is None:
            return self.subscription.transactions
        return [each for each in self.subscription.transactions if each.id in self.member.ids]

    def id_of(self, transaction: Transaction) -> str:
        return self.member.ids[transaction.id] if self.member else transaction.id


class Answers:
    def __init__(self, store: AppStore, environment: Environment, sign: Sign) -> None:
        self._store = store
        self._environment = environment
        self._sign = sign
        self._revisions = Revisions(environment)

    def statuses(self, transaction_id: str, wanted: Sequence[str]) -> Said:
        """All subscriptions of the customer; `wanted` are statuses, all if none."""
        if not set(wanted) <= {str(each.value) for each in Status}:
            raise Refused(Refusal.INVALID_STATUS)
        answer: Said = {**self._store.app.data(self._environment), "data": []}
        if self._one_time(transaction_id) is None:
            found = self.find(transaction_id)
            status = self._status(found)
            if not wanted or str(status.value) in wanted:
                last = {
                    "status": status.value,
                    "originalTransactionId": found.key,
                    "signedTransactionInfo": self._signed(found, found.transactions[-1]),
                    "signedRenewalInfo": self._signed_renewal(found),
                }
                answer["data"].append(
                    {"subscriptionGroupIdentifier": GROUP, "lastTransactions": [last]}
                )
        return answer

    def history(
        self, transaction_id: str, *, revision: str | None, newest_first: bool, revoked: bool | None
    ) -> Said:
        """Transactions of subscriptions; 20 at a time, by when they began."""
        found = self.find(transaction_id)
        chosen = [
            each
            for each in found.transactions
            if revoked is None or revoked is self._is_revoked(found, each)
        ]
        if newest_first:
            chosen.reverse()
        answer = self._page(found, chosen, revision)
        return self._store.app.data(self._environment) | answer

    def refunds(self, transaction_id: str, revision: str | None) -> Said:
        """What was given back, in the order in which it was."""
        found = self.find(transaction_id)
        refunded = [each for each in found.transactions if each.revoked]
        refunded.sort(key=lambda each: each.revoked.at if each.revoked else 0)
        return self._page(found, refunded, revision)

    def transaction(self, transaction_id: str) -> Said:
        if (one_time := self._one_time(transaction_id)) is not None:
            said = one_time | {"signedDate": self._now()}
            return {"signedTransactionInfo": self._sign(said)}
        found = self.find(transaction_id)
        [about] = [each for each in found.transactions if found.id_of(each) == transaction_id]
        return {"signedTransactionInfo": self._signed(found, about)}

    def find(self, transaction_id: str) -> Found:
        """By any transaction's id. The environments do not know of each other's."""
        if not (transaction_id.isascii() and transaction_id.isdecimal()):
            raise Refused(Refusal.INVALID_TRANSACTION_ID)
        key = self._store.book.key_of(transaction_id)
        if key is None:
            raise Refused(Refusal.TRANSACTION_ID_NOT_FOUND)
        if key in self._store.book.members:
            found = Found(*self._store.book.members[key])
        else:
            found = Found(self._store.book.subscriptions[key], None)
        if found.subscription.environment is not self._environment:
            raise Refused(Refusal.TRANSACTION_ID_NOT_FOUND)
        return found

    def find_original(self, original_transaction_id: str) -> Found:
        """By the first transaction's id only."""
        try:
            found = self.find(original_transaction_id)
        except Refused as refused:
            raise Refused(_OF_ORIGINAL[refused.refusal]) from refused
        if found.key != original_transaction_id:
            raise Refused(Refusal.ORIGINAL_TRANSACTION_ID_NOT_FOUND)
        return found

    def _one_time(self, transaction_id: str) -> Said | None:
        said = self._store.book.one_time.get(transaction_id)
        return said if said and said["environment"] == self._environment.value else None

    def _page(self, found: Found, chosen: list[Transaction], revision: str | None) -> Said:
        start = self._revisions.read(revision)
        page = chosen[start : start + PER_PAGE]
        return {
            "revision": self._revisions.write(start + len(page)),
            "hasMore": start + len(page) < len(chosen),
            "signedTransactions": [self._signed(found, each) for each in page],
        }

    def _signed(self, found: Found, transaction: Transaction) -> str:
        app, (subscription, member) = self._store.app, found
        return self._sign(transaction_info(app, subscription, transaction, self._now(), member))

    def _signed_renewal(self, found: Found) -> str:
        return self._sign(renewal_info(found.subscription, self._now(), found.member))

    def _now(self) -> int:
        return self._store.book.signs_at(self._store.book.at)

    def _status(self, found: Found) -> Status:
        left = found.member is not None and found.member.revoked is not None
        return Status.REVOKED if left else found.subscription.standing.status

    def _is_revoked(self, found: Found, transaction: Transaction) -> bool:
        return bool(transaction.revoked or (found.member and found.member.revoked))
