"""Forms about an account's address."""

from msgspec import Struct

from dodam.features.accounts.models.people import Email, OneTimeToken, Password


class EmailVerification(Struct, forbid_unknown_fields=True):
    """`token` is from the mail's link."""

    token: OneTimeToken


class EmailChange(Struct, forbid_unknown_fields=True):
    email: Email
    password: Password
