"""What therapy keeps of a child, from its registration to its erasure."""

from uuid import UUID

from dodam.features.children.models.children import Child
from dodam.features.therapy.service.daily_results import ResultsOfDays
from dodam.features.therapy.service.plans import Plans
from dodam.features.therapy.store import removal as store
from dodam.platform.database import Transaction


class ChildRecords:
    """Follows the children feature."""

    def __init__(self, plans: Plans, results: ResultsOfDays) -> None:
        self._plans = plans
        self._results = results

    async def child_registered(self, tx: Transaction, child: Child) -> None:
        await self._plans.start_default(tx, child)
        await self._results.start(tx, child)

    async def hands_changed(self, tx: Transaction, child: Child) -> None:
        await self._plans.hands_corrected(tx, child)

    async def erase_child(self, tx: Transaction, child_id: UUID) -> None:
        await store.CUT_CORRECTIONS.execute(tx, child=child_id)
        for statement in store.ERASE_CHILD:
            await statement.execute(tx, child=child_id)

    async def pseudonymise_child(self, tx: Transaction, child_id: UUID) -> None:
        for statement in store.CUT_NOTES:
            await statement.execute(tx, child=child_id)
        await store.CUT_DEVICES.execute(tx, child=child_id)
        await store.CUT_DEVICE_IDS.execute(tx, child=child_id)
        await store.CUT_CORRECTIONS.execute(tx, child=child_id)
        await store.STOP_EVENINGS.execute(tx, child=child_id)
