"""The clients: each asks for plays, gives some back, and uploads results once, twice or stolen."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from random import Random
from typing import Any
from uuid import UUID, uuid4

import httpx

from dodam_sim.callers.api import Person, UnexpectedStatusError

_HASTY, _GIVES_BACK, _STEALS, _SENDS_TWICE = 0.2, 0.15, 0.15, 0.4


@dataclass(slots=True)
class Known:
    """All that one child's clients did and were told: plays by id, results by theirs."""

    child: UUID
    granted: dict[str, int] = field(default_factory=dict[str, int])
    given_back: set[str] = field(default_factory=set[str])
    sent: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    refused: int = 0

    @property
    def kept(self) -> set[str]:
        """The plays that were granted and not given back."""
        return set(self.granted) - self.given_back


@dataclass(frozen=True, slots=True)
class Client:
    """One tablet of the family at one game. `done` is told of each play that was asked for."""

    guardian: Person
    game: str
    known: Known
    chance: Random
    done: Callable[[], None]

    async def play(self, times: int) -> None:
        for _ in range(times):
            play = await self._ask_for_a_play()
            if play is not None and self.chance.random() < _GIVES_BACK:
                await self._give_back(play)
            elif play is not None:
                await self._upload(play)
            self.done()

    async def play_on(self) -> None:
        """Until no more is granted."""
        while (play := await self._ask_for_a_play()) is not None:
            await self._upload(play)

    async def _ask(self, play_id: str) -> dict[str, Any] | None:
        """The play that was granted, or None. Raises UnexpectedStatusError."""
        answer = await self.guardian.call(
            "POST", f"{self._base}/game-plays", {"id": play_id, "game": self.game}
        )
        if answer.status_code == HTTPStatus.CONFLICT and _code(answer) == "game_locked":
            return None
        if not answer.is_success:
            raise UnexpectedStatusError("asking for a play", answer)
        return answer.json()

    async def _ask_for_a_play(self) -> str | None:
        play_id = str(uuid4())
        times = 2 if self.chance.random() < _HASTY else 1
        plays = await asyncio.gather(*(self._ask(play_id) for _ in range(times)))
        granted = [play for play in plays if play is not None]
        if not granted:
            self.known.refused += 1
            return None
        self.known.granted[play_id] = granted[0]["tickets_spent"]
        return play_id

    async def _give_back(self, play_id: str) -> None:
        """Unless a stolen result came first."""
        answer = await self.guardian.call("DELETE", f"{self._base}/game-plays/{play_id}")
        if answer.is_success:
            self.known.given_back.add(play_id)
        elif answer.status_code != HTTPStatus.CONFLICT or _code(answer) != "play_has_result":
            raise UnexpectedStatusError("giving a play back", answer)

    async def _upload(self, play_id: str) -> None:
        records = [self._result(play_id)]
        if self.chance.random() < _STEALS:
            records.append(self._result(self.chance.choice([*self.known.granted])))
        self.chance.shuffle(records)
        times = 2 if self.chance.random() < _SENDS_TWICE else 1
        path = f"{self._base}/game-results"
        receipts = await asyncio.gather(*(self.guardian.post(path, records) for _ in range(times)))
        self.known.sent.update({record["id"]: record for record in records})
        if any(receipt["rejected"] for receipt in receipts):
            raise ValueError(f"A good result was rejected: {receipts}")

    def _result(self, play_id: str) -> dict[str, Any]:
        ago = timedelta(milliseconds=self.chance.randint(0, 60_000))
        return {
            "id": str(uuid4()),
            "game": self.game,
            "version": 1,
            "play_id": play_id,
            "started_at": (datetime.now(UTC) - ago).isoformat(timespec="milliseconds"),
            "duration_ms": 10_000,
            "result": {"score": self.chance.randint(0, 100)},
        }

    @property
    def _base(self) -> str:
        return f"/children/{self.known.child}"


def _code(problem: httpx.Response) -> str:
    return problem.json()["code"]
