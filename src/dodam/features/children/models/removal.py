"""Words of removing a child: hidden at once, restorable for a while, then gone for good."""

from datetime import datetime
from enum import Enum, StrEnum, auto
from uuid import UUID

from msgspec import Struct


class RemovedBy(StrEnum):
    """Why a child is hidden: one hidden with its guardian's account comes back with it only."""

    GUARDIAN = "guardian"
    WITHDRAWAL = "withdrawal"


class Erasure(Enum):
    """What becomes of a child that is not to be kept: nothing stays, or nothing that names it."""

    ERASE = auto()
    PSEUDONYMISE = auto()


class RemovedChild(Struct, frozen=True):
    """A child its guardian removed. It can be restored before `erase_at`, and never after."""

    id: UUID
    name: str
    removed_at: datetime
    erase_at: datetime
