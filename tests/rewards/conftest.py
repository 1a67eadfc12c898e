"""A child with a ledger, and what the database says of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from dodam.bootstrap import Dodam
from dodam.features.rewards.errors import NotEnoughTickets
from dodam.features.rewards.models import TicketReason
from dodam.features.rewards.service.tickets import Tickets
from tests.conftest import CLOCK
from tests.families import Guardian


@dataclass
class Ledger:
    """A child's ledger, as the features above use it: each deed in a transaction of its own."""

    system: Dodam
    child_id: UUID

    @property
    def tickets(self) -> Tickets:
        return Tickets(CLOCK)

    async def earn(self, tickets: int, reference: str) -> int:
        async with self.system.database.transaction() as tx:
            return await self.tickets.earn(
                tx, self.child_id, tickets, TicketReason.GAME_REWARD, reference
            )

    async def spend(self, tickets: int, reference: str) -> int | None:
        """The balance afterwards; None where there are not enough."""
        try:
            async with self.system.database.transaction() as tx:
                return await self.tickets.spend(
                    tx, self.child_id, tickets, TicketReason.GAME_PLAYED, reference
                )
        except NotEnoughTickets:
            return None

    async def balance(self) -> int:
        async with self.system.database.reading() as db:
            return await self.tickets.balance(db, self.child_id)

    async def lines(self) -> list[tuple[int, int, int]]:
        """Number, tickets and balance of each line, once the sums are seen to be right."""
        async with self.system.database.reading() as db:
            rows = await db.fetch(
                "select number, tickets, balance from rewards.entry where child_id = $1"
                " order by number",
                self.child_id,
            )
        lines = [(row["number"], row["tickets"], row["balance"]) for row in rows]
        total = 0
        for place, (number, tickets, balance) in enumerate(lines, 1):
            total += tickets
            assert (number, balance) == (place, total), lines
        assert total == await self.balance()
        return lines


@pytest.fixture
async def child(guardian: Guardian) -> dict[str, Any]:
    return await guardian.register_child()


@pytest.fixture
def ledger(system: Dodam, child: dict[str, Any]) -> Ledger:
    return Ledger(system, UUID(child["id"]))
