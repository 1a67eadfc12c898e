"""Account holders, and the forms they sign up and in with."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.platform.i18n import Language
from dodam.platform.masking.sensitive import Sensitive

Email = Annotated[
    str, Meta(min_length=3, max_length=254, examples=["parent@dodam.example"]), Sensitive
]
NewPassword = Annotated[
    str,
    Meta(min_length=10, max_length=128, description="10 to 128 characters, hard to guess."),
    Sensitive,
]
Password = Annotated[str, Meta(min_length=1, max_length=128), Sensitive]
DisplayName = Annotated[
    str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$"), Sensitive
]
DeviceName = Annotated[str, Meta(max_length=80, pattern=r"^[^\x00]*$"), Sensitive]
Country = Annotated[
    str, Meta(pattern=r"^[A-Z]{2}\Z", description="ISO 3166-1 alpha-2.", examples=["KR"])
]
OneTimeToken = Annotated[str, Meta(min_length=1, max_length=200), Sensitive]


class SignInMethod(StrEnum):
    """How an account is signed in to."""

    PASSWORD = "password"  # noqa: S105 - a method's name
    GOOGLE = "google"
    APPLE = "apple"


class AccountKind(StrEnum):
    GUARDIAN = "guardian"
    STAFF = "staff"


class SignUp(Struct, forbid_unknown_fields=True):
    """A guardian who opens an account with an e-mail address and a password."""

    email: Email
    password: NewPassword
    name: DisplayName
    device: DeviceName | None = None
    country: Country = "KR"
    language: Language = Language.KOREAN


class SignIn(Struct, forbid_unknown_fields=True):
    """`trusted_device` is the secret an earlier sign-in on the device was answered with."""

    email: Email
    password: Password
    device: DeviceName | None = None
    trusted_device: OneTimeToken | None = None


class Account(Struct, frozen=True):
    """A person's account. `email` and `name` are null once the account is erased."""

    id: UUID
    kind: AccountKind
    email: Annotated[str, Sensitive] | None
    email_verified_at: datetime | None
    name: Annotated[str, Sensitive] | None
    country: str
    language: Language
    password_must_change: bool
    created_at: datetime
    withdrawn_at: datetime | None
    erase_at: datetime | None
