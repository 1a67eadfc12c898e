"""What consents ask of features above."""

from typing import Protocol
from uuid import UUID

from dodam.features.accounts.models.consents import Held
from dodam.platform.database import Transaction


class ConsentFollower(Protocol):
    """A feature that keeps beside its own data what an account holder has consented to."""

    async def consents_changed(self, tx: Transaction, account_id: UUID, holds: Held) -> None:
        """Told in the transaction of the answer, so that a withdrawal stops it at once."""
        ...
