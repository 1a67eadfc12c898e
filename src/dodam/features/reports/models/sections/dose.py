"""How much was planned and done: by week, by day, and the days that were missed."""

from collections import Counter, defaultdict
from datetime import timedelta

from dodam.features.outcomes.models.adherence import AbsenceReason, Adherence, AdherencePeriod
from dodam.features.reports.models.attendance_chart import attendance_chart
from dodam.features.reports.models.document import (
    Block,
    Chart,
    Charts,
    Fact,
    Facts,
    Figure,
    KeyFigures,
    Paragraph,
    Section,
    Table,
)
from dodam.features.reports.models.sections.notes import Note, noted
from dodam.features.reports.models.wording import (
    ABSENCE_REASONS,
    DAY_STATUSES,
    NONE,
    Words,
    dashed,
    decimal,
    percent,
    whole,
)
from dodam.features.therapy.models.results import DayStatus
from dodam.platform.i18n import Text

_HEADING = Text(ko="훈련량과 이행", en="Dose and adherence")
_ADHERENCE = noted(Text(ko="이행률", en="Adherence"), Note.ADHERENCE)
_ITEMS = Text(ko="계획 항목 {items}개의 평균", en="mean of {items} planned items")
_KEPT = Text(ko="훈련한 날", en="Days kept")
_KEPT_VALUE = Text(ko="{kept} / {planned}일", en="{kept} / {planned}")
_KEPT_DETAIL = Text(
    ko="목표 달성 {goals}일, 쉬기로 한 날 {excused}일",
    en="{goals} with all targets, {excused} excused",
)
_MINUTES = noted(Text(ko="주당 훈련 시간", en="Active minutes a week"), Note.DOSE)
_MINUTES_VALUE = Text(ko="{minutes}분", en="{minutes} min")
_MINUTES_DETAIL = Text(ko="이 기간 합계 {hours}시간", en="{hours} h in the period")
_REPETITIONS = Text(ko="주당 반복 횟수", en="Repetitions a week")
_REPETITIONS_VALUE = Text(ko="{repetitions}회", en="{repetitions}")
_REPETITIONS_DETAIL = Text(ko="이 기간 합계 {repetitions}회", en="{repetitions} in the period")
_CALENDAR = Text(ko="날마다", en="Day by day")
_CALENDAR_ALT = Text(
    ko="{first}부터 {last}까지의 달력. {counts}.", en="A calendar from {first} to {last}. {counts}."
)
_COUNT = Text(ko="{status} {days}일", en="{status}: {days} days")
_WEEKS = Text(ko="주별 계획과 실행", en="Planned and done, week by week")
_COLUMNS = (
    Text(ko="주", en="Week"),
    Text(ko="훈련한 날 / 계획", en="Days kept / planned"),
    Text(ko="한 시간(분) / 계획", en="Minutes done / planned"),
    Text(ko="한 횟수 / 계획", en="Repetitions done / planned"),
    _ADHERENCE,
)
_TOTAL = Text(ko="합계", en="Total")
_MISSED = Text(ko="빠진 날과 이유", en="Days not played, and why")
_MISSED_DAYS = Text(ko="{reason} ({days}일)", en="{reason} ({days})")
_NONE_MISSED = Text(ko="빠진 날이 없어요.", en="No planned day was missed.")
_PRACTICE = Text(ko="훈련 시간", en="Hours of practice")
_HOURS = Text(ko="지금까지 합계", en="Since the beginning")
_HOURS_VALUE = Text(ko="{hours}시간", en="{hours} h")
_REFERENCE = Text(ko="참고: {aim}", en="For reference: {aim}")
_REFERENCE_VALUE = Text(
    ko="{hours}시간 ({source})",
    en="{hours} h ({source})",
)


def dose_section(words: Words, adherence: Adherence) -> Section:
    blocks: list[Block] = [
        _key_figures(words, adherence),
        Charts([_calendar(words, adherence)]),
        _weeks(words, adherence),
    ]
    if adherence.missed:
        blocks.append(_missed(words, adherence))
    elif adherence.total.planned_days:
        blocks.append(Paragraph(words.say(_NONE_MISSED)))
    blocks.append(_hours(words, adherence))
    return Section(words.say(_HEADING), blocks)


def _key_figures(words: Words, adherence: Adherence) -> KeyFigures:
    total = adherence.total
    weeks = _weeks_of_therapy(adherence)
    return KeyFigures(
        [
            Figure(
                label=words.say(_ADHERENCE),
                value=percent(total.adherence),
                detail=words.say(_ITEMS, items=total.planned.items),
            ),
            Figure(
                label=words.say(_KEPT),
                value=words.say(_KEPT_VALUE, kept=total.kept_days, planned=total.planned_days),
                detail=words.say(_KEPT_DETAIL, goals=total.goal_days, excused=total.excused_days),
            ),
            Figure(
                label=words.say(_MINUTES),
                value=words.say(_MINUTES_VALUE, minutes=whole(total.done.minutes / weeks)),
                detail=words.say(_MINUTES_DETAIL, hours=decimal(adherence.dose.hours_in_period)),
            ),
            Figure(
                label=words.say(_REPETITIONS),
                value=words.say(
                    _REPETITIONS_VALUE, repetitions=whole(total.done.repetitions / weeks)
                ),
                detail=words.say(_REPETITIONS_DETAIL, repetitions=whole(total.done.repetitions)),
            ),
        ]
    )


def _weeks_of_therapy(adherence: Adherence) -> float:
    """Since the first day on which anything was asked for or played, and one at least."""
    begun = (each.day for each in adherence.days if each.status is not DayStatus.REST)
    first = next(begun, adherence.from_day)
    return max(1.0, ((adherence.to_day - first).days + 1) / 7)


def _calendar(words: Words, adherence: Adherence) -> Chart:
    statuses = {each.day: each.status for each in adherence.days}
    mondays = [
        adherence.from_day + timedelta(days=days)
        for days in range(0, (adherence.to_day - adherence.from_day).days + 1, 7)
    ]
    names = {status: words.say(name) for status, name in DAY_STATUSES.items()}
    counts = Counter(statuses.values())
    return Chart(
        title=words.say(_CALENDAR),
        svg=attendance_chart(
            statuses,
            {monday: words.short_day(monday) for monday in mondays},
            words.weekdays(),
            names,
        ),
        alt=words.say(
            _CALENDAR_ALT,
            first=words.day(adherence.from_day),
            last=words.day(adherence.to_day),
            counts=", ".join(
                words.say(_COUNT, status=names[status], days=counts[status])
                for status in names
                if counts[status]
            ),
        ),
        note="",
    )


def _weeks(words: Words, adherence: Adherence) -> Table:
    rows = [
        [words.short_days(week.from_day, week.to_day), *_sums(week)] for week in adherence.weeks
    ]
    return Table(
        caption=words.say(_WEEKS),
        columns=[words.say(column) for column in _COLUMNS],
        rows=[*rows, [words.say(_TOTAL), *_sums(adherence.total)]],
        words=[],
    )


def _sums(period: AdherencePeriod) -> list[str]:
    return [
        f"{period.kept_days} / {period.planned_days}",
        _beside(period.done.minutes, period.planned.minutes),
        _beside(period.done.repetitions, period.planned.repetitions),
        percent(period.adherence),
    ]


def _beside(done: float, planned: int) -> str:
    """Done and planned; of what no target was set in, nothing was planned."""
    return f"{whole(done)} / {whole(planned) if planned else NONE}"


def _missed(words: Words, adherence: Adherence) -> Facts:
    days: dict[AbsenceReason, list[str]] = defaultdict(list)
    for each in adherence.missed:
        days[each.reason].append(words.short_day(each.day))
    return Facts(
        [
            Fact(
                words.say(
                    _MISSED_DAYS, reason=words.say(ABSENCE_REASONS[reason]), days=len(days[reason])
                ),
                ", ".join(days[reason]),
            )
            for reason in ABSENCE_REASONS
            if reason in days
        ],
        caption=words.say(_MISSED),
    )


def _hours(words: Words, adherence: Adherence) -> Facts:
    dose = adherence.dose
    return Facts(
        [
            Fact(words.say(_HOURS), words.say(_HOURS_VALUE, hours=decimal(dose.hours))),
            *(
                Fact(
                    words.say(_REFERENCE, aim=each.aim),
                    words.say(
                        _REFERENCE_VALUE,
                        hours=dashed(str(each.hours_from), str(each.hours_to)),
                        source=each.source,
                    ),
                )
                for each in dose.references
            ),
        ],
        caption=words.say(_PRACTICE),
    )
