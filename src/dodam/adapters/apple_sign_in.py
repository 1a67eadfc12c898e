"""Sign in with Apple.

https://developer.apple.com/documentation/signinwithapplerestapi
https://developer.apple.com/documentation/signinwithapple/processing-changes-for-sign-in-with-apple-accounts
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import structlog
from joserfc import jwt
from joserfc.jwk import ECKey

from dodam.adapters.oidc_keys import ProviderKeys
from dodam.adapters.oidc_tokens import Claims, ProviderTokens, is_true
from dodam.adapters.outside import OutsideService
from dodam.features.accounts.errors.identities import (
    InvalidAuthorizationCode,
    InvalidIdToken,
    ProviderUnavailable,
)
from dodam.features.accounts.ports.identities import AppleNotice, AppleNoticeKind, ProvenPerson
from dodam.platform.clock import Clock
from dodam.platform.work import TryLater

_LOG = structlog.get_logger(__name__)
_ISSUER = "https://appleid.apple.com"
# Apple takes six months at most; a secret made for each call need not live longer than the call.
_SECRET_LIFE = timedelta(minutes=5)
_KINDS = {
    "email-disabled": AppleNoticeKind.MAIL_STOPPED,
    "email-enabled": AppleNoticeKind.MAIL_RESUMED,
    "consent-revoked": AppleNoticeKind.CONSENT_REVOKED,
    # Apple's page names the second; what its server has been seen to send is the first.
    "account-delete": AppleNoticeKind.APPLE_ACCOUNT_DELETED,
    "account-deleted": AppleNoticeKind.APPLE_ACCOUNT_DELETED,
}


class AppleKey(msgspec.Struct, frozen=True):
    """A private key from Apple's developer pages, which signs client secrets."""

    team_id: str
    key_id: str
    file: Path


class _IdToken(Claims):
    sub: str
    nonce: str | None = None
    email: str | None = None
    email_verified: bool | str | None = None
    is_private_email: bool | str | None = None


class _Granted(msgspec.Struct):
    refresh_token: str
    id_token: str


class _Refused(msgspec.Struct):
    error: str


class _Notice(Claims):
    jti: str
    # JSON within the JSON.
    events: str


class _Happened(msgspec.Struct):
    """`event_time` is in milliseconds since 1970."""

    type: str
    sub: str
    event_time: int


class AppleSignIn:
    def __init__(
        self,
        clock: Clock,
        key: AppleKey,
        *,
        base_url: str,
        client_ids: Collection[str],
    ) -> None:
        self._clock = clock
        self._key = key
        self._private_key = ECKey.import_key(key.file.read_bytes())
        self._apple = OutsideService("apple sign-in", base_url)
        keys = ProviderKeys("apple", f"{base_url.rstrip('/')}/auth/keys", clock)
        self._tokens = ProviderTokens(keys, clock, issuers=[_ISSUER], client_ids=client_ids)

    async def identify(self, id_token: str) -> ProvenPerson:
        claims = await self._tokens.read(id_token, _IdToken)
        return ProvenPerson(
            subject=claims.sub,
            client_id=claims.aud,
            nonce=claims.nonce,
            email=claims.email if is_true(claims.email_verified) else None,
            email_is_relay=is_true(claims.is_private_email),
            authorized_at=datetime.fromtimestamp(claims.iat, UTC),
        )

    async def exchange(self, code: str, person: ProvenPerson, redirect_uri: str | None) -> str:
        form = {"grant_type": "authorization_code", "code": code}
        if redirect_uri is not None:
            form["redirect_uri"] = redirect_uri
        answer = await self._post("/auth/token", person.client_id, form)
        if _error(answer) == "invalid_grant":
            raise InvalidAuthorizationCode
        try:
            granted = msgspec.json.decode(self._good(answer).content, type=_Granted)
        except msgspec.MsgspecError as error:
            raise ProviderUnavailable from error
        if (await self._tokens.read(granted.id_token, _IdToken)).sub != person.subject:
            raise InvalidAuthorizationCode
        return granted.refresh_token

    async def revoke(self, refresh_token: str, client_id: str) -> None:
        form = {"token": refresh_token, "token_type_hint": "refresh_token"}
        self._good(await self._post("/auth/revoke", client_id, form))

    async def read_notice(self, payload: str) -> AppleNotice:
        notice = await self._tokens.read(payload, _Notice)
        try:
            happened = msgspec.json.decode(notice.events, type=_Happened)
            at = datetime.fromtimestamp(happened.event_time / 1000, UTC)
        except (msgspec.MsgspecError, ValueError, OverflowError) as error:
            raise InvalidIdToken from error
        return AppleNotice(
            id=notice.jti,
            kind=_KINDS.get(happened.type),
            subject=happened.sub,
            happened_at=at,
            expires_at=datetime.fromtimestamp(notice.exp, UTC),
        )

    async def _post(self, path: str, client_id: str, form: dict[str, str]) -> httpx.Response:
        secret = self._client_secret(client_id)
        credentials = {"client_id": client_id, "client_secret": secret}
        try:
            return await self._apple.call("POST", path, data={**credentials, **form})
        except TryLater as error:
            raise ProviderUnavailable from error

    def _good(self, answer: httpx.Response) -> httpx.Response:
        if not answer.is_success:
            _LOG.error(
                "Apple refused a call",
                path=answer.url.path,
                status=answer.status_code,
                error=_error(answer),
            )
            raise ProviderUnavailable
        return answer

    def _client_secret(self, client_id: str) -> str:
        """Apple's client secret: a JWT signed by the key whose public half Apple has."""
        now = self._clock.now()
        claims: dict[str, object] = {
            "iss": self._key.team_id,
            "iat": int(now.timestamp()),
            "exp": int((now + _SECRET_LIFE).timestamp()),
            "aud": _ISSUER,
            "sub": client_id,
        }
        header = {"alg": "ES256", "kid": self._key.key_id}
        return jwt.encode(header, claims, self._private_key, algorithms=["ES256"])


def _error(answer: httpx.Response) -> str | None:
    """The error code of a refusal (RFC 6749 section 5.2)."""
    if answer.is_success:
        return None
    try:
        return msgspec.json.decode(answer.content, type=_Refused).error
    except msgspec.MsgspecError:
        return None
