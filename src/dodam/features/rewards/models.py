"""Words of therapy tickets."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class TicketReason(StrEnum):
    """What tickets were earned by or spent on."""

    ATTENDANCE = "attendance"
    GOAL_REACHED = "goal_reached"
    STREAK = "streak"
    GAME_REWARD = "game_reward"
    GAME_PLAYED = "game_played"
    GAME_GIVEN_BACK = "game_given_back"
    GRANTED_BY_STAFF = "granted_by_staff"


class TicketEntry(Struct, frozen=True):
    """One line of a child's ledger: `tickets` is above 0 where they were earned, else below.

    `number` is its place, from 1. `reference` names what it is for, such as a therapy day or a
    play; a child has one line for a reason and a reference. `balance` is what it had afterwards.
    """

    number: int
    reason: TicketReason
    reference: str
    tickets: int
    balance: int
    at: datetime
