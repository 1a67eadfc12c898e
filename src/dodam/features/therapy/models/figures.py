"""Figures across all children."""

from datetime import date

from msgspec import Struct


class DayFigures(Struct, frozen=True):
    """One day across all children, without those of test accounts.

    Plays are counted on the children's therapy days, accounts and children on the day (UTC) they
    were new.
    """

    day: date
    active_children: int
    plays: int
    minutes: float
    new_accounts: int
    new_children: int


class Figures(Struct, frozen=True):
    from_day: date
    to_day: date
    days: list[DayFigures]
