"""What follows for sharing from facts about results, children and API keys."""

from dodam.features.accounts.events.api_keys import ApiKeyRevoked
from dodam.features.children.events import ChildRemoved, ConsentWithdrawn
from dodam.features.sharing.models.grants import EndedBy
from dodam.features.sharing.service.deliveries import Deliveries
from dodam.features.sharing.service.endpoints import Endpoints
from dodam.features.sharing.service.grants import Grants
from dodam.features.therapy.events import DailyResultReady
from dodam.platform.database import Transaction


class Reactions:
    def __init__(self, grants: Grants, endpoints: Endpoints, deliveries: Deliveries) -> None:
        self._grants = grants
        self._endpoints = endpoints
        self._deliveries = deliveries

    async def result_ready(self, tx: Transaction, event: DailyResultReady) -> None:
        await self._deliveries.share(tx, event)

    async def child_removed(self, tx: Transaction, event: ChildRemoved) -> None:
        await self._grants.end_all_of(tx, event.child_id, EndedBy.REMOVAL)

    async def consent_withdrawn(self, tx: Transaction, event: ConsentWithdrawn) -> None:
        await self._grants.end_all_of(tx, event.child_id, EndedBy.CONSENT)

    async def key_revoked(self, tx: Transaction, event: ApiKeyRevoked) -> None:
        await self._grants.end_all_with(tx, event.api_key_id)
        await self._endpoints.disable_all_of(tx, event.api_key_id)
