"""A mini-game that counts scores, and its results as tablets send them."""

from datetime import datetime
from typing import Any

from tests.families import Guardian
from tests.staff import Staff

from .steps import publish, result_of

BEST = {"name": "best_score", "kind": "best", "of": "/score"}
SUM = {"name": "total_score", "kind": "sum", "of": "/score"}
COUNT = {"name": "times", "kind": "count"}
LAST = {"name": "last_score", "kind": "last", "of": "/score"}
LEADERS = {"name": "leaders", "kind": "leaders", "of": "/score", "most": 3}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "score": {"type": "number", "minimum": 0},
        "mood": {"type": "string", "maxLength": 100},
        "rounds": {"type": "array", "items": {"type": "integer"}, "maxItems": 100},
    },
    "required": ["score"],
    "additionalProperties": False,
}


async def publish_scores(admin: Staff, game: str | None = None, **fields: Any) -> str:
    """A game without limits or locks, so that every result counts, or its next version; its id."""
    aggregates = [BEST, SUM, COUNT, LAST, LEADERS]
    return await publish(
        admin, game, **{"result_schema": SCHEMA, "aggregates": aggregates, **fields}
    )


def scored(game: str, at: datetime, score: Any = 10, **fields: Any) -> dict[str, Any]:
    """A result as a tablet sends it, with what a test does not care about filled in."""
    told: dict[str, Any] = {"result": {"score": score}, **fields}
    return result_of(game, at.isoformat(), **told)


async def reached(guardian: Guardian, child: dict[str, Any], game: str) -> dict[str, Any]:
    """The child's aggregates in a game, as it is offered."""
    return (await guardian.get(f"/children/{child['id']}/games/{game}"))["aggregates"]
