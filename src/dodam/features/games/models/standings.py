"""What a child's results of a game add up to."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class Leader(Struct, frozen=True):
    """One of a child's own best results."""

    value: float
    result_id: UUID
    played_at: datetime


class Standing(Struct, frozen=True):
    """What a child has reached in a game: values of the definition's aggregates by name.

    `best` and `last` are numbers, null before there is one; `sum` is a number, `count` an integer;
    `leaders` are a list, the best first. `results` is how many results count.
    """

    game: str
    results: int
    aggregates: dict[str, float | list[Leader] | None]
    last_played_at: datetime | None
