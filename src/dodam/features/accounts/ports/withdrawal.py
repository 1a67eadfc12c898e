"""What leaving asks of features above."""

from typing import Protocol
from uuid import UUID

from dodam.features.accounts.models.withdrawal import Withdraw
from dodam.platform.database import Reading


class LeavingCondition(Protocol):
    """A feature that knows what an account holder must be told before leaving."""

    async def check(self, db: Reading, account_id: UUID, form: Withdraw) -> None:
        """Raises a failure that tells of it, unless the form says that the holder knows."""
        ...
