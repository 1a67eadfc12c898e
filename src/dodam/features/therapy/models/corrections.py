"""Corrections: what staff do about plays that should not count, or count for the wrong child.

A field of a play is never changed: what a tablet measured counts or it does not, and what nobody
measured is not made up. The play, who corrected it, when, why, and how it stood before stay on
record (ALCOA+; 21 CFR 11.10(e): changes shall not obscure previously recorded information).
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.platform.masking.sensitive import Sensitive

Reason = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=500,
        pattern=r"^[^\x00]*[^\x00\s][^\x00]*$",
        examples=["Played by the brother, says the mother."],
    ),
    Sensitive,
]


class CorrectionKind(StrEnum):
    """What was done. `receive` is what the other child's `reassign` is to the sibling."""

    VOID = "void"
    RESTORE = "restore"
    REASSIGN = "reassign"
    RECEIVE = "receive"


class Correcting(StrEnum):
    """What may be asked for.

    `void` takes plays out of all sums, `restore` puts voided ones back; `reassign` makes them a
    sibling's.
    """

    VOID = "void"
    RESTORE = "restore"
    REASSIGN = "reassign"


class PlayStanding(StrEnum):
    """How a play stands with a child. `absent` was not there before it was received."""

    COUNTED = "counted"
    VOIDED = "voided"
    REASSIGNED = "reassigned"
    ABSENT = "absent"


class NewCorrection(Struct, frozen=True, forbid_unknown_fields=True):
    """A correction of some of a child's plays. `to_child_id` is the sibling they are reassigned to,
    a child of the same guardian, whom the caller treats too.
    """

    kind: Correcting
    plays: Annotated[list[UUID], Meta(min_length=1, max_length=500)]
    reason: Reason
    to_child_id: UUID | None = None


class CorrectedPlay(Struct, frozen=True):
    id: UUID
    before: PlayStanding
    after: PlayStanding


class Correction(Struct, frozen=True):
    """One correction of a child's plays, the `number`-th; plays that stood so already are left out.

    `made_by` is the member of staff. `other_child_id` is the sibling that plays went to, or came
    from. `reason` and sibling are null once the sibling is erased.
    """

    number: int
    kind: CorrectionKind
    reason: Annotated[str, Sensitive] | None
    made_by: UUID
    made_at: datetime
    other_child_id: UUID | None
    plays: list[CorrectedPlay]


class CorrectionPage(Struct, frozen=True):
    """The newest corrections first; `next_cursor` asks for the page after, null on the last."""

    corrections: list[Correction]
    next_cursor: int | None


_AFTER = {
    Correcting.VOID: PlayStanding.VOIDED,
    Correcting.RESTORE: PlayStanding.COUNTED,
    Correcting.REASSIGN: PlayStanding.REASSIGNED,
}


def standing_after(kind: Correcting, before: PlayStanding) -> PlayStanding | None:
    """How a play stands afterwards; none where this cannot be done to it.

    A reassigned play is the sibling's: it is voided there, or given back from there.
    """
    after = _AFTER[kind]
    is_elsewhere = before is PlayStanding.REASSIGNED and after is not before
    return None if is_elsewhere else after
