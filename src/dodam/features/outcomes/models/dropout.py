"""What a child's days say about whether it is about to stop playing.

Excused days on which nothing was played are taken out of the calendar before anything is counted:
an illness or a pause leaves the figures as they were.
"""

from collections.abc import Sequence
from enum import StrEnum
from itertools import takewhile

from msgspec import Struct

HORIZON_DAYS = 14
WINDOW_DAYS = 112
"""How far back is looked: enough that four weeks are left beside a pause of three months."""
LATELY = 10
"""Planned days; two weeks of a plan that asks for five days of the week."""
_STOPPED_AFTER = 14
_LEAST_DAYS = 14
_LEAST_PLANNED = 4
_MOST_WEEKS = 12


class KeptDay(Struct, frozen=True):
    """A day with its plan: `asked` where something was planned and nothing excused it."""

    asked: bool
    excused: bool
    played: bool


class Features(Struct, frozen=True):
    """Five figures a clinician can check on the calendar.

    `silent_days`: days since the last play, rest days too. `missed_since`: planned days among them.
    `kept`: the share (0 to 1) of the last 20 planned days on which something was played.
    `kept_change`: the share of the last 10 minus that of the 10 before, and the less of it the
    fewer of these there are: one day is no trend. `weeks`: since therapy began, at most 12, because
    later it hardly matters.
    """

    silent_days: int
    missed_since: int
    kept: float
    kept_change: float
    weeks: float


class RiskState(StrEnum):
    """Whether there is a risk to tell.

    `stopped`: nothing was played for 14 days that were not excused; there is nothing left to
    predict. `paused`: the day that comes is excused. `nothing_planned`: the plan asks for none of
    the 14 days to come. `not_enough_data`: less than two weeks, or four days, of plan are over.
    """

    STOPPED = "stopped"
    ESTIMATED = "estimated"
    NOT_ENOUGH_DATA = "not_enough_data"
    PAUSED = "paused"
    NOTHING_PLANNED = "nothing_planned"


def state_of(past: Sequence[KeptDay], ahead: Sequence[KeptDay]) -> RiskState:
    """What can be told of a child whose days until now are `past`, oldest first.

    `ahead` are the next 14 days. Today is the first of them, or the last of `past` once something
    was played.
    """
    if ahead[0].excused:
        return RiskState.PAUSED
    if not any(day.asked for day in ahead):
        return RiskState.NOTHING_PLANNED
    days = _counted(past)
    if len(days) < _LEAST_DAYS or sum(day.asked for day in days) < _LEAST_PLANNED:
        return RiskState.NOT_ENOUGH_DATA
    if len(_silent(days)) >= _STOPPED_AFTER:
        return RiskState.STOPPED
    return RiskState.ESTIMATED


def features_of(past: Sequence[KeptDay], days_since_start: int) -> Features:
    """The figures of a child of whom there is enough data (`state_of`)."""
    days = _counted(past)
    silent = _silent(days)
    planned = [day for day in days if day.asked]
    lately, before = planned[-LATELY:], planned[-2 * LATELY : -LATELY]
    return Features(
        silent_days=len(silent),
        missed_since=sum(day.asked for day in silent),
        kept=_played(before + lately) / len(before + lately),
        kept_change=(_played(lately) * len(before) / len(lately) - _played(before)) / LATELY,
        weeks=min(days_since_start / 7, _MOST_WEEKS),
    )


def _counted(past: Sequence[KeptDay]) -> list[KeptDay]:
    """Without the excused days, and from the first day on that was planned or played."""
    days = [day for day in past if day.played or not day.excused]
    first = next((n for n, day in enumerate(days) if day.asked or day.played), len(days))
    return days[first:]


def _silent(days: Sequence[KeptDay]) -> list[KeptDay]:
    """The days since the last play."""
    return list(takewhile(lambda day: not day.played, reversed(days)))


def _played(days: Sequence[KeptDay]) -> int:
    return sum(day.played for day in days)
