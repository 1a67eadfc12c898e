"""Who is calling. Every route needs a signed-in caller unless it says `opt={"public": True}`."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.openapi.spec import SecurityScheme
from litestar.types import Scope

from dodam.platform.tokens import AccessTokens, Caller, NotSignedIn

BEARER = SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")
PUBLIC: dict[str, Any] = {"public": True}


class SignInGuard:
    """Denies by default: lets a request through only with a valid access token."""

    def __init__(self, tokens: AccessTokens) -> None:
        self._tokens = tokens

    def __call__(
        self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
    ) -> None:
        if handler.opt.get("public"):
            return
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn
        connection.scope["user"] = self._tokens.caller(token.strip())


def current_caller(scope: Scope) -> Caller:
    """The caller the guard let through."""
    return scope["user"]
