"""Test accounts: accounts of whoever tries the game out, whose data is no patient's."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.accounts.models.people import NewPassword
from dodam.platform.masking.sensitive import Sensitive

MOST_AT_ONCE = 200

IdOrAddress = Annotated[
    str,
    Meta(min_length=1, max_length=254, description="An account's id or its e-mail address."),
    Sensitive,
]


class AttachTestAccounts(Struct, forbid_unknown_fields=True):
    """Guardians' accounts that are test accounts from now on."""

    accounts: Annotated[list[IdOrAddress], Meta(min_length=1, max_length=MOST_AT_ONCE)]


class CreateTestAccounts(Struct, forbid_unknown_fields=True):
    """New test accounts, all with the same password.

    A request that is sent again with its `request_id` finds what it made.
    """

    request_id: UUID
    count: Annotated[int, Meta(ge=1, le=MOST_AT_ONCE)]
    password: NewPassword


class TestAccount(Struct, frozen=True):
    """A test account. `email` and `name` are null once the account is erased."""

    id: UUID
    email: Annotated[str, Sensitive] | None
    name: Annotated[str, Sensitive] | None
    attached_at: datetime
    attached_by: UUID | None
