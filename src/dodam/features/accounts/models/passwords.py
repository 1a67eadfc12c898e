"""Forms about passwords, and what a sign-in with one answers."""

from typing import Annotated

from msgspec import Meta, Struct

from dodam.features.accounts.models.people import Email, NewPassword, OneTimeToken, Password
from dodam.features.accounts.models.sessions import Tokens
from dodam.platform.masking.sensitive import Sensitive

TrustedDeviceSecret = Annotated[
    str,
    Meta(
        description="Kept by the device, and shown when it signs in again: strangers' wrong"
        " passwords then do not lock it out. It opens nothing by itself."
    ),
    Sensitive,
]


class SignedIn(Tokens, frozen=True):
    """The tokens of a session, and the device's secret."""

    trusted_device: TrustedDeviceSecret


class TrustedDevice(Struct, frozen=True):
    trusted_device: TrustedDeviceSecret


class PasswordChange(Struct, forbid_unknown_fields=True):
    old_password: Password
    password: NewPassword


class PasswordResetRequest(Struct, forbid_unknown_fields=True):
    email: Email


class PasswordReset(Struct, forbid_unknown_fields=True):
    """`token` is from the mail's link."""

    token: OneTimeToken
    password: NewPassword
