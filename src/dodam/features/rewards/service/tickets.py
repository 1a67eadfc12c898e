"""The ledger of tickets: never below zero, nothing counted twice."""

from uuid import UUID

from dodam.features.rewards.errors import NotEnoughTickets
from dodam.features.rewards.models import TicketEntry, TicketPage, TicketReason
from dodam.features.rewards.service.wording import for_what
from dodam.features.rewards.store import ledgers as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.i18n import Language

_AFTER_ALL = 2**31 - 1


class Tickets:
    """What earns or spends says what for: a second time for the same reason and reference, nothing
    happens.

    Both hold the child's ledger until the transaction ends. Whoever holds the child too holds it
    first; whoever earns for several children goes by the order of their ids.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def balance(self, db: Reading, child_id: UUID) -> int:
        """What the child has now."""
        ledger = await store.BALANCE.first(db, child=child_id)
        return 0 if ledger is None else ledger.balance

    async def earn(
        self, tx: Transaction, child_id: UUID, tickets: int, reason: TicketReason, reference: str
    ) -> int:
        """Add to what a child has (`tickets` is above 0); its balance afterwards.

        Raises ChildNotFound.
        """
        return await self._add(tx, child_id, tickets, reason, reference)

    async def spend(
        self, tx: Transaction, child_id: UUID, tickets: int, reason: TicketReason, reference: str
    ) -> int:
        """Take from what a child has (`tickets` is above 0); its balance afterwards.

        Raises ChildNotFound, NotEnoughTickets.
        """
        return await self._add(tx, child_id, -tickets, reason, reference)

    async def page(
        self, db: Reading, child_id: UUID, before: int | None, limit: int, language: Language
    ) -> TicketPage:
        """The balance, and the lines of the child's ledger before number `before`."""
        found = await store.PAGE.all(
            db, child=child_id, before=before or _AFTER_ALL, most=limit + 1
        )
        entries = [
            TicketEntry(
                number=line.number,
                reason=line.reason,
                reference=line.reference,
                text=for_what(line).read(language),
                tickets=line.tickets,
                balance=line.balance,
                at=line.at,
            )
            for line in found[:limit]
        ]
        return TicketPage(
            await self.balance(db, child_id),
            entries,
            entries[-1].number if len(found) > limit else None,
        )

    async def _add(
        self, tx: Transaction, child_id: UUID, tickets: int, reason: TicketReason, reference: str
    ) -> int:
        balance = await store.hold(tx, child_id)
        line = {"child": child_id, "reason": reason, "reference": reference}
        added = await store.ADD.first(tx, tickets=tickets, at=self._clock.now(), **line)
        if added is not None:
            return added.balance
        if await store.COUNTED.first(tx, **line) is None:
            raise NotEnoughTickets(
                details={"balance": balance, "needed": -tickets}, balance=balance, needed=-tickets
            )
        return balance
