"""Redeeming codes."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.platform.masking.sensitive import Sensitive


class Redeem(Struct, frozen=True, forbid_unknown_fields=True):
    """A code as it was typed, and the child whom tickets are for, if the code gives some."""

    code: Annotated[str, Meta(min_length=1, max_length=64), Sensitive]
    child_id: UUID | None = None


class Redemption(Struct, frozen=True):
    """What an account got for a code: free days, which end at `free_until`, and tickets of a child.

    `child_id` is null once the child is erased.
    """

    id: UUID
    redeemed_at: datetime
    free_days: int | None
    free_until: datetime | None
    tickets: int | None
    child_id: UUID | None


class Use(Struct, frozen=True):
    """A redemption as staff see it: of which code, and by whom, null once that account is erased.

    `number` is the code's in its promotion, from 1.
    """

    id: UUID
    number: int
    account_id: UUID | None
    redeemed_at: datetime


class UsePage(Struct, frozen=True):
    """Redemptions, the newest first. `next_before` asks for the page after, null on the last."""

    redemptions: list[Use]
    next_before: UUID | None
