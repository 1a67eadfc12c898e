"""How account holders are reached, for those who send them something."""

from collections.abc import Collection
from uuid import UUID

from dodam.features.accounts.models.contacts import Contact
from dodam.features.accounts.store import contacts as store
from dodam.platform.database import Reading


class Contacts:
    async def of_all(self, db: Reading, account_ids: Collection[UUID]) -> dict[UUID, Contact]:
        """By account; one there is not is left out."""
        found = await store.CONTACTS.all(db, accounts=list(account_ids))
        return {each.account_id: each for each in found}

    async def of(self, db: Reading, account_id: UUID) -> Contact | None:
        return (await self.of_all(db, [account_id])).get(account_id)
