"""How near a child's days are to its plan.

Adherence is how far what is done corresponds with what was agreed (WHO 2003, Adherence to
long-term therapies, chapter I). As in trials of children's home programmes (Johnson 2020, BMJ Open
10:e040108: the percentage of prescribed exercises that were done) it is counted by planned items;
here each counts by how far it came, at most whole.
"""

from collections.abc import Sequence
from datetime import date

from dodam.features.outcomes.models.adherence import (
    AbsenceReason,
    AdherenceDay,
    AdherencePeriod,
    Dose,
    DoseReference,
    MissedDay,
    Planned,
)
from dodam.features.therapy.models.days import Day, period
from dodam.platform.i18n import Language, Text

_MS_A_MINUTE = 60_000
_JACKMAN = "Jackman 2020, Aust Occup Ther J 67:269, doi:10.1111/1440-1630.12666"
_REFERENCES = (
    (Text(en="to reach individual goals", ko="개별 목표 달성"), 14, 25),
    (
        Text(en="to improve general arm and hand function", ko="전반적인 팔·손 기능 향상"),
        30,
        40,
    ),
)


def adherence_day(day: Day, today: date) -> AdherenceDay:
    return AdherenceDay(
        day=day.day,
        status=day.status,
        exception=day.exception,
        planned=planned([day]),
        done=dose([day]),
        adherence=adherence([day], today),
    )


def adherence_period(days: Sequence[Day], today: date) -> AdherencePeriod:
    """Of at least one day."""
    over = [day for day in days if day.day < today]
    counted = _counted(days, today)
    return AdherencePeriod(
        from_day=days[0].day,
        to_day=days[-1].day,
        planned_days=len(counted),
        kept_days=sum(day.attended for day in counted),
        goal_days=sum(day.goal_reached for day in counted),
        excused_days=sum(day.planned is not None and day.exception is not None for day in over),
        planned=planned(counted),
        done=dose(days),
        adherence=adherence(days, today),
    )


def adherence(days: Sequence[Day], today: date) -> float | None:
    """The mean over planned items of done / target, each at most 1, on days that count."""
    counted = _counted(days, today)
    return period(counted).completion if counted else None


def missed(days: Sequence[Day], today: date) -> list[MissedDay]:
    """The planned days that are over and on which nothing was played."""
    return [
        MissedDay(
            day.day, AbsenceReason(day.exception) if day.exception else AbsenceReason.UNEXPLAINED
        )
        for day in days
        if day.day < today and day.planned is not None and not day.attended
    ]


def planned(days: Sequence[Day]) -> Planned:
    items = [item for day in days for item in day.items]
    return Planned(
        items=len(items),
        repetitions=sum(item.target_repetitions or 0 for item in items),
        minutes=sum(item.target_minutes or 0 for item in items),
    )


def dose(days: Sequence[Day]) -> Dose:
    return Dose(
        plays=sum(day.played.plays for day in days),
        repetitions=sum(day.played.repetitions for day in days),
        minutes=round(sum(day.played.active_ms for day in days) / _MS_A_MINUTE, 1),
    )


def references(language: Language) -> list[DoseReference]:
    return [
        DoseReference(aim.read(language), hours_from, hours_to, _JACKMAN)
        for aim, hours_from, hours_to in _REFERENCES
    ]


def _counted(days: Sequence[Day], today: date) -> list[Day]:
    """Planned, not excused, and over: today may still be kept."""
    return [day for day in days if day.counts_as_planned and day.day < today]
