"""What reports across accounts are made of. Test accounts are never in it."""

from datetime import date
from uuid import UUID

from dodam.features.accounts.service.testing_accounts import TestAccounts
from dodam.features.accounts.store import testing_accounts as store
from dodam.platform.database import Reading


class AccountReporting:
    """Every report, revenue figure and export across accounts leaves out `left_out`."""

    def __init__(self, test_accounts: TestAccounts) -> None:
        self._test_accounts = test_accounts

    async def left_out(self, db: Reading) -> list[UUID]:
        """The accounts that no report across accounts may count."""
        return await self._test_accounts.all(db)

    async def opened(self, db: Reading, first: date, last: date) -> dict[date, int]:
        """How many guardians opened an account, by day (UTC); days without any are left out."""
        rows = await store.OPENED.all(
            db,
            from_day=first,
            to_day=last,
            without=await self.left_out(db),
        )
        return {row.day: row.count for row in rows}
