"""What reports across children are made of. Children of test accounts are never in it."""

from datetime import date
from uuid import UUID

from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.children.store import reporting as store
from dodam.platform.database import Reading


class ChildReporting:
    """Every report, revenue figure and export across children leaves out `left_out`."""

    def __init__(self, accounts: AccountReporting) -> None:
        self._accounts = accounts

    async def left_out(self, db: Reading) -> list[UUID]:
        """The children that no report across children may count, removed ones too."""
        guardians = await self._accounts.left_out(db)
        return [each.id for each in await store.OF_GUARDIANS.all(db, guardians=guardians)]

    async def hidden(self, db: Reading) -> list[UUID]:
        """The children who were removed, or whose guardians left."""
        return [each.id for each in await store.HIDDEN.all(db)]

    async def registered(self, db: Reading, first: date, last: date) -> dict[date, int]:
        """How many children were registered, by day (UTC); days without any are left out."""
        rows = await store.REGISTERED.all(
            db,
            from_day=first,
            to_day=last,
            without=await self.left_out(db),
        )
        return {row.day: row.count for row in rows}
