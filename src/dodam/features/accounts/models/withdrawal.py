"""Leaving, coming back within the grace period, and the proof that nothing stayed."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.accounts.models.people import Password
from dodam.platform.masking.sensitive import Sensitive


class Withdraw(Struct, forbid_unknown_fields=True):
    """The confirmation: the password, of an account that has one.

    An account without a password must have been signed in to within the last minutes.
    """

    confirm: Annotated[bool, Meta(description="True: leave, and have everything erased.")]
    password: Password | None = None
    despite_subscriptions: Annotated[
        bool,
        Meta(
            description="True: the holder knows that a subscription goes on costing money until "
            "it is cancelled at its store."
        ),
    ] = False


class UndoWithdrawal(Struct, forbid_unknown_fields=True):
    token: Annotated[str, Meta(min_length=1, max_length=1000), Sensitive]


class Erasure(Struct, frozen=True):
    """What one part of the system erased; `rows` counts them by kind."""

    part: str
    erased_at: datetime
    rows: dict[str, int]


class Withdrawal(Struct, frozen=True):
    """Where a withdrawal stands. It names nobody: whoever has the receipt may know this."""

    receipt: UUID
    withdrawn_at: datetime
    erase_at: datetime
    undone_at: datetime | None = None
    erased_at: datetime | None = None
    erased: list[Erasure] = []
