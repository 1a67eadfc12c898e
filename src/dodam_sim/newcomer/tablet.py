"""A child's tablet, which knows of the game only what the server tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import httpx

from dodam_sim.callers.family import Family
from dodam_sim.games.inventing import invent
from dodam_sim.games.sums import Played, add_up, as_told


@dataclass(slots=True)
class Tablet:
    """`counting` are the results that must count, as this tablet keeps them for itself."""

    family: Family
    child: UUID
    device: UUID
    game: str
    chance: Random
    counting: list[Played] = field(default_factory=list[Played])

    async def start(self, since: str | None = None) -> dict[str, Any]:
        """What a client needs at its start."""
        query = f"device_id={self.device}" + (f"&since={since}" if since else "")
        return await self.family.guardian.get(f"{self._base}/bootstrap?{query}")

    async def look(self) -> dict[str, Any]:
        """The game as the child sees it."""
        return await self.family.guardian.get(f"{self._base}/games/{self.game}")

    async def balance(self) -> int:
        return (await self.family.guardian.get(f"{self._base}/tickets"))["balance"]

    async def ask(self, play_id: str | None = None) -> httpx.Response:
        """Ask for a play; whatever the answer is."""
        body = {"id": play_id or str(uuid4()), "game": self.game}
        return await self.family.guardian.call("POST", f"{self._base}/game-plays", body)

    async def give_back(self, play_id: str) -> None:
        await self.family.guardian.ask("DELETE", f"{self._base}/game-plays/{play_id}")

    def play(
        self, schema: Mapping[str, Any], version: int, play_id: str | None, minutes_ago: float = 0
    ) -> dict[str, Any]:
        """A record of a play, its result invented from the schema."""
        at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        return {
            "id": str(uuid4()),
            "game": self.game,
            "version": version,
            "play_id": play_id,
            "started_at": at.isoformat(timespec="milliseconds"),
            "duration_ms": 45_000,
            "result": invent(schema, self.chance),
        }

    def counts(self, *records: Mapping[str, Any]) -> None:
        """Note records that must count."""
        self.counting += [
            Played(each["id"], datetime.fromisoformat(each["started_at"]), each["result"])
            for each in records
        ]

    async def upload(self, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The receipt."""
        return await self.family.guardian.post(f"{self._base}/game-results", records)

    async def aggregates(self, declared: Sequence[Mapping[str, Any]]) -> tuple[Any, Any]:
        """What the results that count add up to: by this tablet, and by the server."""
        return add_up(declared, self.counting), as_told((await self.look())["aggregates"])

    @property
    def _base(self) -> str:
        return f"/children/{self.child}"
