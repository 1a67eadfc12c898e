"""What signing in with Google and Apple needs of them."""

from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from msgspec import Struct


class ProvenPerson(Struct, frozen=True, kw_only=True):
    """Whom a verified ID token speaks of.

    `subject` is the provider's unchanging id of the person. `email` is null unless the provider
    says that it is verified; it may be a relay address, which forwards for one app only.
    `authorized_at` is when, by the provider's clock, the person signed in there.
    """

    subject: str
    client_id: str
    nonce: str | None
    email: str | None
    email_is_relay: bool = False
    name: str | None = None
    authorized_at: datetime


class AppleNoticeKind(Enum):
    MAIL_STOPPED = auto()
    MAIL_RESUMED = auto()
    CONSENT_REVOKED = auto()
    APPLE_ACCOUNT_DELETED = auto()


class AppleNotice(Struct, frozen=True):
    """Something a person changed at Apple; `kind` is null for what we do not know."""

    id: str
    kind: AppleNoticeKind | None
    subject: str
    happened_at: datetime
    expires_at: datetime


class IdentityProvider(Protocol):
    async def identify(self, id_token: str) -> ProvenPerson:
        """Whom an ID token speaks of, once signature, issuer, audience and times are checked.

        The nonce is for the caller to compare. Raises InvalidIdToken, ProviderUnavailable,
        ProviderNotConfigured.
        """
        ...


class AppleIdentityProvider(IdentityProvider, Protocol):
    async def exchange(self, code: str, person: ProvenPerson, redirect_uri: str | None) -> str:
        """The refresh token an authorization code buys, once.

        `redirect_uri` is where the code came from, if the person signed in on a web page. Raises
        InvalidAuthorizationCode, also for a code of somebody else's, and ProviderUnavailable.
        """
        ...

    async def revoke(self, refresh_token: str, client_id: str) -> None:
        """End what the person allowed the app; doing it again is fine.

        Raises ProviderUnavailable.
        """
        ...

    async def read_notice(self, payload: str) -> AppleNotice:
        """A notification, verified like an ID token. Raises InvalidIdToken, ProviderUnavailable."""
        ...
