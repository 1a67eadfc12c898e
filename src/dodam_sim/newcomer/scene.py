"""Who and what the story is about."""

from dataclasses import dataclass
from random import Random
from typing import Any

from dodam_sim.callers.api import Api, Person
from dodam_sim.newcomer.telling import Story


@dataclass(frozen=True, slots=True)
class Scene:
    """A newcomer among the staff, and the game being made."""

    story: Story
    api: Api
    newcomer: Person
    game: str
    chance: Random

    async def definition(self, version: int) -> dict[str, Any]:
        """What was published, as the server tells it."""
        path = f"/staff/games/{self.game}/versions/{version}"
        return (await self.newcomer.get(path))["definition"]
