"""Words of care teams: which members of staff treat a child."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from dodam.features.children.models.children import AffectedHand


class CareTeamMember(Struct, frozen=True):
    """A member of staff who treats the child, since `joined_at`."""

    id: UUID
    name: str
    joined_at: datetime


class CaseloadChild(Struct, frozen=True):
    """A child that the member treats, since `joined_at`."""

    id: UUID
    name: str
    birth_date: date
    affected_hand: AffectedHand
    joined_at: datetime
