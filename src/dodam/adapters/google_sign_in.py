"""Sign in with Google: ID tokens, as Google Identity Services hands them to an app.

https://developers.google.com/identity/gsi/web/guides/verify-google-id-token
"""

from collections.abc import Collection
from datetime import UTC, datetime

from dodam.adapters.oidc_keys import ProviderKeys
from dodam.adapters.oidc_tokens import Claims, ProviderTokens, is_true
from dodam.features.accounts.ports.identities import ProvenPerson
from dodam.platform.clock import Clock

# Both spellings are in use, says Google.
_ISSUERS = ("https://accounts.google.com", "accounts.google.com")


class _IdToken(Claims):
    sub: str
    nonce: str | None = None
    email: str | None = None
    email_verified: bool | str | None = None
    name: str | None = None


class GoogleSignIn:
    """Google's keys are all we need of it: no token of a person's is held, so none is revoked."""

    def __init__(self, clock: Clock, *, keys_url: str, client_ids: Collection[str]) -> None:
        keys = ProviderKeys("google", keys_url, clock)
        self._tokens = ProviderTokens(keys, clock, issuers=_ISSUERS, client_ids=client_ids)

    async def identify(self, id_token: str) -> ProvenPerson:
        claims = await self._tokens.read(id_token, _IdToken)
        return ProvenPerson(
            subject=claims.sub,
            client_id=claims.aud,
            nonce=claims.nonce,
            email=claims.email if is_true(claims.email_verified) else None,
            name=claims.name,
            authorized_at=datetime.fromtimestamp(claims.iat, UTC),
        )
