"""What the server answers about mini-games, as far as a family reads it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from dodam_sim.families.answers import Reason


class Lock(Struct, frozen=True):
    open: bool
    plays_left: int | None
    reasons: list[Reason]


class OfferedGame(Struct, frozen=True):
    id: str
    version: int
    lock: Lock
    results: int
    aggregates: dict[str, Any]


class Play(Struct, frozen=True):
    id: UUID
    game: str
    version: int
    granted_at: datetime
    tickets_spent: int


class Details(Struct, frozen=True):
    reasons: list[Reason] = []


class Refusal(Struct, frozen=True):
    """Why a play was not granted."""

    code: str
    details: Details = Details()


class TicketEntry(Struct, frozen=True):
    number: int
    reason: str
    reference: str
    tickets: int
    balance: int


class TicketPage(Struct, frozen=True):
    balance: int
    entries: list[TicketEntry]
    next_before: int | None


Start = dict[str, Any]
"""What a client is told at its start, section by section."""
