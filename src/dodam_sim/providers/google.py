"""Sign in with Google: keys over HTTP, and ID tokens as an app is handed them.

https://developers.google.com/identity/openid-connect/openid-connect
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from litestar import Litestar, Response, get
from msgspec import Struct

from dodam_sim.providers.signing import SigningKeys
from dodam_sim.serving import Service

_TOKEN_LIFE = timedelta(hours=1)
_DIGITS = 10**21


class GoogleAccount(Struct, frozen=True):
    """A person at Google."""

    email: str
    name: str
    subject: str
    email_verified: bool = True

    @classmethod
    def new(cls, email: str, name: str = "김하늘") -> "GoogleAccount":
        return cls(email, name, str(uuid4().int % _DIGITS))


class Google(Service):
    """`client_id` is the app registered there; `asked_for_keys` counts. `now` is Google's clock."""

    def __init__(
        self, now: Callable[[], datetime], client_id: str = "dodam.apps.googleusercontent.com"
    ) -> None:
        self.client_id = client_id
        self.keys = SigningKeys()
        self.asked_for_keys = 0
        self._now = now

        @get("/oauth2/v3/certs", sync_to_thread=False)
        def certs() -> Response[Any]:
            self.asked_for_keys += 1
            headers = {"cache-control": "public, max-age=19800, must-revalidate, no-transform"}
            return Response(self.keys.published(), headers=headers)

        super().__init__(Litestar([certs], openapi_config=None, logging_config=None))

    def id_token(self, account: GoogleAccount, nonce: str, /, **changes: object) -> str:
        """What the app gets once the person signed in; `changes` forge claims."""
        now = int(self._now().timestamp())
        claims: dict[str, object] = {
            "iss": "https://accounts.google.com",
            "azp": self.client_id,
            "aud": self.client_id,
            "sub": account.subject,
            "email": account.email,
            "email_verified": account.email_verified,
            "nonce": nonce,
            "name": account.name,
            "iat": now,
            "exp": now + int(_TOKEN_LIFE.total_seconds()),
            **changes,
        }
        return self.keys.sign(claims)
