"""The way to the server: bounded, patient, and safe to repeat.

Every call may be lost on its way there or back. It is then sent again, so each is one that the
server answers alike the second time; sign-up and refresh, which are not, fall back to sign-in.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from types import TracebackType
from typing import Self, TypeVar

import httpx
import msgspec

from dodam_sim.families.answers import Problem, Tokens
from dodam_sim.families.summary import Counts

T = TypeVar("T")

_AWAY = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}
_TOO_MANY = "too much of one network; on a server of your own, raise DODAM_LIMIT_SIGN_UPS"
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 3.0
_ANSWER_SECONDS = 20.0


class ServerAwayError(Exception):
    """The server could not be reached for as long as patience lasted."""


class UnexpectedAnswerError(Exception):
    """The server answered, but not what the API promises for this call.

    `code` is the problem's stable code, empty if the answer has none; `content` is the answer.
    """

    def __init__(self, call: str, answer: httpx.Response | str) -> None:
        if isinstance(answer, str):
            self.shown, self.code, self.content = answer, "", b""
        else:
            self.shown, self.code = f"{answer.status_code} {answer.text[:300]}", _code(answer)
            self.content = answer.content
        self.call = call
        super().__init__(f"{call}: {self.shown}")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long calls are repeated, in seconds, and what sleeping and the time of day are."""

    seconds: float = 60.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


class Server:
    """One server for all families. A call under way is one connection; each family makes one."""

    def __init__(
        self,
        url: str,
        counts: Counts,
        patience: Patience,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.counts = counts
        self.patience = patience
        self._url = url
        self._http = httpx.AsyncClient(
            base_url=url,
            transport=transport,
            timeout=_ANSWER_SECONDS,
            # Neither a proxy of the environment nor a redirect may lead away from that address.
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

    async def send(
        self,
        method: str,
        path: str,
        body: Callable[[datetime], bytes] | None = None,
        token: str | None = None,
    ) -> httpx.Response:
        """Send until there is an answer. `body` is made anew, from the time it is, for each try."""
        headers = {"content-type": "application/json"}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        pause, deadline = _FIRST_PAUSE_SECONDS, None
        while True:
            content = None if body is None else body(self.patience.now())
            try:
                answer = await self._http.request(method, path, content=content, headers=headers)
            except httpx.TransportError as error:
                trouble = f"{type(error).__name__} {error}".strip()
            else:
                if answer.status_code not in _AWAY:
                    return answer
                trouble = f"answers {answer.status_code}"
                if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                    trouble = f"{trouble}: {_TOO_MANY}"
            now = self.patience.now()
            if deadline is None:
                deadline = now + timedelta(seconds=self.patience.seconds)
            if now >= deadline:
                message = (
                    f"No answer from {self._url} for {self.patience.seconds:.0f} seconds"
                    f" ({trouble}). Is the server running?"
                )
                raise ServerAwayError(message)
            self.counts.retries += 1
            await self.patience.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def read(call: str, answer: httpx.Response, shape: type[T]) -> T:
    """Decode an answer of success, or raise `UnexpectedAnswerError`."""
    if not answer.is_success:
        raise UnexpectedAnswerError(call, answer)
    try:
        return msgspec.json.decode(answer.content, type=shape)
    except msgspec.DecodeError as error:
        raise UnexpectedAnswerError(call, f"{error} in {answer.text[:300]}") from error


class Guardian:
    """One guardian signed in at the server."""

    def __init__(self, server: Server, email: str, password: str, name: str) -> None:
        self._server = server
        self._email = email
        self._password = password
        self._name = name
        self._tokens: Tokens | None = None
        self._renewing = asyncio.Lock()

    async def sign_up(self) -> None:
        """Open the account, or sign in if an earlier run or a lost answer opened it already.

        Signing in is tried first: a server lets one network sign up only so often.
        """
        known = await self._post(
            "/v1/auth/sign-in", {"email": self._email, "password": self._password}
        )
        if known.is_success:
            self._tokens = read("sign-in", known, Tokens)
            return
        body = {"email": self._email, "password": self._password, "name": self._name}
        answer = await self._post("/v1/auth/sign-up", body)
        if answer.status_code == HTTPStatus.CONFLICT and _code(answer) == "email_taken":
            await self.sign_in()
        else:
            self._tokens = read("sign-up", answer, Tokens)
            self._server.counts.sign_ups += 1

    async def sign_in(self) -> None:
        body = {"email": self._email, "password": self._password}
        self._tokens = read("sign-in", await self._post("/v1/auth/sign-in", body), Tokens)

    async def refresh(self) -> None:
        """Buy the next pair of tokens. If that pair was lost on its way here, sign in again."""
        if self._tokens is None:
            await self.sign_in()
            return
        body = {"refresh_token": self._tokens.refresh_token}
        answer = await self._post("/v1/auth/refresh", body)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            await self.sign_in()
        else:
            self._tokens = read("refresh", answer, Tokens)

    async def get(self, path: str, shape: type[T]) -> T:
        return read(f"GET {path}", await self._call("GET", path), shape)

    async def post(self, path: str, body: Callable[[datetime], bytes], shape: type[T]) -> T:
        return read(f"POST {path}", await self._call("POST", path, body), shape)

    async def put(self, path: str, content: object) -> None:
        encoded = msgspec.json.encode(content)
        answer = await self._call("PUT", path, lambda _: encoded)
        if not answer.is_success:
            call = f"PUT {path}"
            raise UnexpectedAnswerError(call, answer)

    async def sleep(self, seconds: float) -> None:
        await self._server.patience.sleep(seconds)

    async def _post(self, path: str, content: object) -> httpx.Response:
        encoded = msgspec.json.encode(content)
        return await self._server.send("POST", path, lambda _: encoded)

    async def _call(
        self, method: str, path: str, body: Callable[[datetime], bytes] | None = None
    ) -> httpx.Response:
        if self._tokens is None:
            await self.sign_in()
        used = self._access
        answer = await self._server.send(method, path, body, used)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            # Two calls at once may both find the pair old; it can be renewed only once.
            async with self._renewing:
                if self._access == used:
                    await self.refresh()
            answer = await self._server.send(method, path, body, self._access)
        return answer

    @property
    def _access(self) -> str | None:
        return None if self._tokens is None else self._tokens.access_token


def _code(answer: httpx.Response) -> str:
    try:
        return msgspec.json.decode(answer.content, type=Problem).code
    except msgspec.DecodeError:
        return ""
