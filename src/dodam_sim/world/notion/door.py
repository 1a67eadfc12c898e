"""Who is let in, in which version of the API, and how often.

https://developers.notion.com/reference/versioning and …/request-limits: three requests a second on
average, which a connection may spend within a minute as it likes.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hmac import compare_digest
from math import ceil

from dodam_sim.world.notion.errors import AnyRequest, Refusal, invalid, quoted

CLASSIC = "2022-06-28"
DATA_SOURCES = "2025-09-03"
_MINUTE = timedelta(minutes=1)


class Door:
    def __init__(self, token: str, budget: int, now: Callable[[], datetime]) -> None:
        self._token = f"Bearer {token}".encode()
        self._budget = budget
        self._spent = 0
        self._minute_ends = now() + _MINUTE
        self._now = now

    def admit(self, request: AnyRequest, needed: str | None = None) -> str:
        """The version that is spoken; some endpoints are of one version only."""
        if not compare_digest(self._token, request.headers.get("authorization", "").encode()):
            raise Refusal(401, "unauthorized", "API token is invalid.")
        version = request.headers.get("notion-version")
        failed = "Notion-Version header failed validation: Notion-Version header should be"
        if version is None:
            message = f"{failed} defined, instead was `undefined`."
            raise Refusal(400, "missing_version", message)
        self._spend()
        if version not in {CLASSIC, DATA_SOURCES}:
            both = f'`"{DATA_SOURCES}"` or `"{CLASSIC}"`'
            raise invalid(f"{failed} {both}, instead was {quoted(version)}.")
        if needed not in {None, version}:
            raise Refusal(400, "invalid_request_url", "Invalid request URL.")
        return version

    def _spend(self) -> None:
        now = self._now()
        if now >= self._minute_ends:
            self._minute_ends = now + _MINUTE
            self._spent = 0
        if self._spent >= self._budget:
            after = ceil((self._minute_ends - now).total_seconds())
            message = "You have been rate limited. Please try again in a few minutes."
            raise Refusal(429, "rate_limited", message, {"retry-after": str(after)})
        self._spent += 1
