"""What a weekly report says: a week beside the one before.

Of fewer than five people nothing is told, nor anything from which it could be worked out.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from msgspec import Struct

from dodam.features.crm.models.reports import Report, Section, Table
from dodam.features.therapy.models.figures import DayFigures
from dodam.features.therapy.models.reporting import WeekOfAll
from dodam.platform.i18n import Language, Text

FEWEST = 5
_WITHHELD = "-"
_BAR = 20
_MS_A_MINUTE = 60_000

_TITLE = Text(ko="도담 주간 보고 {week}", en="Dodam weekly report {week}")
_LEAD = Text(
    ko="{first} ~ {last}, 지난주와 비교. 테스트 계정은 빠져 있습니다. "
    "{fewest}명 미만에 관한 숫자는 적지 않습니다.",
    en="{first} to {last}, beside the week before. Test accounts are left out. "
    "Nothing is told of fewer than {fewest} people.",
)
_HEADLINES = Text(ko="한눈에 보기", en="At a glance")
_HEADLINES_TEXT = Text(
    ko="계획된 날에 무엇이든 했으면 연습한 날입니다. 놀이를 시작하고 하루가 지나 도착한 기록은 "
    "늦은 업로드입니다. 계정과 아이는 UTC 날짜로 셉니다.",
    en="A planned day is kept if something was played on it. An upload is late if it came more "
    "than a day after its play began. Accounts and children are counted by days in UTC.",
)
_DAYS = Text(ko="날마다", en="Day by day")
_DAYS_TEXT = Text(
    ko="아이들의 연습일로 센, 하루에 연습한 아이 수와 시간입니다.",
    en="How many children played, and for how long, on their own therapy days.",
)
_HEAD = (
    Text(ko="", en=""),
    Text(ko="이번 주", en="this week"),
    Text(ko="지난주", en="week before"),
    Text(ko="변화", en="change"),
)
_DAY_HEAD = (
    Text(ko="날짜", en="day"),
    Text(ko="아이", en="children"),
    Text(ko="분", en="minutes"),
    Text(ko="", en=""),
)
_NEW_ACCOUNTS = Text(ko="새 계정", en="new accounts")
_NEW_CHILDREN = Text(ko="새 아이", en="new children")
_ACTIVE = Text(ko="연습한 아이", en="children who played")
_PLANNED = Text(ko="계획된 날", en="planned days")
_KEPT = Text(ko="연습한 날", en="planned days kept")
_MINUTES = Text(ko="연습 시간(분)", en="minutes played")
_UPLOADS = Text(ko="올라온 기록", en="plays uploaded")
_LATE = Text(ko="늦은 업로드", en="uploaded late")


class WeekFigures(Struct, frozen=True):
    """`days` are the week's seven, Monday first."""

    of_all: WeekOfAll
    days: Sequence[DayFigures]


class _Cell(Struct, frozen=True):
    """A number that rests on so many people."""

    value: int
    people: int

    @property
    def is_told(self) -> bool:
        return self.people == 0 or self.people >= FEWEST

    @property
    def text(self) -> str:
        return f"{self.value:,}" if self.is_told else _WITHHELD


def week_name(day: date) -> str:
    """Of the ISO week that a day is in."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(week: str) -> date:
    """Raises ValueError where a year has no such week."""
    year, number = week.split("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def compose(week: str, now: WeekFigures, before: WeekFigures, language: Language) -> Report:
    monday = monday_of(week)
    lead = _LEAD.read(language).format(first=monday, last=monday + timedelta(days=6), fewest=FEWEST)
    rows = [
        (name.read(language), *_compared(cell(now), cell(before))) for name, cell in _HEADLINE_CELLS
    ]
    return Report(
        title=_TITLE.read(language).format(week=week),
        lead=lead,
        sections=(
            Section(
                _HEADLINES.read(language),
                _HEADLINES_TEXT.read(language),
                Table([each.read(language) for each in _HEAD], rows),
            ),
            Section(
                _DAYS.read(language),
                _DAYS_TEXT.read(language),
                Table([each.read(language) for each in _DAY_HEAD], _by_day(now.days)),
            ),
        ),
    )


def _compared(now: _Cell, before: _Cell) -> tuple[str, str, str]:
    change = f"{now.value - before.value:+,}" if now.is_told and before.is_told else _WITHHELD
    return now.text, before.text, change


def _new_accounts(week: WeekFigures) -> _Cell:
    count = sum(day.new_accounts for day in week.days)
    return _Cell(count, count)


def _new_children(week: WeekFigures) -> _Cell:
    count = sum(day.new_children for day in week.days)
    return _Cell(count, count)


_HEADLINE_CELLS: Sequence[tuple[Text, Callable[[WeekFigures], _Cell]]] = (
    (_NEW_ACCOUNTS, _new_accounts),
    (_NEW_CHILDREN, _new_children),
    (_ACTIVE, lambda it: _Cell(it.of_all.active_children, it.of_all.active_children)),
    (_PLANNED, lambda it: _Cell(it.of_all.planned_days, it.of_all.planned_children)),
    (_KEPT, lambda it: _Cell(it.of_all.kept_days, it.of_all.kept_children)),
    (
        _MINUTES,
        lambda it: _Cell(it.of_all.active_ms // _MS_A_MINUTE, it.of_all.active_children),
    ),
    (_UPLOADS, lambda it: _Cell(it.of_all.uploads, it.of_all.uploading_children)),
    (_LATE, lambda it: _Cell(it.of_all.late_uploads, it.of_all.late_children)),
)


def _by_day(days: Sequence[DayFigures]) -> list[tuple[str, ...]]:
    """Minutes add up to the week's, so that one day withheld would be told by the others."""
    cells = [_Cell(round(day.minutes), day.active_children) for day in days]
    withheld = {index for index, cell in enumerate(cells) if not cell.is_told}
    if len(withheld) == 1:
        told = [index for index, cell in enumerate(cells) if cell.is_told and cell.people]
        withheld |= {min(told, key=lambda index: cells[index].value)} if told else set()
    most = max((cell.value for i, cell in enumerate(cells) if i not in withheld), default=0)
    rows: list[tuple[str, ...]] = []
    for index, (day, cell) in enumerate(zip(days, cells, strict=True)):
        children = _Cell(day.active_children, day.active_children).text
        if index in withheld:
            rows.append((day.day.isoformat(), children, _WITHHELD, ""))
        else:
            bar = "█" * round(_BAR * cell.value / most) if most else ""
            rows.append((day.day.isoformat(), children, cell.text, bar))
    return rows
