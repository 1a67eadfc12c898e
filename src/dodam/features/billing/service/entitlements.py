"""Whether an account is entitled, at each instant."""

from uuid import UUID

from dodam.features.accounts.models.attributes import COMPLIMENTARY_ACCESS
from dodam.features.accounts.service.attributes import Attributes
from dodam.features.billing.models.entitlement import NOT_ENTITLED, Entitlement, Grounds, end_of_all
from dodam.platform.clock import Clock
from dodam.platform.database import Reading


class Entitlements:
    def __init__(self, clock: Clock, attributes: Attributes) -> None:
        self._clock = clock
        self._attributes = attributes

    async def of(self, db: Reading, account_id: UUID) -> Entitlement:
        """What holds now; dates decide, no job has to run."""
        now = self._clock.now()
        granted = await self._attributes.ahead(db, account_id, COMPLIMENTARY_ACCESS)
        spans = [(each.valid_from, each.valid_until) for each in granted if each.value]
        if not spans or spans[0][0] > now:
            return NOT_ENTITLED
        return Entitlement(entitled=True, grounds=Grounds.COMPLIMENTARY, until=end_of_all(spans))
