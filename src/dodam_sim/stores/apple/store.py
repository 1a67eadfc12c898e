"""The App Store: a model of it that keeps no time and sends nothing by itself.

What happens in it, families do (`families`), Apple and the developer do (`desk`), or time brings
(`advance`).

Where Apple's documents are silent, this is how it goes here: a renewal is first charged a day ahead
of the end of a period, which the next begins at; a month that begins on the 31st ends on the last
of a shorter month, and the next ones on that day; who cancels while a payment is retried has no
access from then on; a refund of a part ends access as one of all does; the notification of an
upgrade tells of the new transaction alone, and of the old one only the history says `isUpgraded`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from dodam_sim.stores.apple.book import Book
from dodam_sim.stores.apple.catalogue import (
    CALENDAR,
    DODAM_PRODUCTS,
    SANDBOX_PACE,
    Environment,
    Pace,
    Product,
)
from dodam_sim.stores.apple.desk import Desk
from dodam_sim.stores.apple.families import Families
from dodam_sim.stores.apple.renewing import Renewing
from dodam_sim.stores.apple.saying import App, Notification
from dodam_sim.stores.apple.subscription import Standing, Status
from dodam_sim.stores.apple.times import milliseconds, moment

PACES: Mapping[Environment, Pace] = {
    Environment.PRODUCTION: CALENDAR,
    Environment.SANDBOX: SANDBOX_PACE,
}
_NO_ACCESS_ANY_MORE = Standing(Status.REVOKED, entitled=False, product_id=None)


class AppStore:
    """`now` is its clock; the same `seed` and clock bring the same ids. Whoever acts, acts now:
    what was due before has happened first.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        app: App | None = None,
        products: Iterable[Product] = DODAM_PRODUCTS,
        paces: Mapping[Environment, Pace] = PACES,
        seed: int = 7,
    ) -> None:
        self._now = now
        self.app = app or App()
        self.book = Book(now, self.app, products, seed)
        self._renewing = Renewing(self.book, paces)
        self._families = Families(self.book, self._renewing)
        self._desk = Desk(self.book, self._renewing, self._families)

    @property
    def families(self) -> Families:
        self.advance()
        return self._families

    @property
    def desk(self) -> Desk:
        self.advance()
        return self._desk

    def advance(self) -> None:
        """Everything that was due until now happens, in order, each at its own time."""
        self._renewing.until(milliseconds(self._now()))

    def next_due(self) -> datetime | None:
        """When something is to happen by itself; None if nothing is."""
        due = self._renewing.next_due()
        return None if due is None else moment(due)

    @property
    def notifications(self) -> list[Notification]:
        """All there were, the oldest first."""
        return self.book.notifications

    def truth(self, key: str, at: datetime) -> Standing | None:
        """What held at an instant up to now, of a subscription or of a family member's share of
        one: read from the line of its life. None before it began.
        """
        instant = milliseconds(at)
        if key in self.book.subscriptions:
            return self.book.subscriptions[key].stood(instant)
        subscription, member = self.book.members[key]
        if instant < member.joined:
            return None
        if member.revoked is not None and instant >= member.revoked.at:
            return _NO_ACCESS_ANY_MORE
        return subscription.stood(instant)
