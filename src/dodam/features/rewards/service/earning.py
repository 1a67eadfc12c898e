"""Tickets for therapy: once for each day, plan done and streak, and kept whatever comes after."""

from datetime import date
from uuid import UUID

from dodam.features.children.service.children import Children
from dodam.features.rewards.models import TicketReason, TicketRules
from dodam.features.rewards.service.tickets import Tickets
from dodam.platform.database import Transaction


class Earning:
    def __init__(self, children: Children, tickets: Tickets, rules: TicketRules) -> None:
        self._children = children
        self._tickets = tickets
        self._rules = rules

    async def day_attended(self, tx: Transaction, child_id: UUID, day: date) -> None:
        await self._earn(tx, child_id, self._rules.day, TicketReason.ATTENDANCE, f"{day}")

    async def goal_reached(self, tx: Transaction, child_id: UUID, day: date) -> None:
        await self._earn(tx, child_id, self._rules.goal, TicketReason.GOAL_REACHED, f"{day}")

    async def streak_reached(self, tx: Transaction, child_id: UUID, length: int, day: date) -> None:
        """A streak has become so long by a day."""
        tickets = self._rules.for_streak(length)
        await self._earn(tx, child_id, tickets, TicketReason.STREAK, f"{length}/{day}")

    async def _earn(
        self, tx: Transaction, child_id: UUID, tickets: int, reason: TicketReason, reference: str
    ) -> None:
        if tickets and await self._children.consented(tx, [child_id]):
            await self._tickets.earn(tx, child_id, tickets, reason, reference)
