"""Addresses that work for a while without a token: who was given one may fetch what it names.

Players of videos send no headers of ours, and what is fetched so is nobody's personal data.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import timedelta

from dodam.features.content.errors import ExpiredUrl, ForgedUrl
from dodam.platform.clock import Clock

# Every address expires at such a step, the second from now: so it works for 12 to 24 hours, and
# all of a step are the same, which keeps answers that hold them the same.
_STEP = timedelta(hours=12) // timedelta(seconds=1)


class MediaUrls:
    """HMAC-SHA256 of name and expiry. Signs with the newest of `keys`, and believes each."""

    def __init__(self, keys: Sequence[bytes], clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def sign(self, name: str) -> str:
        """The path and query of a medium on the API's own address."""
        until = (int(self._clock.now().timestamp()) // _STEP + 2) * _STEP
        signature = _signature(self._keys[-1], name, until)
        return f"/v1/media/{name}?until={until}&signature={signature}"

    def check(self, name: str, until: int, signature: str) -> None:
        """Raises ForgedUrl, ExpiredUrl. `until` is in seconds since 1970."""
        expected = [_signature(key, name, until) for key in self._keys]
        if not any(hmac.compare_digest(each, signature) for each in expected):
            raise ForgedUrl
        if until <= self._clock.now().timestamp():
            raise ExpiredUrl


def _signature(key: bytes, name: str, until: int) -> str:
    digest = hmac.digest(key, f"{name}\n{until}".encode(), "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
