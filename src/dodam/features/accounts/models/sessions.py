"""Sessions: what a signed-in device holds."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.accounts.models.people import Account, SignInMethod
from dodam.platform.masking.sensitive import Sensitive


class Refresh(Struct, forbid_unknown_fields=True):
    refresh_token: Annotated[str, Meta(min_length=1, max_length=200), Sensitive]


class SignOut(Struct, forbid_unknown_fields=True):
    """Which sessions end: the caller's own, or with `everywhere` all of the account's."""

    everywhere: bool = False


class Tokens(Struct, frozen=True):
    """A short-lived access token and the refresh token that buys the next pair, once.

    `expires_in` is in seconds (RFC 6749 section 5.1).
    """

    access_token: Annotated[str, Sensitive]
    token_type: str
    expires_in: int
    refresh_token: Annotated[str, Sensitive]
    account: Account


class Session(Struct, frozen=True):
    """A signed-in device. `address` and `user_agent` are those of its last sign of life."""

    id: UUID
    device: Annotated[str, Sensitive] | None
    method: SignInMethod
    address: Annotated[str, Sensitive] | None
    user_agent: Annotated[str, Sensitive] | None
    created_at: datetime
    last_used_at: datetime | None
    is_current: bool = False


class EndReason(StrEnum):
    """Why a session ended."""

    SIGN_OUT = "sign_out"
    TOKEN_REUSE = "token_reuse"  # noqa: S105 - a reason's name
    REVOKED = "revoked"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the same
    WITHDRAWAL = "withdrawal"
    STAFF = "staff"
    PROVIDER = "provider"
