"""Days off: how a family tells that a child is ill or away, by pauses or one day at a time."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from dodam_sim.families.chance import lucky, stream
from dodam_sim.families.persona import Child
from dodam_sim.families.therapy_day import days_between

_LONG = 3
"""From so many days in a row on a family makes a pause of them."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Days in a row, both ends included, that are excused at once.

    `ends_unknown`: it is begun without an end, which is told later.
    """

    first: date
    last: date
    reason: str
    ends_unknown: bool


@dataclass(frozen=True, slots=True)
class Absence:
    """All days off of one child: its pauses, and single days, each with its reason."""

    pauses: list[Pause] = field(default_factory=list[Pause])
    single: dict[date, str] = field(default_factory=dict[date, str])

    def reasons(self) -> dict[date, str]:
        """Why each day is excused; what was said of a single day counts before a pause."""
        paused = {
            day: pause.reason
            for pause in self.pauses
            for day in days_between(pause.first, pause.last)
        }
        return paused | self.single


def absence_of(child: Child) -> Absence:
    """Return how the family tells of the days that it excuses."""
    chance = stream(child.id, "absence")
    absence = Absence()
    for days, reason in _runs(child.excused, child.sick):
        if len(days) < _LONG:
            absence.single.update(dict.fromkeys(days, reason))
            continue
        absence.pauses.append(Pause(days[0], days[-1], reason, ends_unknown=lucky(chance, 0.4)))
        if lucky(chance, 0.3):
            absence.single[chance.choice(days)] = "hospital"
    return absence


def _runs(excused: Collection[date], sick: Collection[date]) -> Iterator[tuple[list[date], str]]:
    """The excused days, those in a row for the same reason together."""
    run: list[date] = []
    why = ""
    for day in sorted(excused):
        reason = "illness" if day in sick else "holiday"
        if run and (day - run[-1] > timedelta(days=1) or reason != why):
            yield run, why
            run = []
        run.append(day)
        why = reason
    if run:
        yield run, why
