"""The ledger of tickets: never below zero, nothing counted twice."""

from uuid import UUID

from dodam.features.rewards.models import TicketReason
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction


class Tickets:
    """What earns or spends says what for: a second time for the same reason and reference, nothing
    happens.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def balance(self, db: Reading, child_id: UUID) -> int:
        raise NotImplementedError

    async def earn(
        self, tx: Transaction, child_id: UUID, tickets: int, reason: TicketReason, reference: str
    ) -> int:
        """Add to what a child has (`tickets` is above 0); its balance afterwards."""
        raise NotImplementedError

    async def spend(
        self, tx: Transaction, child_id: UUID, tickets: int, reason: TicketReason, reference: str
    ) -> int:
        """Take from what a child has (`tickets` is above 0); its balance afterwards.

        Raises NotEnoughTickets.
        """
        raise NotImplementedError
