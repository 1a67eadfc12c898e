"""Who may call what. Every route needs a signed-in guardian unless its `opt` says otherwise."""

from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.openapi.spec import SecurityScheme
from litestar.types import Scope
from msgspec import Struct

from dodam.platform.context import CONTEXT
from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text
from dodam.platform.revocations import Revocations
from dodam.platform.tokens import AccessTokens, Caller, CallerKind, NotSignedIn

BEARER = SecurityScheme(
    type="http",
    scheme="bearer",
    bearer_format="JWT",
    description="An access token from signing in, or an API key (`dodam_…`).",
)
API_KEY_PREFIX = "dodam_"


class NotPermitted(DodamError):
    """Known, but this is not theirs to do."""

    kind = Kind.FORBIDDEN
    code = "not_permitted"
    text = Text(en="You may not do this.", ko="이 작업을 할 권한이 없어요.")


class _Who(Enum):
    ANYBODY = auto()
    SIGNED_IN = auto()
    GUARDIAN = auto()
    STAFF = auto()
    API_KEY = auto()


class Access(Struct, frozen=True):
    """Whom a route serves; `grant` is the permission or scope it asks for.

    `staff_grant` is the permission by which members of staff are served beside them.
    """

    who: _Who
    grant: str | None = None
    staff_grant: str | None = None

    def allows(self, caller: Caller) -> bool:
        if self.staff_grant is not None and caller.kind is CallerKind.STAFF:
            return self.staff_grant in caller.grants
        if self.who is _Who.SIGNED_IN:
            return caller.kind is not CallerKind.API_KEY
        if self.who.name != caller.kind.name:
            return False
        return self.grant is None or self.grant in caller.grants


def _opt(access: Access) -> dict[str, Any]:
    return {"access": access}


_GUARDIANS = Access(_Who.GUARDIAN)
PUBLIC = _opt(Access(_Who.ANYBODY))
ANYONE_SIGNED_IN = _opt(Access(_Who.SIGNED_IN))
ANY_STAFF = _opt(Access(_Who.STAFF))
ANY_API_KEY = _opt(Access(_Who.API_KEY))


def staff_who_may(permission: str) -> dict[str, Any]:
    return _opt(Access(_Who.STAFF, permission))


def guardians_and_staff_who_may(permission: str) -> dict[str, Any]:
    """Whose children they may see is for the route to ask."""
    return _opt(Access(_Who.GUARDIAN, staff_grant=permission))


def api_keys_with(scope: str) -> dict[str, Any]:
    return _opt(Access(_Who.API_KEY, scope))


class AccessGuard:
    """Denies by default: lets through only whom the route serves.

    `key_owner` tells whom an API key speaks for, or raises NotSignedIn.
    """

    def __init__(
        self,
        tokens: AccessTokens,
        revocations: Revocations,
        key_owner: Callable[[str], Awaitable[Caller]],
    ) -> None:
        self._tokens = tokens
        self._revocations = revocations
        self._key_owner = key_owner

    async def __call__(
        self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
    ) -> None:
        access: Access = handler.opt.get("access", _GUARDIANS)
        if access.who is _Who.ANYBODY:
            return
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn
        token = token.strip()
        if token.startswith(API_KEY_PREFIX):
            caller = await self._key_owner(token)
        else:
            caller = self._tokens.caller(token)
            ended = self._revocations.is_known_to_be_ended(caller.session_id)
            if ended is None:
                ended = await self._revocations.has_ended(caller.session_id)
            if ended:
                raise NotSignedIn
        connection.scope["user"] = caller
        if (context := CONTEXT.get()) is not None:
            context.account_id = caller.account_id
            context.child_id = connection.path_params.get("child_id")
        if not access.allows(caller):
            raise NotPermitted


def current_caller(scope: Scope) -> Caller:
    """The caller the guard let through."""
    return scope["user"]
