"""What happens to accounts that their pages are to tell of: they are looked at anew."""

from typing import Protocol
from uuid import UUID

from dodam.features.children.events import ChildRegistered, ChildRemoved, ChildRestored
from dodam.features.crm.service.customers import Customers
from dodam.platform.database import Transaction


class OfAccount(Protocol):
    """A fact about an account."""

    @property
    def account_id(self) -> UUID: ...


class Reactions:
    def __init__(self, customers: Customers) -> None:
        self._customers = customers

    async def account_changed(self, tx: Transaction, event: OfAccount) -> None:
        await self._customers.changed(tx, event.account_id)

    async def children_changed(
        self, tx: Transaction, event: ChildRegistered | ChildRemoved | ChildRestored
    ) -> None:
        await self._customers.changed(tx, event.guardian_id)
