"""What was planned, what was done, and how near the two are."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from dodam.features.therapy.models.results import DayStatus, ExceptionReason


class Dose(Struct, frozen=True):
    """Everything that was played, of the plan or not, without a cap; minutes are active ones."""

    plays: int
    repetitions: int
    minutes: float


class Planned(Struct, frozen=True):
    """What a plan asked for, each item in its own unit: nothing is converted."""

    items: int
    repetitions: int
    minutes: int


class AdherenceDay(Struct, frozen=True):
    """`adherence` is null on a day that does not count: unplanned, excused, or not over yet."""

    day: date
    status: DayStatus
    exception: ExceptionReason | None
    planned: Planned
    done: Dose
    adherence: float | None


class AdherencePeriod(Struct, frozen=True):
    """A stretch of days. `planned` and the counts of days are of days that count.

    `adherence` is the mean over their planned items of done ÷ target, each at most 1; null where
    nothing counts. `kept_days` are those on which anything was played. `excused_days` were planned
    and do not count; `done` is of every day.
    """

    from_day: date
    to_day: date
    planned_days: int
    kept_days: int
    goal_days: int
    excused_days: int
    planned: Planned
    done: Dose
    adherence: float | None


class AbsenceReason(StrEnum):
    """Why nothing was played on a planned day; all but `unexplained` excuse it."""

    ILLNESS = "illness"
    HOLIDAY = "holiday"
    HOSPITAL = "hospital"
    TRAVEL = "travel"
    OTHER = "other"
    UNEXPLAINED = "unexplained"


class MissedDay(Struct, frozen=True):
    day: date
    reason: AbsenceReason


class DoseReference(Struct, frozen=True):
    """Hours of practice after which trials found a gain (Jackman 2020): information, no target."""

    aim: str
    hours_from: int
    hours_to: int
    source: str


class CumulativeDose(Struct, frozen=True):
    """Active hours of the whole time and of the asked-for weeks, beside those of the literature.

    Trials counted practice with a therapist and at home within some weeks; ours are the minutes
    played with the game only.
    """

    hours: float
    hours_in_period: float
    references: list[DoseReference]


class Adherence(Struct, frozen=True):
    """ISO weeks up to today, oldest first; the newest may be under way."""

    child_id: UUID
    from_day: date
    to_day: date
    total: AdherencePeriod
    weeks: list[AdherencePeriod]
    days: list[AdherenceDay]
    missed: list[MissedDay]
    dose: CumulativeDose


class CaseloadAdherence(Struct, frozen=True):
    """One child of a caseload over the last 14 and 56 days up to yesterday, where it lives.

    `change` is the adherence of 2 weeks minus that of 8.
    """

    child_id: UUID
    name: str
    two_weeks: AdherencePeriod
    eight_weeks: AdherencePeriod
    change: float | None
    last_played_on: date | None
