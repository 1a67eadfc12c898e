"""What becomes of children that are not to be kept."""

from uuid import UUID

from dodam.features.children.models.removal import Erasure
from dodam.features.children.ports import ErasurePolicy
from dodam.features.children.service.reporting import ChildReporting
from dodam.platform.database import Transaction


class EraseEverything:
    """The policy of a house without clinical trials: nobody's data outlives its child."""

    async def of(self, _tx: Transaction, _child_id: UUID) -> Erasure:
        return Erasure.ERASE


class EraseTestData:
    """A policy, but for children of test accounts, of whom nothing is kept.

    Under a pseudonym a child is nobody's, and its plays could no longer be told from real ones.
    """

    def __init__(self, policy: ErasurePolicy, reporting: ChildReporting) -> None:
        self._policy = policy
        self._reporting = reporting

    async def of(self, tx: Transaction, child_id: UUID) -> Erasure:
        decision = await self._policy.of(tx, child_id)
        if decision is Erasure.PSEUDONYMISE and child_id in await self._reporting.left_out(tx):
            return Erasure.ERASE
        return decision
