"""Results of mini-games, as tablets send them and as they are looked at."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.games.models.definitions import GameId
from dodam.features.therapy.models.plays import DeviceClock
from dodam.platform.errors import FieldError
from dodam.platform.json_schema.schemas import JsonSchema
from dodam.platform.json_values import json_error
from dodam.platform.masking.sensitive import Sensitive

_MOST_BYTES = 16 * 1024
_MOST_LEVELS = 32


class GameResultRecord(Struct, frozen=True):
    """How one play of a mini-game went, by the game's own schema of the version that was played.

    `id` is made by the tablet (UUIDv7). `play_id` is the play that was granted, which a game with
    limits or locks needs for a result to count. Times carry an offset; `sent_at` is what the
    tablet's clock shows when it sends, by which a wrong clock is noticed and corrected. `result` is
    at most 16 KiB, and nested at most 32 levels deep.
    """

    id: UUID
    game: GameId
    version: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    started_at: Annotated[datetime, Meta(tz=True)]
    duration_ms: Annotated[int, Meta(ge=0, le=86_400_000)]
    result: Annotated[dict[str, Any], Sensitive]
    play_id: UUID | None = None
    device: Annotated[str, Meta(max_length=100, pattern=r"^[^\x00]*$"), Sensitive] | None = None
    sent_at: Annotated[datetime, Meta(tz=True)] | None = None


class GameResult(Struct, frozen=True):
    """A result as it was uploaded. One that is not `counted` is in no aggregate.

    `device_started_at` is what the tablet's clock said, where that could not be true.
    """

    id: UUID
    version: int
    play_id: UUID | None
    therapy_day: date
    started_at: datetime
    duration_ms: int
    result: Annotated[dict[str, Any], Sensitive]
    counted: bool
    device: Annotated[str, Sensitive] | None
    clock: DeviceClock
    device_started_at: datetime | None
    received_at: datetime


class GameResultPage(Struct, frozen=True):
    """Results of a game, the latest first.

    `next_before` asks for the page after, null on the last.
    """

    child_id: UUID
    game: str
    results: list[GameResult]
    next_before: UUID | None


def errors_in(result: dict[str, Any], schema: JsonSchema) -> list[FieldError]:
    """Why a result cannot be taken, by the schema of the version that was played."""
    unkept = json_error(result, "result", most_bytes=_MOST_BYTES, most_levels=_MOST_LEVELS)
    return [unkept] if unkept else schema.errors(result, "result")
