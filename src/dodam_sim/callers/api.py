"""The way to a server of one or more instances, as JSON goes there and back."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import cycle
from time import monotonic
from types import TracebackType
from typing import Any, Self

import httpx

_ANSWER_SECONDS = 30.0
_PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.05
_AWAY = {429, 502, 503, 504}


class NoAnswerError(Exception):
    """No instance answered for as long as patience lasted."""


class UnexpectedStatusError(Exception):
    """The server answered otherwise than the API promises for this call."""

    def __init__(self, call: str, answer: httpx.Response) -> None:
        super().__init__(f"{call}: {answer.status_code} {answer.text[:300]}")


class Api:
    """Calls go to every instance in turn; what one leaves unanswered is sent to the next.

    So a call may be done twice: ids made by the caller must make that harmless. `resent` counts
    them.
    """

    def __init__(
        self,
        urls: Sequence[str],
        patience_seconds: float = _PATIENCE_SECONDS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.resent = 0
        self._next = cycle(urls)
        self._patience = patience_seconds
        self._http = httpx.AsyncClient(
            transport=transport,
            timeout=_ANSWER_SECONDS,
            # Neither a proxy of the environment nor a redirect may lead away from these addresses.
            trust_env=False,
            follow_redirects=False,
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

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send until there is an answer; `options` are httpx's. Raises NoAnswerError."""
        deadline = monotonic() + self._patience
        while True:
            try:
                answer = await self._http.request(method, f"{next(self._next)}{path}", **options)
            except httpx.TransportError as error:
                trouble = f"{type(error).__name__} {error}".strip()
            else:
                if answer.status_code not in _AWAY:
                    return answer
                trouble = f"{answer.status_code} {answer.text[:200]}"
            if monotonic() > deadline:
                raise NoAnswerError(f"{method} {path}: {trouble}")
            self.resent += 1
            await asyncio.sleep(_PAUSE_SECONDS)


class Person:
    """Somebody signed in. Paths are below `/v1`."""

    def __init__(self, api: Api, token: str) -> None:
        self._api = api
        self._token = token

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> httpx.Response:
        """Whatever the answer is."""
        sent = {"authorization": f"Bearer {self._token}", "accept-language": "en"}
        if body is not None:
            options["json"] = body
        return await self._api.send(
            method, f"/v1{path}", headers={**sent, **(headers or {})}, **options
        )

    async def get(self, path: str) -> Any:
        return await self.ask("GET", path)

    async def post(self, path: str, body: Any) -> Any:
        return await self.ask("POST", path, body)

    async def put(self, path: str, body: Any) -> Any:
        return await self.ask("PUT", path, body)

    async def ask(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """The JSON of a success, None if it has no content. Raises UnexpectedStatusError."""
        answer = await self.call(method, path, body, **options)
        if not answer.is_success:
            raise UnexpectedStatusError(f"{method} /v1{path}", answer)
        return answer.json() if answer.content else None
