"""Who may ask Google's APIs: service accounts, by access tokens that their signed word buys.

https://developers.google.com/identity/protocols/oauth2/service-account
"""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from litestar import Request, Response, post

AnyRequest = Request[Any, Any, Any]
_LIFE = timedelta(hours=1)
_SKEW = 60
"""Seconds by which a caller's clock may be ahead."""
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_AUDIENCE = "https://oauth2.googleapis.com/token"


class ServiceAccount:
    """`now` is the caller's time too: its word is good for an hour."""

    email = "dodam-server@dodam-demo.iam.gserviceaccount.com"
    project = "dodam-demo"

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._key_id = secrets.token_hex(20)
        self._tokens: dict[str, tuple[datetime, frozenset[str]]] = {}

    @cached_property
    def _key(self) -> RSAKey:
        return RSAKey.generate_key(2048)

    def key_file(self, token_uri: str) -> bytes:
        """What Google Cloud's console hands out once. `token_uri` is where tokens are given."""
        return json.dumps(
            {
                "type": "service_account",
                "project_id": self.project,
                "private_key_id": self._key_id,
                "private_key": self._key.as_pem(private=True).decode(),
                "client_email": self.email,
                "client_id": "100000000000000000001",
                "token_uri": token_uri,
                "universe_domain": "googleapis.com",
            },
            indent=2,
        ).encode()

    def may(self, authorization: str | None, scope: str) -> bool:
        """Whether a request's token is one of ours, still good, and for this API."""
        token = (authorization or "").removeprefix("Bearer ")
        until, scopes = self._tokens.get(token, (self._now(), frozenset[str]()))
        return self._now() < until and scope in scopes

    def give(self, scopes: Iterable[str]) -> str:
        """An access token for an hour. A scope is the last part of its URL, such as `pubsub`."""
        token = f"ya29.{secrets.token_urlsafe(60)}"
        self._tokens[token] = (self._now() + _LIFE, frozenset(scopes))
        return token

    def routes(self) -> list[Any]:
        @post("/token")
        async def give_token(request: AnyRequest) -> Response[Any]:
            form = await request.form()
            return self._give(dict(form))

        return [give_token]

    def _give(self, form: Mapping[str, Any]) -> Response[Any]:
        if form.get("grant_type") != _GRANT:
            return _refusal("unsupported_grant_type", "Invalid grant_type")
        try:
            said = jwt.decode(str(form.get("assertion")), self._key, algorithms=["RS256"])
        except (JoseError, ValueError):
            return _refusal("invalid_grant", "Invalid JWT Signature.")
        if wrong := self._wrong(said.header, said.claims):
            return _refusal("invalid_grant", wrong)
        scopes = {each.rpartition("/")[2] for each in str(said.claims.get("scope", "")).split()}
        life = int(_LIFE.total_seconds()) - 1
        given = {"access_token": self.give(scopes), "expires_in": life, "token_type": "Bearer"}
        return Response(given, status_code=200)

    def _wrong(self, header: Mapping[str, Any], claims: Mapping[str, Any]) -> str | None:
        if header.get("kid") != self._key_id or claims.get("iss") != self.email:
            return "Invalid grant: account not found"
        if claims.get("aud") != _AUDIENCE:
            return "Invalid JWT: Failed audience check."
        now = self._now().timestamp()
        issued, until = claims.get("iat", 0), claims.get("exp", 0)
        if until - issued > _LIFE.total_seconds() or not issued - _SKEW <= now < until:
            return "Invalid JWT: Token must be a short-lived token (60 minutes)."
        return None


def _refusal(error: str, description: str) -> Response[Any]:
    return Response({"error": error, "error_description": description}, status_code=400)
