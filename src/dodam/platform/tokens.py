"""Access tokens: short-lived JWTs (RFC 7519) signed ES256, verified by key id (`kid`)."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet
from msgspec import Struct

from dodam.platform.clock import Clock
from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text
from dodam.platform.key_files import key_files

ALGORITHM = "ES256"
ISSUER = "dodam"
_REMEMBERED_TOKENS = 20_000


class NotSignedIn(DodamError):
    """No access token, or one that is forged, expired, signed out or from somewhere else."""

    kind = Kind.UNAUTHENTICATED
    code = "not_signed_in"
    text = Text(
        en="Please sign in: the access token is missing, expired or not valid.",
        ko="로그인이 필요해요. 액세스 토큰이 없거나 만료되었거나 올바르지 않습니다.",
    )


class CallerKind(StrEnum):
    GUARDIAN = "guardian"
    STAFF = "staff"
    API_KEY = "api_key"


class Caller(Struct, frozen=True):
    """Who is calling, and what they were granted: a staff member's permissions, a key's scopes.

    For an API key both ids are the key's own.
    """

    kind: CallerKind
    account_id: UUID
    session_id: UUID
    expires_at: datetime
    grants: frozenset[str] = frozenset()


class SigningKeys:
    """The keys of a deployment: the newest signs, every one verifies.

    To rotate, add a key file; remove the old one when its last token has expired.
    """

    def __init__(self, keys: list[ECKey]) -> None:
        self.newest = keys[-1]
        self.all = KeySet(list(keys))

    @classmethod
    def load(cls, folder: Path) -> "SigningKeys":
        """Read every `*.pem` of `folder` in the order of names; make one if there is none."""
        keys = [ECKey.import_key(pem) for pem in key_files(folder, "pem", _new_pem)]
        for key in keys:
            key.ensure_kid()
        return cls(keys)


def _new_pem() -> bytes:
    return ECKey.generate_key("P-256").as_pem(private=True)


class AccessTokens:
    """Issues access tokens and tells whom one speaks for.

    `permissions` says what each staff role may do; a token carries roles only.
    """

    def __init__(
        self,
        keys: SigningKeys,
        clock: Clock,
        *,
        seconds: int,
        permissions: Mapping[str, Collection[str]],
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._permissions = permissions
        self.seconds = seconds
        # A signature holds for ever, so it is checked once a token; expiry is checked every time.
        self._signed = lru_cache(_REMEMBERED_TOKENS)(self._check_signature)

    def issue(
        self,
        account_id: UUID,
        session_id: UUID,
        kind: CallerKind = CallerKind.GUARDIAN,
        roles: Collection[str] = (),
    ) -> str:
        now = self._clock.now()
        claims: dict[str, object] = {
            "iss": ISSUER,
            "aud": ISSUER,
            "sub": str(account_id),
            "sid": str(session_id),
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(seconds=self.seconds)).timestamp()),
            "kind": kind,
            "roles": sorted(roles),
        }
        header = {"alg": ALGORITHM, "kid": self._keys.newest.kid}
        return jwt.encode(header, claims, self._keys.newest, algorithms=[ALGORITHM])

    def caller(self, token: str) -> Caller:
        """Whom `token` speaks for. Raises NotSignedIn."""
        caller = self._signed(token)
        if caller.expires_at <= self._clock.now():
            raise NotSignedIn
        return caller

    def _check_signature(self, token: str) -> Caller:
        try:
            claims = jwt.decode(token, self._keys.all, algorithms=[ALGORITHM]).claims
            if claims["iss"] != ISSUER or claims["aud"] != ISSUER:
                raise NotSignedIn
            grants: set[str] = set()
            for role in claims["roles"]:
                grants.update(self._permissions.get(role, ()))
            return Caller(
                kind=CallerKind(claims["kind"]),
                account_id=UUID(claims["sub"]),
                session_id=UUID(claims["sid"]),
                expires_at=datetime.fromtimestamp(claims["exp"], UTC),
                grants=frozenset(grants),
            )
        except (JoseError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise NotSignedIn from error
