"""Signing in with Google and Apple, and an account's sign-in methods."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from dodam.features.accounts.models.people import (
    Country,
    DeviceName,
    DisplayName,
    NewPassword,
    OneTimeToken,
    SignInMethod,
)
from dodam.features.accounts.models.sessions import Tokens
from dodam.platform.i18n import Language
from dodam.platform.masking.sensitive import Sensitive

SignedToken = Annotated[
    str,
    Meta(min_length=1, max_length=8192, pattern=r"^[\w.-]+\Z", description="A signed JWT."),
    Sensitive,
]
_Text = Annotated[str, Meta(min_length=1, max_length=1024, pattern=r"^[^\x00]*$"), Sensitive]


class Nonce(Struct, frozen=True):
    """To be handed to Google or Apple when signing in there: as it is, or its SHA-256 in hex.

    `expires_in` is in seconds.
    """

    nonce: Annotated[str, Sensitive]
    expires_in: int


class GoogleProof(Struct, forbid_unknown_fields=True, kw_only=True):
    """What shows that somebody signed in at Google; `nonce` as we issued it."""

    id_token: SignedToken
    nonce: OneTimeToken


class AppleProof(Struct, forbid_unknown_fields=True, kw_only=True):
    """What shows that somebody signed in at Apple; `nonce` as we issued it.

    `redirect_uri` is the one the web page was opened with where Apple's page was used, as on
    Android.
    """

    id_token: SignedToken
    authorization_code: _Text
    nonce: OneTimeToken
    redirect_uri: _Text | None = None


class GoogleSignInForm(GoogleProof, forbid_unknown_fields=True, kw_only=True):
    """Country and language are of an account that is opened, should it be the first time."""

    device: DeviceName | None = None
    country: Country = "KR"
    language: Language = Language.KOREAN


class AppleSignInForm(AppleProof, forbid_unknown_fields=True, kw_only=True):
    """`name` is told to the app by Apple the first time only, and to nobody else."""

    name: DisplayName | None = None
    device: DeviceName | None = None
    country: Country = "KR"
    language: Language = Language.KOREAN


class Entered(Struct, frozen=True):
    tokens: Tokens
    is_new: bool


class LinkedMethod(Struct, frozen=True):
    """A way to sign in to the account.

    `email_is_relay`: Apple made the address up and forwards from it, unless the person stopped
    that (`mail_forwarded`). `linked_at` is null for a password.
    """

    method: SignInMethod
    email: Annotated[str, Sensitive] | None
    email_is_relay: bool
    mail_forwarded: bool
    linked_at: datetime | None


class FirstPassword(Struct, forbid_unknown_fields=True):
    password: NewPassword


class AppleNotification(Struct):
    """As Apple posts it; the payload is signed."""

    payload: SignedToken
