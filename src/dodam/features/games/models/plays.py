"""Plays of mini-games that the server grants."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.games.models.definitions import GameId
from dodam.features.games.models.standings import Leader
from dodam.platform.i18n import Text


class NewPlay(Struct, frozen=True, forbid_unknown_fields=True):
    """A play that a tablet asks for; `id` is made by the tablet (UUIDv7)."""

    id: UUID
    game: GameId


class Play(Struct, frozen=True):
    """A play that was granted, of the game's version of that moment.

    `plays_left` is how many more may begin on this therapy day; null without a limit.
    """

    id: UUID
    game: str
    version: Annotated[int, Meta(ge=1)]
    granted_at: datetime
    tickets_spent: int
    plays_left: int | None


class LockReason(Struct, frozen=True):
    """Why a game is closed, in a stable code and a sentence; `available_at` is when this may hold
    again, null where that is in the family's hands.
    """

    code: str
    message: str
    available_at: datetime | None


class Lock(Struct, frozen=True):
    """Whether a play would be granted now, and why not.

    `tickets` is what it would cost. `available_at` is when to ask again: the earliest instant at
    which every reason that time removes is gone; null where time alone does not open the game.
    """

    open: bool
    tickets: int
    plays_left: int | None
    reasons: list[LockReason]
    available_at: datetime | None


class OfferedGame(Struct, frozen=True):
    """A game as a child sees it. `icon` is a URL."""

    id: str
    version: int
    name: Text
    description: Text
    icon: str | None
    lock: Lock
    results: int
    aggregates: dict[str, float | list[Leader] | None]
    last_played_at: datetime | None
