"""Tokens that a sign-in provider signs (OpenID Connect Core 1.0, section 3.1.3.7)."""

from collections.abc import Collection
from datetime import timedelta
from typing import TypeVar

import msgspec
from joserfc import jws
from joserfc.errors import JoseError

from dodam.adapters.oidc_keys import ProviderKeys
from dodam.features.accounts.errors.identities import InvalidIdToken
from dodam.platform.clock import Clock

# Google and Apple sign with this one only; a token that names another is forged.
_ALGORITHMS = ["RS256"]
_CLOCKS_DIFFER = timedelta(minutes=1)


class Claims(msgspec.Struct):
    """What every token of a provider states; times are seconds since 1970."""

    iss: str
    aud: str
    iat: float
    exp: float


Stated = TypeVar("Stated", bound=Claims)


class ProviderTokens:
    """Reads a provider's tokens, and believes those only that are meant for our apps now."""

    def __init__(
        self,
        keys: ProviderKeys,
        clock: Clock,
        *,
        issuers: Collection[str],
        client_ids: Collection[str],
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._issuers = frozenset(issuers)
        self._client_ids = frozenset(client_ids)

    async def read(self, token: str, stated: type[Stated]) -> Stated:
        """What a token states. Raises InvalidIdToken, ProviderUnavailable."""
        try:
            key_id = jws.extract_compact(token.encode()).headers().get("kid")
            if not isinstance(key_id, str):
                raise InvalidIdToken
            key = await self._keys.find(key_id)
            signed = jws.deserialize_compact(token, key, algorithms=_ALGORITHMS)
            claims = msgspec.json.decode(signed.payload or b"", type=stated)
        except (JoseError, msgspec.MsgspecError, ValueError, TypeError) as error:
            raise InvalidIdToken from error
        now = self._clock.now().timestamp()
        leeway = _CLOCKS_DIFFER.total_seconds()
        if (
            claims.iss not in self._issuers
            or claims.aud not in self._client_ids
            or claims.exp <= now - leeway
            or claims.iat > now + leeway
        ):
            raise InvalidIdToken
        return claims


def is_true(claim: bool | str | None) -> bool:  # noqa: FBT001 - as the provider writes it
    """Apple writes some booleans as strings."""
    return claim is True or claim == "true"
