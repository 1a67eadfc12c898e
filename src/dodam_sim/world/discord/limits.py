"""How often Discord may be asked: https://discord.com/developers/docs/topics/rate-limits.

The numbers of a webhook's own bucket are not on that page ("rate limits should not be hard coded"):
five in two seconds is what Discord's engineer gives in
https://github.com/discord/discord-api-docs/issues/367.
"""

from collections import deque
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Literal

from litestar import Response

BUCKET_LIMIT, BUCKET_LENGTH = 5, timedelta(seconds=2)
GLOBAL_LIMIT, GLOBAL_LENGTH = 50, timedelta(seconds=1)
_INVALID_LENGTH = timedelta(minutes=10)
_INVALID = {401, 403, 404, 429}
_BAN_PAGE = (
    "<!DOCTYPE html><html><head><title>Access denied | discord.com used Cloudflare to restrict "
    "access</title></head><body>error code: 1015</body></html>"
)


class Window:
    """So many requests, counted from the first; when `length` is over the count begins anew."""

    def __init__(self, limit: int, length: timedelta) -> None:
        self.limit = limit
        self.remaining = limit
        self._length = length
        self._ends: datetime | None = None

    def take(self, now: datetime) -> bool:
        if self._ends is None or now >= self._ends:
            self._ends = now + self._length
            self.remaining = self.limit
        if not self.remaining:
            return False
        self.remaining -= 1
        return True

    def left(self, now: datetime) -> float:
        """Seconds until the count begins anew."""
        return max((self._ends - now).total_seconds(), 0) if self._ends else 0


class InvalidRequests:
    """Too many refused requests within ten minutes shut an address out; so do repeated 404s."""

    def __init__(self, limit: int) -> None:
        self._at = deque[datetime](maxlen=limit)

    def count(self, status: int, now: datetime) -> None:
        if status in _INVALID:
            self._at.append(now)

    def banned(self, now: datetime) -> bool:
        return len(self._at) == self._at.maxlen and now - self._at[0] < _INVALID_LENGTH


def ban_page() -> Response[Any]:
    """Cloudflare's error 1015, which is not Discord's own JSON; how long it lasts nobody is told.

    https://developers.cloudflare.com/changelog/post/2026-03-12-retry-after-header-for-1xxx-errors
    """
    headers = {"retry-after": "30"}
    return Response(_BAN_PAGE, status_code=429, headers=headers, media_type="text/html")


def bucket_headers(bucket: Window, now: datetime, *, legacy: bool) -> dict[str, str]:
    """Whole seconds before version 8 of the API, milliseconds behind the point since."""
    left = bucket.left(now)
    reset = now.timestamp() + left
    return {
        "x-ratelimit-limit": str(bucket.limit),
        "x-ratelimit-remaining": str(bucket.remaining),
        "x-ratelimit-reset": str(ceil(reset)) if legacy else f"{reset:.3f}",
        "x-ratelimit-reset-after": str(ceil(left)) if legacy else f"{left:.3f}",
        "x-ratelimit-bucket": "execute-webhook",
    }


def too_many(
    left: float, headers: dict[str, str], scope: Literal["user", "global"], *, legacy: bool
) -> Response[Any]:
    """Versions 6 and 7 count `retry_after` in milliseconds, later ones in seconds.

    https://github.com/discord/discord-api-docs/blob/main/docs/change-log/2020-09-24-api-and-gateway-v8.md
    """
    after = ceil(left * 1000) if legacy else round(left, 3)
    message = "You are being rate limited."
    body = {"message": message, "retry_after": after, "global": scope == "global"}
    headers = {**headers, "retry-after": str(ceil(after)), "x-ratelimit-scope": scope}
    return Response(body, status_code=429, headers=headers)
