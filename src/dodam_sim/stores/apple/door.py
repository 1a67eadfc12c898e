"""Who may ask the App Store Server API, and how often.

https://developer.apple.com/documentation/appstoreserverapi/
generating-json-web-tokens-for-api-requests and …/identifying-rate-limits
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError

from dodam_sim.stores.apple.saying import App
from dodam_sim.stores.apple.signing import SubscriptionKey
from dodam_sim.stores.apple.times import milliseconds

_AUDIENCE = "appstoreconnect-v1"
_LONGEST_LIFE = timedelta(minutes=60)
_HOUR = timedelta(hours=1)


class Door:
    """`now` is the time by which tokens are judged; `quota`, requests an hour, None for any."""

    def __init__(self, now: Callable[[], datetime], app: App, key: SubscriptionKey) -> None:
        self.quota: int | None = None
        self._now = now
        self._app = app
        self._key = key
        self._hour = now()
        self._asked = 0

    def lets_in(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        try:
            decoded = jwt.decode(token, self._key.public_key, algorithms=["ES256"])
            return scheme == "Bearer" and self._is_ours(decoded.header, decoded.claims)
        except (JoseError, KeyError, TypeError, ValueError):
            return False

    def too_many(self) -> str | None:
        """Count a request; from when on one may ask again, if not now: `Retry-After`, in
        milliseconds of UNIX time (and not, as elsewhere, in seconds from now).
        """
        now = self._now()
        if now >= self._hour + _HOUR:
            self._hour, self._asked = now, 0
        self._asked += 1
        if self.quota is None or self._asked <= self.quota:
            return None
        return str(milliseconds(self._hour + _HOUR))

    def _is_ours(self, header: dict[str, Any], claims: dict[str, Any]) -> bool:
        now = self._now().timestamp()
        return (
            header["kid"] == self._key.key_id
            and claims["iss"] == self._key.issuer_id
            and claims["aud"] == _AUDIENCE
            and claims["bid"] == self._app.bundle_id
            and now < claims["exp"] <= now + _LONGEST_LIFE.total_seconds()
        )
