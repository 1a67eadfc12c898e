"""The built-in mini-games, as the makers of their clients know them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dodam_sim.games.inventing import Schema
from dodam_sim.games.sums import Declared


@dataclass(frozen=True, slots=True)
class Reward:
    """A ticket for a result whose number at the pointer `of` is large enough."""

    of: str
    at_least: float
    most_a_day: int = 1


@dataclass(frozen=True, slots=True)
class MiniGame:
    """A game: what a client sends of a play, what is kept of it, and when it may be played.

    It opens after so many `attended_days`; if it is `for_therapy`, by the day's therapy or else for
    a ticket. If it `rests`, one play is all there is for a while.
    """

    results: Schema
    aggregates: Sequence[Declared]
    plays_a_day: int
    reward: Reward
    attended_days: int = 0
    for_therapy: bool = False
    rests: bool = False


def _results(**members: Schema) -> Schema:
    return {"type": "object", "properties": members, "required": [*members]}


def _count(most: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": 0, "maximum": most}


_HAND = {"enum": ["left", "right", "both"]}
_SECONDS = {"type": "number", "minimum": 5, "maximum": 240}
_DONE = {"type": "boolean"}

MINI_GAMES: Mapping[str, MiniGame] = {
    "brushing": MiniGame(
        results=_results(
            hand=_HAND,
            seconds=_SECONDS,
            coverage={"type": "number", "minimum": 0.2, "maximum": 1},
            completed=_DONE,
        ),
        aggregates=[
            {"name": "times", "kind": "count"},
            {"name": "best_coverage", "kind": "best", "of": "/coverage"},
            {"name": "last_coverage", "kind": "last", "of": "/coverage"},
            {"name": "total_seconds", "kind": "sum", "of": "/seconds"},
        ],
        plays_a_day=3,
        reward=Reward("/coverage", at_least=0.8, most_a_day=2),
    ),
    "cooking": MiniGame(
        results=_results(
            recipe={"enum": ["rice_balls", "pancakes", "fruit_punch"]},
            stars=_count(3),
            score=_count(400),
            mistakes=_count(30),
            seconds=_SECONDS,
            completed=_DONE,
            steps={
                "type": "array",
                "maxItems": 4,
                "items": _results(
                    action={"enum": ["pour", "stir", "flip"]},
                    repetitions=_count(12),
                    mistakes=_count(6),
                    seconds=_SECONDS,
                ),
            },
        ),
        aggregates=[
            {"name": "dishes", "kind": "count"},
            {"name": "stars", "kind": "sum", "of": "/stars"},
            {"name": "best_score", "kind": "best", "of": "/score"},
            {"name": "best_dishes", "kind": "leaders", "of": "/score", "most": 5},
            {"name": "fewest_mistakes", "kind": "best", "of": "/mistakes", "order": "lowest"},
        ],
        plays_a_day=5,
        reward=Reward("/stars", at_least=3),
        attended_days=3,
    ),
    "up_stairs": MiniGame(
        results=_results(
            hand=_HAND,
            floors=_count(140),
            best_combo=_count(40),
            seconds=_SECONDS,
            ended_by={"enum": ["time", "fall", "child"]},
        ),
        aggregates=[
            {"name": "times", "kind": "count"},
            {"name": "highest_floor", "kind": "best", "of": "/floors"},
            {"name": "best_combo", "kind": "best", "of": "/best_combo"},
            {"name": "all_floors", "kind": "sum", "of": "/floors"},
            {"name": "last_floor", "kind": "last", "of": "/floors"},
            {"name": "highest_climbs", "kind": "leaders", "of": "/floors", "most": 10},
        ],
        plays_a_day=10,
        reward=Reward("/floors", at_least=100),
        for_therapy=True,
    ),
    "videos": MiniGame(
        results=_results(
            video={"enum": ["a_day_at_sea", "how_bread_is_made"]},
            seconds_watched=_SECONDS,
            completed=_DONE,
            questions_asked=_count(5),
            questions_right=_count(5),
        ),
        aggregates=[
            {"name": "times", "kind": "count"},
            {"name": "seconds_watched", "kind": "sum", "of": "/seconds_watched"},
            {"name": "questions_right", "kind": "sum", "of": "/questions_right"},
            {"name": "last_questions_right", "kind": "last", "of": "/questions_right"},
        ],
        plays_a_day=3,
        reward=Reward("/questions_right", at_least=3),
        for_therapy=True,
        rests=True,
    ),
}
