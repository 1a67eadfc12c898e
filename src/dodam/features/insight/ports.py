"""What the insight feature needs of an analytics service."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from dodam.features.insight.models.events import BehaviourEvent, DeletionState

Outcome = Exception | None


class Analytics(Protocol):
    """Every call may raise TryLater, and CannotBeDone."""

    @property
    def collects(self) -> bool:
        """Whether there is a service to tell; without one nothing is recorded."""
        ...

    async def send(self, events: Sequence[BehaviourEvent]) -> Sequence[Outcome]:
        """For each event in order None, or why it was not taken. Sending again is safe."""
        ...

    async def order_deletion(self, distinct_ids: Sequence[UUID]) -> str:
        """Have all that is known of the pseudonyms deleted; by what to ask for it afterwards.

        Ordering again is safe.
        """
        ...

    async def deletion(self, tracking_id: str) -> DeletionState: ...
