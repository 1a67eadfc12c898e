"""What the children feature asks of those above it."""

from typing import Protocol
from uuid import UUID

from dodam.features.children.models.children import Child
from dodam.features.children.models.removal import Erasure
from dodam.platform.database import Transaction


class Follower(Protocol):
    """A feature that keeps something about children.

    It is told in the transaction of the fact, so that what it keeps is never behind the child.
    """

    async def child_registered(self, tx: Transaction, child: Child) -> None: ...

    async def hands_changed(self, tx: Transaction, child: Child) -> None:
        """The affected or the dominant hand was corrected."""
        ...

    async def erase_child(self, tx: Transaction, child_id: UUID) -> None:
        """Keep nothing of the child: a row that still refers to it undoes the erasure."""
        ...

    async def pseudonymise_child(self, tx: Transaction, child_id: UUID) -> None:
        """Keep measurements, and nothing a person wrote."""
        ...


class ErasurePolicy(Protocol):
    """Who decides what becomes of a child that is not to be kept."""

    async def of(self, tx: Transaction, child_id: UUID, /) -> Erasure: ...
