"""What a mini-game is: data that staff write."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.games.models.conditions import AnyCondition
from dodam.platform.i18n import Text

GameId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{1,39}\Z", examples=["brushing"])]
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z", examples=["best_score"])]
# A JSON Pointer (RFC 6901) to a number in a result, such as `/score`.
Pointer = Annotated[str, Meta(pattern=r"^(/([^/~]|~[01])*)+\Z", max_length=200)]


class AggregateKind(StrEnum):
    """What is kept of a child's results.

    `best` is the highest or lowest number, `last` that of the result played last, `sum` adds up,
    `count` counts results, and `leaders` are the child's own best results.
    """

    BEST = "best"
    LAST = "last"
    SUM = "sum"
    COUNT = "count"
    LEADERS = "leaders"


class Order(StrEnum):
    """Which number is better."""

    HIGHEST = "highest"
    LOWEST = "lowest"


class Aggregate(Struct, frozen=True, forbid_unknown_fields=True):
    """One number (or a list of best results) kept for a child, from its results of this game.

    `of` points to a number in the result; a result that has none there is passed over. `count`
    needs none. `order` is for `best` and `leaders`; `most` is how many `leaders` there are.
    """

    name: Name
    kind: AggregateKind
    of: Pointer | None = None
    order: Order = Order.HIGHEST
    most: Annotated[int, Meta(ge=1, le=20)] = 5


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """How much may be played: plays a therapy day, and minutes from one play's start to the next.

    Without a number there is no such limit.
    """

    plays_a_day: Annotated[int, Meta(ge=1, le=100)] | None = None
    rest_minutes: Annotated[int, Meta(ge=1, le=1440)] | None = None


class Threshold(Struct, frozen=True, forbid_unknown_fields=True):
    """A number of the result that must be reached."""

    of: Pointer
    at_least: float


class Reward(Struct, frozen=True, forbid_unknown_fields=True):
    """Tickets for a result, at most for so many results a therapy day.

    A result that comes in later than the day after it was played earns none.
    """

    name: Name
    tickets: Annotated[int, Meta(ge=1, le=10)]
    most_a_day: Annotated[int, Meta(ge=1, le=10)] = 1
    when: Threshold | None = None


class Definition(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mini-game. Both schemas are JSON Schema, draft 2020-12, of an object.

    `settings` are what the game runs at where live settings say nothing else. `icon` is the id of
    an image. Without `unlock` the game is always open.
    """

    name: Text
    description: Text
    icon: UUID | None = None
    result_schema: dict[str, Any]
    settings_schema: dict[str, Any]
    settings: dict[str, Any]
    aggregates: Annotated[list[Aggregate], Meta(max_length=20)] = []
    limits: Limits = Limits()
    unlock: AnyCondition | None = None
    rewards: Annotated[list[Reward], Meta(max_length=5)] = []


class Game(Struct, frozen=True, kw_only=True):
    """A published version of a mini-game. A retired game is not offered any more."""

    id: str
    version: int
    position: int
    retired: bool
    definition: Definition
