"""Words of the accounts feature."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

Email = Annotated[str, Meta(min_length=3, max_length=254, examples=["parent@dodam.example"])]
NewPassword = Annotated[
    str, Meta(min_length=10, max_length=128, description="10 to 128 characters, any of them.")
]
DisplayName = Annotated[
    str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
]
DeviceName = Annotated[str, Meta(max_length=80, pattern=r"^[^\x00]*$")]


class SignUp(Struct, forbid_unknown_fields=True):
    """A guardian who opens an account with an e-mail address and a password."""

    email: Email
    password: NewPassword
    name: DisplayName
    device: DeviceName | None = None


class SignIn(Struct, forbid_unknown_fields=True):
    email: Email
    password: Annotated[str, Meta(min_length=1, max_length=128)]
    device: DeviceName | None = None


class Refresh(Struct, forbid_unknown_fields=True):
    refresh_token: Annotated[str, Meta(min_length=1, max_length=200)]


class SignOut(Struct, forbid_unknown_fields=True):
    """Which sessions end: the caller's own, or with `everywhere` all of the account's."""

    everywhere: bool = False


class Account(Struct, frozen=True):
    id: UUID
    email: str
    name: str
    created_at: datetime


class Tokens(Struct, frozen=True):
    """A short-lived access token and the refresh token that buys the next pair, once.

    `expires_in` is in seconds (RFC 6749 section 5.1).
    """

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str
    account: Account
