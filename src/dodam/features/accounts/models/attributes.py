"""Attributes: what an account is or may do for a time, and who said so."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import SYSTEM, Actor
from dodam.platform.i18n import Text
from dodam.platform.masking.sensitive import Sensitive

Value = TypeVar("Value")

# What the system itself may grant, such as a device profile that follows from the device.
BY_SYSTEM = "system"

Identifier = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z", examples=["HAND-2026"])
]
Reason = Annotated[
    str, Meta(min_length=1, max_length=500, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$"), Sensitive
]
Instant = Annotated[datetime, Meta(tz=True)]


class DeviceProfile(StrEnum):
    """How much a device can do: which of the game's settings run well on it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class TrialParticipation(Struct, frozen=True, forbid_unknown_fields=True):
    """A clinical trial, and the code by which the trial knows the participant."""

    trial: Identifier
    participant: Annotated[Identifier, Sensitive]


def _only_one(_: Any) -> str:
    return ""


class AttributeKind(Struct, Generic[Value], frozen=True):
    """One kind of attribute: the type of its values, who may grant it, and what it does.

    Of values in one `slot` an account holds one at a time; other slots stand side by side.
    """

    key: str
    value: type[Value]
    granted_with: frozenset[str]
    effect: Text
    slot: Callable[[Value], str] = _only_one

    @property
    def is_exclusive(self) -> bool:
        return self.slot is _only_one


DEVICE_PROFILE = AttributeKind(
    key="device_profile",
    value=DeviceProfile,
    granted_with=frozenset({BY_SYSTEM, Permission.GRANT_ATTRIBUTES}),
    effect=Text(
        en="The game's settings are chosen for a device of this class, whatever the device is.",
        ko="어떤 기기를 쓰든 이 등급의 기기에 맞는 게임 설정을 받아요.",
    ),
)
TESTER = AttributeKind(
    key="tester",
    value=bool,
    granted_with=frozenset({Permission.GRANT_ATTRIBUTES}),
    effect=Text(
        en="The account may try out what is not released to everybody yet.",
        ko="아직 모두에게 공개되지 않은 기능을 먼저 써 볼 수 있어요.",
    ),
)
TRIAL_PARTICIPANT = AttributeKind(
    key="trial_participant",
    value=TrialParticipation,
    granted_with=frozenset({Permission.GRANT_ATTRIBUTES}),
    effect=Text(
        en="The account takes part in this clinical trial, whose protocol rules its data.",
        ko="이 임상시험에 참여하며, 데이터는 시험 계획서에 따라 다뤄져요.",
    ),
    slot=lambda participation: participation.trial,
)

COMPLIMENTARY_ACCESS = AttributeKind(
    key="complimentary_access",
    value=bool,
    granted_with=frozenset({Permission.GRANT_ATTRIBUTES}),
    effect=Text(
        en="The account may play as a subscriber does, without paying.",
        ko="결제하지 않아도 구독자처럼 이용할 수 있어요.",
    ),
)

KINDS: dict[str, AttributeKind[Any]] = {
    kind.key: kind for kind in (DEVICE_PROFILE, TESTER, TRIAL_PARTICIPANT, COMPLIMENTARY_ACCESS)
}


class Grantor(Struct, frozen=True):
    """Who grants or revokes, and what that one may."""

    actor: Actor
    permissions: frozenset[str]


THE_SYSTEM = Grantor(SYSTEM, frozenset({BY_SYSTEM}))


class NewAttribute(Struct, forbid_unknown_fields=True):
    """An attribute to grant, from now on and without an end unless it says otherwise.

    `value` is of the type its kind declares.
    """

    key: Annotated[str, Meta(max_length=40)]
    value: Annotated[Any, Sensitive]
    reason: Reason
    valid_from: Instant | None = None
    valid_until: Instant | None = None


class HeldAttribute(Struct, frozen=True):
    """What an account holds now; without `valid_until`, until it is revoked."""

    key: str
    value: Annotated[Any, Sensitive]
    valid_from: datetime
    valid_until: datetime | None


class Attribute(HeldAttribute, frozen=True, kw_only=True):
    """A grant, as it was made and as it ended.

    It holds from `valid_from` until the earlier of `valid_until` and `revoked_at`, which lies ahead
    where a later grant is to take over. Without `granted_by` the system granted it; a grant that
    ended an older one is named there by `superseded_by`.
    """

    id: UUID
    reason: Annotated[str, Sensitive]
    granted_by: UUID | None
    granted_at: datetime
    revoked_at: datetime | None
    revoked_by: UUID | None
    superseded_by: UUID | None


class DescribedKind(Struct, frozen=True):
    """A kind of attribute; `value` is the JSON Schema of its values."""

    key: str
    value: dict[str, Any]
    effect: Text
    exclusive: bool
    granted_with: list[str]
