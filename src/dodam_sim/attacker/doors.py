"""The instances of a server, which an attacker tries one after the other."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from types import TracebackType
from typing import Any, Self

import httpx

_ANSWER_SECONDS = 30.0


class Doors:
    """Requests go to every instance in turn, unless one is named."""

    def __init__(self, urls: Sequence[str]) -> None:
        self.urls = list(urls)
        self.accounts_opened = 0
        self._next = cycle(self.urls)
        # Neither a proxy of the environment nor a redirect may lead away from these addresses.
        self._http = httpx.AsyncClient(
            timeout=_ANSWER_SECONDS, trust_env=False, follow_redirects=False
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def knock(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        content: str | None = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        at: str | None = None,
    ) -> httpx.Response:
        """Send `body` as JSON, or `content`, which says it is JSON."""
        sent = dict(headers or {})
        if content is not None:
            sent["content-type"] = "application/json"
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        url = at or next(self._next)
        return await self._http.request(
            method, f"{url}{path}", json=body, content=content, headers=sent
        )
