"""How often something may be done: a moving window, shared by every process through Valkey.

Without Valkey one process counts exactly for itself; several would each count alone. While Valkey
is away every process counts for itself, so that nobody is locked out by its absence.
"""

import time
from collections.abc import Callable, Coroutine
from math import ceil
from typing import Any, TypeAlias

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text
from dodam.platform.moving_windows import MovingWindows

_Limiter: TypeAlias = MovingWindowRateLimiter | MovingWindows

_LOG = structlog.get_logger(__name__)
_VALKEY_TIMEOUT_SECONDS = 0.5
_TRY_VALKEY_AGAIN_SECONDS = 5.0


class TooManyRequests(DodamError):
    """A rate limit is used up; `retry_after` says when it has room again."""

    kind = Kind.TOO_MANY
    code = "too_many_requests"
    text = Text(
        en="Too many requests; please try again in {seconds} seconds.",
        ko="요청이 너무 많아요. {seconds}초 뒤에 다시 시도해 주세요.",
    )


class Limit:
    """A named limit, such as `sign_up` and "60/hour". Raises ValueError for an unreadable rate."""

    def __init__(self, name: str, rate: str) -> None:
        self.name = name
        self.item: RateLimitItem = parse(rate)


class RateLimits:
    """Counts uses of limits, each under a key: an address, an account, a number."""

    def __init__(self, valkey_url: str | None = None) -> None:
        self._alone = MovingWindows()
        self._shared: MovingWindowRateLimiter | None = None
        self._shared_again_at = 0.0
        self._connections: ConnectionPool | None = None
        if valkey_url is not None:
            self._connections = ConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType]
                valkey_url,
                socket_timeout=_VALKEY_TIMEOUT_SECONDS,
                socket_connect_timeout=_VALKEY_TIMEOUT_SECONDS,
            )
            storage = RedisStorage(
                f"async+{valkey_url}",
                implementation="redispy",
                key_prefix="dodam:limits",
                connection_pool=self._connections,  # pyright: ignore[reportArgumentType]
            )
            self._shared = MovingWindowRateLimiter(storage)

    async def spend(self, limit: Limit, *key: object) -> None:
        """Use the limit once. Raises TooManyRequests, and then the use does not count."""
        names = _names(limit, key)
        if not await self._ask(lambda limiter: limiter.hit(limit.item, *names)):
            raise await self._refusal(limit, names)

    async def check(self, limit: Limit, *key: object) -> None:
        """Raises TooManyRequests if the limit is used up; uses nothing."""
        names = _names(limit, key)
        if not await self._ask(lambda limiter: limiter.test(limit.item, *names)):
            raise await self._refusal(limit, names)

    async def clear(self, limit: Limit, *key: object) -> None:
        """Forget every use of the limit under the key."""
        names = _names(limit, key)
        await self._ask(lambda limiter: limiter.clear(limit.item, *names))

    async def is_away(self) -> bool:
        """Whether Valkey is to count, and does not answer."""
        if self._shared is None:
            return False
        try:
            return not await self._shared.storage.check()
        except (RedisError, OSError):
            return True

    async def close(self) -> None:
        if self._connections is not None:
            await self._connections.aclose()

    async def _refusal(self, limit: Limit, names: list[str]) -> TooManyRequests:
        stats = await self._ask(lambda limiter: limiter.get_window_stats(limit.item, *names))
        seconds = max(1, ceil(stats.reset_time - time.time()))
        return TooManyRequests(retry_after=seconds, seconds=seconds)

    async def _ask(self, question: Callable[[_Limiter], Coroutine[Any, Any, Any]]) -> Any:
        if self._shared is not None and time.monotonic() >= self._shared_again_at:
            try:
                return await question(self._shared)
            except (RedisError, OSError):
                self._shared_again_at = time.monotonic() + _TRY_VALKEY_AGAIN_SECONDS
                _LOG.warning("Valkey is away; this process counts rate limits for itself")
        return await question(self._alone)


def _names(limit: Limit, key: tuple[object, ...]) -> list[str]:
    return [limit.name, *(str(part) for part in key)]
