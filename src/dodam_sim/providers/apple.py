"""Sign in with Apple: keys, tokens and revocations over HTTP; credentials and notifications.

https://developer.apple.com/documentation/signinwithapplerestapi
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from litestar import Litestar, Request, Response, get, post
from msgspec import Struct

from dodam_sim.providers.signing import SigningKeys
from dodam_sim.serving import Service

_ISSUER = "https://appleid.apple.com"
_TOKEN_LIFE = timedelta(days=1)
_LONGEST_SECRET_LIFE_SECONDS = 15_777_000
AnyRequest = Request[Any, Any, Any]


class AppleAccount(Struct, frozen=True):
    """A person at Apple; whoever hides their address is known by a relay one."""

    email: str
    name: str
    subject: str
    hides_email: bool = False

    @classmethod
    def new(cls, email: str, name: str = "김하늘", *, hides_email: bool = False) -> "AppleAccount":
        subject = f"000123.{uuid4().hex}.0456"
        if hides_email:
            email = f"{subject[7:17]}@privaterelay.appleid.com"
        return cls(email, name, subject, hides_email)


class Credential(Struct, frozen=True):
    """What the app gets when a person signed in; the name only the first time."""

    id_token: str
    authorization_code: str
    name: str | None


class _Grant(Struct):
    account: AppleAccount
    nonce: str
    client_id: str
    redirect_uri: str | None


class Apple(Service):
    """`revoked` are the subjects whose tokens the app gave back. `now` is Apple's clock."""

    def __init__(
        self,
        now: Callable[[], datetime],
        client_id: str = "example.dodam.game",
        team_id: str = "SIMTEAM001",
        key_id: str = "SIMKEY0001",
    ) -> None:
        self.client_id = client_id
        self.team_id = team_id
        self.key_id = key_id
        self.app_key = ECKey.generate_key("P-256")
        self.keys = SigningKeys()
        self.revoked: list[str] = []
        self._now = now
        self._codes: dict[str, _Grant] = {}
        self._refresh_tokens: dict[str, str] = {}
        self._knows_app: set[str] = set()

        @get("/auth/keys", sync_to_thread=False)
        def keys() -> dict[str, Any]:
            return self.keys.published()

        @post("/auth/token", status_code=200)
        async def token(request: AnyRequest) -> Response[Any]:
            return self._exchange(dict(await request.form()))

        @post("/auth/revoke", status_code=200)
        async def revoke(request: AnyRequest) -> Response[Any]:
            return self._revoke(dict(await request.form()))

        super().__init__(Litestar([keys, token, revoke], openapi_config=None, logging_config=None))

    def sign_in(
        self,
        account: AppleAccount,
        nonce: str,
        /,
        *,
        redirect_uri: str | None = None,
        **changes: object,
    ) -> Credential:
        """The person signs in on a device; `changes` forge claims of the ID token.

        With a `redirect_uri` they do so on Apple's page, as on Android.
        """
        first_time = account.subject not in self._knows_app
        self._knows_app.add(account.subject)
        code = f"c{uuid4().hex}.0.sim"
        self._codes[code] = _Grant(account, nonce, self.client_id, redirect_uri)
        id_token = self._id_token(account, nonce, self.client_id, changes)
        return Credential(id_token, code, account.name if first_time else None)

    def notification(
        self, account: AppleAccount, kind: str, at: datetime | None = None, **changes: object
    ) -> dict[str, str]:
        """What Apple posts to the app's server, such as `consent-revoked`; `changes` forge claims.

        The `events` claim is a string of JSON.
        """
        now = self._now()
        event = {
            "type": kind,
            "sub": account.subject,
            "event_time": int((at or now).timestamp() * 1000),
        }
        if kind.startswith("email-"):
            event |= {"email": account.email, "is_private_email": "true"}
        if kind == "consent-revoked":
            self._knows_app.discard(account.subject)
        claims: dict[str, object] = {
            "iss": _ISSUER,
            "aud": self.client_id,
            "iat": int(now.timestamp()),
            "exp": int((now + _TOKEN_LIFE).timestamp()),
            "jti": uuid4().hex,
            "events": json.dumps(event),
            **changes,
        }
        return {"payload": self.keys.sign(claims)}

    @property
    def handed_out(self) -> list[str]:
        """The refresh tokens that work."""
        return list(self._refresh_tokens)

    def _exchange(self, form: dict[str, Any]) -> Response[Any]:
        if not self._is_client(form):
            return _refusal("invalid_client")
        if form.get("grant_type") != "authorization_code":
            return _refusal("unsupported_grant_type")
        grant = self._codes.pop(str(form.get("code")), None)
        asked = (form["client_id"], form.get("redirect_uri"))
        if grant is None or asked != (grant.client_id, grant.redirect_uri):
            return _refusal("invalid_grant")
        refresh_token = f"r{uuid4().hex}.0.sim"
        self._refresh_tokens[refresh_token] = grant.account.subject
        return Response(
            {
                "access_token": f"a{uuid4().hex}.0.sim",
                "token_type": "Bearer",
                "expires_in": 3600,
                "refresh_token": refresh_token,
                "id_token": self._id_token(grant.account, grant.nonce, grant.client_id, {}),
            }
        )

    def _revoke(self, form: dict[str, Any]) -> Response[Any]:
        """Apple answers 200 for a token it does not know, too."""
        if not self._is_client(form):
            return _refusal("invalid_client")
        if "token" not in form:
            return _refusal("invalid_request")
        subject = self._refresh_tokens.pop(str(form["token"]), None)
        if subject is not None:
            self.revoked.append(subject)
            self._knows_app.discard(subject)
        return Response(b"")

    def _is_client(self, form: dict[str, Any]) -> bool:
        """Whether the client secret is a JWT as Apple wants it."""
        try:
            secret = jwt.decode(str(form["client_secret"]), self.app_key, algorithms=["ES256"])
            claims, now = secret.claims, self._now().timestamp()
            return (
                secret.header["kid"] == self.key_id
                and claims["iss"] == self.team_id
                and claims["sub"] == form["client_id"] == self.client_id
                and claims["aud"] == _ISSUER
                and now < claims["exp"] <= now + _LONGEST_SECRET_LIFE_SECONDS
            )
        except (JoseError, KeyError, TypeError, ValueError):
            return False

    def _id_token(
        self, account: AppleAccount, nonce: str, client_id: str, changes: dict[str, object]
    ) -> str:
        now = self._now()
        claims: dict[str, object] = {
            "iss": _ISSUER,
            "aud": client_id,
            "sub": account.subject,
            "iat": int(now.timestamp()),
            "exp": int((now + _TOKEN_LIFE).timestamp()),
            "nonce": nonce,
            "nonce_supported": True,
            "email": account.email,
            "email_verified": "true",
            "auth_time": int(now.timestamp()),
            **({"is_private_email": "true"} if account.hides_email else {}),
            **changes,
        }
        return self.keys.sign(claims)


def _refusal(error: str) -> Response[Any]:
    return Response({"error": error}, status_code=400)
