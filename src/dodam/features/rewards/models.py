"""Words of therapy tickets."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.platform.masking.sensitive import Sensitive

MOST_GRANTED = 100


class TicketReason(StrEnum):
    """What tickets were earned by or spent on."""

    ATTENDANCE = "attendance"
    GOAL_REACHED = "goal_reached"
    STREAK = "streak"
    GAME_REWARD = "game_reward"
    GAME_PLAYED = "game_played"
    GAME_GIVEN_BACK = "game_given_back"
    GRANTED_BY_STAFF = "granted_by_staff"
    PROMOTION = "promotion"


class TicketEntry(Struct, frozen=True):
    """One line of a child's ledger: `tickets` is above 0 where they were earned, else below.

    `number` is its place, from 1. `reference` names what it is for, such as a therapy day or a
    play; a child has one line for a reason and a reference. `text` says so in a sentence. `balance`
    is what the child had afterwards.
    """

    number: int
    reason: TicketReason
    reference: str
    text: str
    tickets: int
    balance: int
    at: datetime


class TicketPage(Struct, frozen=True):
    """What a child has, and lines of its ledger, the newest first.

    `next_before` asks for the page after, null on the last.
    """

    balance: int
    entries: list[TicketEntry]
    next_before: int | None


class TicketRules(Struct, frozen=True):
    """Tickets for a day attended, for a day whose plan is done, and for streaks by their length."""

    day: int
    goal: int
    streaks: Mapping[int, int]

    def for_streak(self, length: int) -> int:
        """Of a length that is not named, as many as for the longest one below."""
        reached = [each for each in self.streaks if each <= length]
        return self.streaks[max(reached)] if reached else 0


class NewTicketGrant(Struct, frozen=True, forbid_unknown_fields=True):
    """Tickets to give a child or, below 0, to take back; `id` is made by the client (UUIDv7).

    The family reads the reason.
    """

    id: UUID
    tickets: Annotated[int, Meta(ge=-MOST_GRANTED, le=MOST_GRANTED)]
    reason: Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$"), Sensitive]


class TicketGrant(Struct, frozen=True):
    """Tickets that were given or taken back; `balance` is what the child has now."""

    id: UUID
    tickets: int
    reason: str
    balance: int
