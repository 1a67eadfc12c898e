"""Whose a purchase is (docs/payments.md, "Whose purchase it is")."""

from uuid import UUID

from dodam.features.accounts.errors.people import AccountNotFound
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.billing.errors.subscriptions import BelongsToAnotherAccount
from dodam.features.billing.models.records import Record
from dodam.features.billing.models.subscriptions import Kept
from dodam.platform.database import Transaction


class Ownership:
    def __init__(self, withdrawals: Withdrawals) -> None:
        self._withdrawals = withdrawals

    async def of(
        self,
        tx: Transaction,
        known: Kept | None,
        record: Record,
        replaced: Kept | None,
        claimant: UUID | None = None,
    ) -> UUID | None:
        """The owner of a purchase of which `record` is known now, and `known` was before.

        `replaced` is what it took the place of, `claimant` the account that hands it in. Raises
        BelongsToAnotherAccount to a claimant.
        """
        owner = known.account_id if known else None
        buyer = record.buyer
        # Whom it names already as it was transferred does not get it back; what is nobody's is the
        # buyer's as soon as the buyer is back.
        is_new = known is None or owner is None or known.record.buyer != buyer
        if buyer is not None and is_new and await self._is_here(tx, buyer):
            owner = buyer
        elif owner is None and replaced is not None and replaced.account_id is not None:
            # Who has left and buys again is nobody's: Google gives it back after three days.
            owner = replaced.account_id if await self._is_here(tx, replaced.account_id) else None
        if claimant is None or claimant == owner:
            return owner
        if owner is not None and await self._is_here(tx, owner):
            raise BelongsToAnotherAccount
        return claimant

    async def check(self, tx: Transaction, account_id: UUID) -> None:
        """Raises AccountNotFound for an account that cannot own anything."""
        if not await self._is_here(tx, account_id):
            raise AccountNotFound

    async def _is_here(self, tx: Transaction, account_id: UUID) -> bool:
        """Neither left nor unknown."""
        return not await self._withdrawals.is_withdrawn(tx, account_id)
