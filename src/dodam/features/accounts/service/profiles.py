"""What account holders are known by, for those who keep a copy elsewhere."""

from uuid import UUID

from dodam.features.accounts.models.profiles import Profile
from dodam.features.accounts.store import profiles as store
from dodam.platform.database import Reading


class Profiles:
    async def of(self, db: Reading, account_id: UUID) -> Profile | None:
        """A guardian's, also of one who left; none for staff and strangers."""
        return await store.PROFILES.first(db, accounts=[account_id])

    async def following(self, db: Reading, after: UUID | None, most: int) -> list[Profile]:
        """Guardians in the order of their ids: up to so many after one, or the first ones."""
        return await store.NEXT.all(db, after=after, most=most)
