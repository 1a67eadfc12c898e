"""Whether an account is entitled, at each instant."""

from uuid import UUID

from dodam.features.accounts.service.attributes import Attributes
from dodam.features.billing.models import Entitlement
from dodam.platform.clock import Clock
from dodam.platform.database import Reading


class Entitlements:
    def __init__(self, clock: Clock, attributes: Attributes) -> None:
        self._clock = clock
        self._attributes = attributes

    async def of(self, db: Reading, account_id: UUID) -> Entitlement:
        """What holds now; dates decide, no job has to run."""
        raise NotImplementedError
