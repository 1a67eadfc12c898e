"""Therapy's reactions to what happens to children."""

from dodam.features.children.events import ChildHandsChanged, ChildRegistered
from dodam.features.therapy.service.plans import Plans
from dodam.platform.database import Transaction


class Reactions:
    def __init__(self, plans: Plans) -> None:
        self._plans = plans

    async def child_registered(self, tx: Transaction, event: ChildRegistered) -> None:
        await self._plans.child_registered(tx, event.child_id)

    async def hands_changed(self, tx: Transaction, event: ChildHandsChanged) -> None:
        await self._plans.hands_changed(tx, event.child_id)
