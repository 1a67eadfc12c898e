"""Words of the audit trail."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from msgspec import Struct

from dodam.platform.masking.sensitive import Sensitive
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller, CallerKind

# What whoever reads the trail must be granted; roles are given it in `accounts`.
READ_PERMISSION = "audit.read"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# Microseconds and an id. 17 digits reach the year 5138: what fits the pattern is an instant.
CURSOR = r"^[0-9]{17}\.[0-9a-f]{32}$"
CURSOR_LENGTH = 50


class ActorKind(StrEnum):
    GUARDIAN = "guardian"
    STAFF = "staff"
    API_KEY = "api_key"
    OPERATOR = "operator"
    SYSTEM = "system"


class Actor(Struct, frozen=True):
    """Who does a deed, and from which network address.

    An operator, at the command line, and the system, in a job, have neither. Of guardians the
    address is not kept, for the trail cannot be erased with their account.
    """

    kind: ActorKind
    id: UUID | None = None
    address: Annotated[str, Sensitive] | None = None

    @classmethod
    def calling(cls, caller: Caller, origin: Origin) -> "Actor":
        is_guardian = caller.kind is CallerKind.GUARDIAN
        address = None if is_guardian else origin.address
        return cls(ActorKind(caller.kind), caller.account_id, address)


OPERATOR = Actor(ActorKind.OPERATOR)
SYSTEM = Actor(ActorKind.SYSTEM)


class Subject(Struct, frozen=True):
    """What a deed is done to, such as an `account` or an `api_key`."""

    kind: str
    id: UUID


class Entry(Struct, frozen=True):
    """One deed. `action` is a stable name such as `staff.invited`; `details` hold no secret."""

    id: UUID
    at: datetime
    actor_kind: ActorKind
    actor_id: UUID | None
    action: str
    subject_kind: str
    subject_id: UUID
    details: Annotated[dict[str, Any], Sensitive]
    address: Annotated[str, Sensitive] | None


class AuditPage(Struct, frozen=True):
    """The newest entries first; `next_cursor` asks for the page after, null on the last."""

    entries: list[Entry]
    next_cursor: str | None


class Position(Struct, frozen=True):
    """A place in the trail, which is in the order of time."""

    at: datetime
    id: UUID

    @classmethod
    def read(cls, cursor: str) -> "Position":
        """What a cursor that fits the pattern says."""
        microseconds, _, identity = cursor.partition(".")
        return cls(_EPOCH + int(microseconds) * _MICROSECOND, UUID(identity))

    def cursor(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND:017}.{self.id.hex}"
