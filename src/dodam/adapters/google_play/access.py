"""Access to Google's APIs as a service account.

https://developers.google.com/identity/protocols/oauth2/service-account
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from google.auth.exceptions import RefreshError, TransportError
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials

from dodam.adapters.calls import ANSWERED, REFUSED, UNANSWERED, outside_call
from dodam.platform.work import CannotBeDone, TryLater

_SCOPES = (
    "https://www.googleapis.com/auth/androidpublisher",
    "https://www.googleapis.com/auth/pubsub",
)
_SECONDS = 8


class ServiceAccount:
    """One access token at a time, asked for anew shortly before it runs out (after an hour).

    `key_file` is as Google hands it out; it names where tokens are asked for (`token_uri`).
    """

    def __init__(self, key_file: Path) -> None:
        # Half of Google's library has no types.
        self._credentials: Any = Credentials.from_service_account_file(  # pyright: ignore[reportUnknownMemberType]
            str(key_file), scopes=_SCOPES
        )
        self._refreshing = asyncio.Lock()

    async def headers(self) -> Mapping[str, str]:
        """What a request to Google carries. Raises TryLater, CannotBeDone."""
        if not self._credentials.valid:
            async with self._refreshing:
                if not self._credentials.valid:
                    await self._refresh()
        return {"authorization": f"Bearer {self._credentials.token}"}

    async def _refresh(self) -> None:
        # Google's library blocks, and would wait for two minutes.
        post = partial(Request(), timeout=_SECONDS)
        with outside_call("google access", "POST token") as call:
            try:
                async with asyncio.timeout(_SECONDS):
                    await asyncio.to_thread(self._credentials.refresh, post)
            except (TransportError, TimeoutError) as error:
                call.outcome, call.reason = UNANSWERED, type(error).__name__
                raise TryLater("google gives no access tokens") from error
            except RefreshError as error:
                if error.retryable:  # pyright: ignore[reportUnknownMemberType]
                    raise TryLater("google gives no access tokens") from error
                call.outcome = REFUSED
                raise CannotBeDone(
                    "google refuses the service account: is its key still in use?"
                ) from error
            call.outcome = ANSWERED
