"""The clients: families who play and look, and staff who reward, through a load balancer.

The balancer sends each request to a process that says it is ready, and elsewhere where nobody
listens; what is not answered, or refused for now, is sent again by the client, as the API's
description asks for.
"""

import asyncio
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import count
from random import Random
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import httpx
from system import STOP_DELAY_SECONDS, System, is_ready

from dodam_sim.callers.api import Api, Person
from dodam_sim.callers.family import Family, move_in
from dodam_sim.callers.staff import join, treat

_ANSWER_SECONDS = 30.0
_PAUSE_SECONDS = 0.02
_PROBLEM_JSON = "application/problem+json"
_UNKNOWN = "internal_error"
ANSWERED, MOVED, BROKEN = "answered", "moved", "broken"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that was sent, at instants of `monotonic`.

    `outcome` is `answered`, `moved` where nobody listened, `broken` where an answer did not come,
    or the code of a refusal. `request_id` is that of whatever was answered.
    """

    call: str
    began: float
    ended: float
    url: str
    outcome: str
    request_id: str | None = None


@dataclass
class Journal:
    """All that was sent, in the order of answers; `strange` is what the API does not promise."""

    attempts: list[Attempt] = field(default_factory=list[Attempt])
    strange: list[str] = field(default_factory=list[str])
    # From the first attempt to the answer, retries and all, and when that was.
    waits: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])


class Balancer(httpx.AsyncBaseTransport):
    """Sends requests to ready processes in turn, and notes what comes of each."""

    def __init__(self, urls: list[str], journal: Journal) -> None:
        self._urls = urls
        self._ready = list(urls)
        self._journal = journal
        self._turn = count()
        self._http = httpx.AsyncHTTPTransport(
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=64)
        )

    @asynccontextmanager
    async def looking(self) -> AsyncGenerator[None]:
        """Ask each process again and again whether it is ready, while the scope lasts."""
        task = asyncio.create_task(self._look())
        try:
            yield
        finally:
            task.cancel()

    async def _look(self) -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            while True:
                ready = await asyncio.gather(*(is_ready(http, url) for url in self._urls))
                self._ready = [url for url, so in zip(self._urls, ready, strict=True) if so]
                await asyncio.sleep(STOP_DELAY_SECONDS / 4)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        # Where none is ready whoever listens may say so itself.
        urls = self._ready or self._urls
        url = urls[next(self._turn) % len(urls)]
        target = httpx.URL(url)
        request.url = request.url.copy_with(host=target.host, port=target.port)
        request.headers["host"] = f"{target.host}:{target.port}"
        call, began = f"{request.method} {request.url.path}", monotonic()
        outcome, request_id = BROKEN, None
        try:
            answer = await self._http.handle_async_request(request)
            await answer.aread()
        except httpx.ConnectError:
            self._ready = [each for each in self._ready if each != url]
            outcome = MOVED
            raise
        else:
            request_id = answer.headers.get("x-request-id")
            outcome = self._read(call, answer)
            return answer
        finally:
            self._journal.attempts.append(
                Attempt(call, began, monotonic(), url, outcome, request_id)
            )

    def _read(self, call: str, answer: httpx.Response) -> str:
        if answer.status_code < HTTPStatus.BAD_REQUEST:
            return ANSWERED
        told = answer.headers.get("content-type") == _PROBLEM_JSON
        code = str(answer.json()["code"]) if told else f"status {answer.status_code}"
        if not told or code == _UNKNOWN:
            self._journal.strange.append(f"{call}: {answer.status_code} {answer.text[:200]}")
        return code

    async def aclose(self) -> None:
        await self._http.aclose()


@dataclass
class Player:
    """One child of a family. `sent` are all records, `acknowledged` those that an answer named.

    `granted` tickets were given to it, and each answered for.
    """

    family: Family
    child: UUID
    chance: Random
    journal: Journal
    sent: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    acknowledged: set[str] = field(default_factory=set[str])
    granted: int = 0

    async def play(self, stop: asyncio.Event) -> None:
        """Upload and look, at a child's hundredfold pace, until it is to stop."""
        base = f"/children/{self.child}"
        while not stop.is_set():
            records = [self._record() for _ in range(self.chance.randint(1, 5))]
            if self.sent:
                records.append(self.sent[self.chance.choice([*self.sent])])
            self.sent |= {each["id"]: each for each in records}
            receipt = await self._timed(self.family.guardian.post(f"{base}/play-records", records))
            self.acknowledged |= {
                each["id"] for each in receipt["records"] if each["fate"] != "rejected"
            }
            await self._timed(self.family.guardian.get(f"{base}/today"))
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _timed(self, call: Any) -> Any:
        began = monotonic()
        answer = await call
        self.journal.waits.append((monotonic(), monotonic() - began))
        return answer

    def _record(self) -> dict[str, Any]:
        ago = timedelta(milliseconds=self.chance.randint(0, 600_000))
        return {
            "id": str(uuid4()),
            "session_id": str(uuid4()),
            "motion": self.family.motion,
            "hand": "left",
            "started_at": (datetime.now(UTC) - ago).isoformat(),
            "duration_ms": 20_000,
            "repetitions": 10,
            "successes": 8,
        }


@dataclass
class Crowd:
    """Everybody, at the balancer `api` leads to."""

    api: Api
    admin: Person
    players: list[Player]
    account: dict[str, str]

    @asynccontextmanager
    async def busy(self) -> AsyncGenerator[None]:
        """All do what they do while the scope lasts; whoever fails ends it."""
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for player in self.players:
                group.create_task(player.play(stop))
            group.create_task(self._sign_in(stop))
            group.create_task(self._grant(stop))
            try:
                yield
            finally:
                stop.set()

    async def _sign_in(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            answer = await self.api.send("POST", "/v1/auth/sign-in", json=self.account)
            answer.raise_for_status()
            await asyncio.sleep(5 * _PAUSE_SECONDS)

    async def _grant(self, stop: asyncio.Event) -> None:
        """Each ticket is an entry of the audit trail, too."""
        turn = count()
        while not stop.is_set():
            player = self.players[next(turn) % len(self.players)]
            form = {"id": str(uuid4()), "tickets": 1, "reason": "For patience."}
            await self.admin.post(f"/staff/children/{player.child}/tickets", form)
            player.granted += 1
            await asyncio.sleep(5 * _PAUSE_SECONDS)


@asynccontextmanager
async def crowd_at(system: System, journal: Journal, families: int) -> AsyncGenerator[Crowd]:
    """Let families move in, with two children each, and an admin join who treats the children."""
    balancer = Balancer([each.url for each in system.apis if each.url], journal)
    async with balancer.looking(), Api(["http://balancer"], transport=balancer) as api:
        admin = await join(api, await system.invitation())
        players: list[Player] = []
        for number in range(families):
            family = await move_in(api, 2)
            for child in family.children:
                await treat(admin, child)
                chance = Random(f"{number} {child}")  # noqa: S311 - a simulation
                players.append(Player(family, child, chance, journal))
        account = {
            "email": f"{secrets.token_hex(8)}@dodam.example",
            "password": f"한밤의 {secrets.token_urlsafe(12)}",
        }
        answer = await api.send("POST", "/v1/auth/sign-up", json={**account, "name": "이서윤"})
        answer.raise_for_status()
        yield Crowd(api, admin, players, account)
