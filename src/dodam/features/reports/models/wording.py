"""How figures, dates and the words of other features are written in a report."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from dodam.features.children.models.children import AffectedHand, DominantHand, Sex
from dodam.features.content.models.motions import Motion, TherapyHand
from dodam.features.outcomes.models.adherence import AbsenceReason
from dodam.features.outcomes.models.estimates import Estimate
from dodam.features.therapy.models.plans import PlanSource
from dodam.features.therapy.models.results import DayStatus
from dodam.platform.i18n import Language, Text

_DASH = "\N{EN DASH}"
NONE = _DASH
WEEKDAYS = Text(ko="월 화 수 목 금 토 일", en="Mon Tue Wed Thu Fri Sat Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HANDS = {
    TherapyHand.LEFT: Text(ko="왼손", en="Left"),
    TherapyHand.RIGHT: Text(ko="오른손", en="Right"),
    TherapyHand.BOTH: Text(ko="양손", en="Both"),
}
AFFECTED = {
    AffectedHand.LEFT: Text(ko="왼손", en="Left"),
    AffectedHand.RIGHT: Text(ko="오른손", en="Right"),
    AffectedHand.BOTH: Text(ko="양손", en="Both"),
}
DOMINANT = {
    DominantHand.LEFT: Text(ko="왼손", en="Left"),
    DominantHand.RIGHT: Text(ko="오른손", en="Right"),
    DominantHand.UNDECIDED: Text(ko="아직 정해지지 않음", en="Undecided"),
}
SEXES = {
    Sex.FEMALE: Text(ko="여", en="Female"),
    Sex.MALE: Text(ko="남", en="Male"),
}
PLAN_SOURCES = {
    PlanSource.DEFAULT: Text(ko="기본 규칙", en="Default rules"),
    PlanSource.GUARDIAN: Text(ko="보호자", en="Guardian"),
    PlanSource.CLINICIAN: Text(ko="치료사", en="Clinician"),
    PlanSource.PROTOCOL: Text(ko="임상시험 계획서", en="Trial protocol"),
}
DAY_STATUSES = {
    DayStatus.PLANNED: Text(ko="예정", en="Planned"),
    DayStatus.DONE: Text(ko="목표 달성", en="Targets met"),
    DayStatus.PARTIAL: Text(ko="일부", en="Partly"),
    DayStatus.MISSED: Text(ko="빠짐", en="Missed"),
    DayStatus.REST: Text(ko="계획 없는 날", en="Rest day"),
    DayStatus.EXTRA: Text(ko="계획 외", en="Extra"),
    DayStatus.EXCUSED: Text(ko="쉬기로 한 날", en="Excused"),
}
ABSENCE_REASONS = {
    AbsenceReason.ILLNESS: Text(ko="아픔", en="Illness"),
    AbsenceReason.HOLIDAY: Text(ko="휴일", en="Holiday"),
    AbsenceReason.HOSPITAL: Text(ko="병원 진료·입원", en="Hospital"),
    AbsenceReason.TRAVEL: Text(ko="여행", en="Travel"),
    AbsenceReason.OTHER: Text(ko="그 밖의 이유", en="Other"),
    AbsenceReason.UNEXPLAINED: Text(ko="이유를 알 수 없음", en="Unexplained"),
}
# Of a change of a share; one in per cent would be relative.
POINTS = Text(ko="%p", en=" pp")
# Controls that turn the direction of what follows them (UAX #9): a name must not turn a line.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Words(Struct, frozen=True):
    """Writes for a reader of `language`, in the child's time zone."""

    language: Language
    time_zone: str
    motions: Mapping[str, Motion]

    def say(self, text: Text, **values: object) -> str:
        return text.read(self.language).format(**values)

    def motion(self, motion: str) -> str:
        """The motion's name; its id where it has left the catalogue."""
        known = self.motions.get(motion)
        return known.name.read(self.language) if known else motion

    def weekdays(self) -> list[str]:
        return WEEKDAYS.read(self.language).split()

    def day(self, day: date) -> str:
        if self.language is Language.KOREAN:
            return f"{day.year}년 {day.month}월 {day.day}일"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def short_day(self, day: date) -> str:
        if self.language is Language.KOREAN:
            return f"{day.month}/{day.day}"
        return f"{day.day} {_MONTHS[day.month - 1]}"

    def days(self, first: date, last: date) -> str:
        return f"{self.day(first)} {_DASH} {self.day(last)}"

    def short_days(self, first: date, last: date) -> str:
        return f"{self.short_day(first)} {_DASH} {self.short_day(last)}"

    def played(self, motion: str, hand: TherapyHand) -> str:
        """A motion with the hand that plays it."""
        return f"{self.motion(motion)} · {self.say(HANDS[hand])}"

    def time(self, at: datetime) -> str:
        local = at.astimezone(ZoneInfo(self.time_zone))
        return f"{self.day(local.date())} {local:%H:%M}"


def whole(number: float) -> str:
    return f"{number:,.0f}"


def decimal(value: float | None) -> str:
    return NONE if value is None else f"{value:,.1f}"


def hundredths(share: float) -> str:
    return f"{share * 100:.0f}"


def signed(share: float) -> str:
    """A change of a share, or by a share, in hundredths."""
    rounded = round(share * 100)
    return f"{rounded:+}" if rounded else "0"


def percent(share: float | None) -> str:
    return NONE if share is None else f"{hundredths(share)}%"


def estimated(estimate: Estimate | None, write: Callable[[float], str], unit: str = "") -> str:
    """A value with its unit and, in brackets, its 95 % interval."""
    if estimate is None:
        return NONE
    value = f"{write(estimate.value)}{unit}"
    if estimate.low is None or estimate.high is None:
        return value
    return f"{value} ({dashed(write(estimate.low), write(estimate.high))})"


def dashed(low: str, high: str) -> str:
    """A range; where its ends have signs, a dash would be taken for one."""
    return f"{low}, {high}" if {low[0], high[0]} & {"+", "-"} else f"{low}{_DASH}{high}"


def legible(text: str) -> str:
    """A person's own words on one line, without characters that cannot be seen or that turn it."""
    seen = (
        " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character
        for character in text
        if character not in _TURNING
    )
    return " ".join("".join(seen).split())
