"""Members of staff: how they are invited, join and sign in."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from dodam.features.accounts.models.people import (
    DeviceName,
    DisplayName,
    Email,
    NewPassword,
    OneTimeToken,
    Password,
)
from dodam.features.accounts.models.permissions import Permission, Role
from dodam.platform.i18n import Language
from dodam.platform.masking.sensitive import Sensitive

Roles = Annotated[set[Role], Meta(min_length=1)]
Code = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{6}\Z",
        max_length=6,
        description="The six digits the authenticator app shows.",
        examples=["123456"],
    ),
    Sensitive,
]


class Invitation(Struct, forbid_unknown_fields=True):
    """Whom to invite; the mail is in `language`."""

    email: Email
    name: DisplayName
    roles: Roles
    language: Language = Language.KOREAN


class StaffMember(Struct, frozen=True):
    """A member of staff. `joined_at` is null until the invitation, or the newest, is accepted."""

    id: UUID
    email: Annotated[str, Sensitive]
    name: Annotated[str, Sensitive]
    roles: list[Role]
    created_at: datetime
    joined_at: datetime | None
    disabled_at: datetime | None


class OwnMembership(Struct, frozen=True):
    """The caller's own membership, and what it lets the caller do."""

    member: StaffMember
    permissions: list[Permission]


class StaffChanges(Struct, forbid_unknown_fields=True):
    """What is left out stays as it is. A disabled member is signed out and refused."""

    roles: Roles | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET


class Enrolment(Struct, forbid_unknown_fields=True):
    """`token` is from the invitation."""

    token: OneTimeToken


class SecondFactor(Struct, frozen=True):
    """What an authenticator app is given, as text (base 32) or as a QR code of the URI."""

    secret: Annotated[str, Sensitive]
    otpauth_uri: Annotated[str, Sensitive]


class Joining(Struct, forbid_unknown_fields=True):
    """`token` is from the invitation, `code` from the app that was given its secret."""

    token: OneTimeToken
    password: NewPassword
    code: Code
    device: DeviceName | None = None


class StaffSignIn(Struct, forbid_unknown_fields=True):
    """`trusted_device` is the secret an earlier sign-in on the device was answered with."""

    email: Email
    password: Password
    code: Code
    device: DeviceName | None = None
    trusted_device: OneTimeToken | None = None
