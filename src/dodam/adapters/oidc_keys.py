"""The public keys a sign-in provider signs with (a JWK set, RFC 7517), by their ids."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from dodam.adapters.outside import OutsideService
from dodam.features.accounts.errors.identities import InvalidIdToken, ProviderUnavailable
from dodam.platform.clock import Clock
from dodam.platform.work import TryLater

_LOG = structlog.get_logger(__name__)
_NEVER = datetime.min.replace(tzinfo=UTC)
_MAX_AGE = re.compile(r"max-age=(\d{1,9})")
# Where the answer does not say how long it is good for; Google says some hours, Apple nothing.
_USUAL_LIFE = timedelta(hours=1)
_LONGEST_LIFE = timedelta(days=1)
# Keys are announced before they sign, so an unknown id seldom deserves a second look.
_ASK_AGAIN_AFTER_ANSWER = timedelta(minutes=1)
_ASK_AGAIN_AFTER_FAILURE = timedelta(seconds=5)


class _KeySet(msgspec.Struct):
    keys: list[dict[str, Any]]


class ProviderKeys:
    """Fetched when needed and kept for as long as the provider says, a day at most.

    An unknown id has them fetched again, but not again and again: forged ids cannot make us hammer
    the provider. While it is away, the keys known so far go on working.
    """

    def __init__(self, provider: str, url: str, clock: Clock) -> None:
        address = httpx.URL(url)
        self._path = address.path
        self._provider = OutsideService(
            f"{provider} keys", str(address.copy_with(raw_path=b"", fragment=None))
        )
        self._clock = clock
        self._keys: dict[str, RSAKey] = {}
        self._fresh_until = _NEVER
        self._quiet_until = _NEVER
        self._asking = asyncio.Lock()

    async def find(self, key_id: str) -> RSAKey:
        """Raises InvalidIdToken for an id the provider does not know, ProviderUnavailable."""
        key = self._keys.get(key_id)
        is_stale = self._clock.now() >= self._fresh_until
        # Whoever has a key does not wait for somebody else's question.
        if key is None or (is_stale and not self._asking.locked()):
            async with self._asking:
                await self._ask(key_id)
            key = self._keys.get(key_id, key)
        if key is not None:
            return key
        if not self._keys:
            raise ProviderUnavailable
        raise InvalidIdToken

    async def _ask(self, key_id: str) -> None:
        now = self._clock.now()
        answered_meanwhile = key_id in self._keys and now < self._fresh_until
        if answered_meanwhile or now < self._quiet_until:
            return
        try:
            answer = (await self._provider.call("GET", self._path)).raise_for_status()
            self._keys = _keys(answer.content)
        except (TryLater, httpx.HTTPError, msgspec.MsgspecError) as error:
            self._quiet_until = now + _ASK_AGAIN_AFTER_FAILURE
            name, reason = self._provider.name, type(error).__name__
            _LOG.warning("no keys from the sign-in provider", service=name, reason=reason)
            return
        self._quiet_until = now + _ASK_AGAIN_AFTER_ANSWER
        self._fresh_until = now + _life(answer.headers.get("cache-control", ""))


def _keys(body: bytes) -> dict[str, RSAKey]:
    keys: dict[str, RSAKey] = {}
    for each in msgspec.json.decode(body, type=_KeySet).keys:
        try:
            keys[str(each["kid"])] = RSAKey.import_key(each)
        except (JoseError, KeyError, TypeError, ValueError):
            continue  # of another kind, which signs nothing for us
    return keys


def _life(cache_control: str) -> timedelta:
    said = _MAX_AGE.search(cache_control)
    life = timedelta(seconds=int(said[1])) if said else _USUAL_LIFE
    return min(max(life, _ASK_AGAIN_AFTER_ANSWER), _LONGEST_LIFE)
