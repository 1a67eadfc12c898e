"""What operations need of the world outside."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from dodam.features.operations.models.notices import Notice


class Posted(Struct, frozen=True):
    """Notices that are with whoever reads them or, if there is a reason, never will be."""

    ids: Sequence[UUID]
    refused: str | None = None


class NoticeBoard(Protocol):
    """Where the people who run the service read notices."""

    def post(self, notices: Sequence[Notice]) -> AsyncGenerator[Posted]:
        """Post them in their order; tells after each step what is settled.

        Raises TryLater, PerhapsDone and CannotBeDone of all that was not told of.
        """
        ...
