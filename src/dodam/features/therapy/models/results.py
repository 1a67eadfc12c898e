"""What came of the plays: sums, days, the calendar, attendance and the report."""

from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from dodam.features.content.models.motions import TherapyHand
from dodam.features.therapy.models.hands import HandReason
from dodam.features.therapy.models.pauses import ExceptionReason, Pause


class Totals(Struct, frozen=True):
    """Sums over plays. `accuracy` is the mean of the plays that reported one (0 to 1)."""

    plays: int
    repetitions: int
    successes: int
    active_seconds: float
    success_rate: float | None
    accuracy: float | None
    score: int


class Sums(Struct, frozen=True):
    """Exact integer sums over plays, so that the order of arrival cannot change them.

    `accuracy_bp` adds up accuracies in basis points (1/10,000) of the `accuracy_plays` plays that
    reported one; `active_ms` is in milliseconds.
    """

    plays: int = 0
    repetitions: int = 0
    successes: int = 0
    active_ms: int = 0
    accuracy_bp: int = 0
    accuracy_plays: int = 0
    score: int = 0

    def totals(self) -> Totals:
        return Totals(
            plays=self.plays,
            repetitions=self.repetitions,
            successes=self.successes,
            active_seconds=self.active_ms / 1000,
            success_rate=_ratio(self.successes, self.repetitions),
            accuracy=_ratio(self.accuracy_bp, self.accuracy_plays * 10_000),
            score=self.score,
        )


def add_up(parts: Iterable[Sums]) -> Sums:
    rows = list(parts)
    return Sums(*(sum(getattr(row, name) for row in rows) for name in Sums.__struct_fields__))


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


class MotionTotals(Struct, frozen=True):
    motion: str
    hand: TherapyHand
    totals: Totals


class TherapyResult(Struct, frozen=True):
    """The result of one session, from all its plays. `therapy_day` is that of its first play."""

    session_id: UUID
    therapy_day: date
    started_at: datetime
    ended_at: datetime
    totals: Totals


class DailyActivityLog(Struct, frozen=True):
    """One child's therapy day: its sums, by motion and hand, and the sessions begun on it.

    `first_play_at` is the start of the first play, `last_play_at` the end of the last.
    """

    day: date
    first_play_at: datetime
    last_play_at: datetime
    totals: Totals
    by_motion: list[MotionTotals]
    sessions: list[TherapyResult]


class DailyActivityLogs(Struct, frozen=True):
    """The days from `from_day` to `to_day` on which something was played, oldest first."""

    child_id: UUID
    from_day: date
    to_day: date
    days: list[DailyActivityLog]


class DayStatus(StrEnum):
    """How a day stands beside its plan.

    `planned` is today or later and not begun; `partial` was played without reaching every target;
    `extra` was played though nothing was planned; `excused` was planned and marked exceptional.
    """

    PLANNED = "planned"
    DONE = "done"
    PARTIAL = "partial"
    MISSED = "missed"
    REST = "rest"
    EXTRA = "extra"
    EXCUSED = "excused"


class TodayItem(Struct, frozen=True):
    """One motion to play today and how far the child has come with it.

    `difficulty` is the level the plan fixes; null where it leaves it to the game.
    """

    motion: str
    hand: TherapyHand
    target_repetitions: int | None
    target_minutes: int | None
    difficulty: int | None
    done_repetitions: int
    done_seconds: float
    reached: bool


class Today(Struct, frozen=True):
    """What to play now. On a rest day `items` is empty and `hand` is null.

    An `exception`, by itself or by a `pause`, excuses the day; what was planned is shown all the
    same.
    """

    child_id: UUID
    day: date
    day_ends_at: datetime
    status: DayStatus
    plan_version: int | None
    hand: TherapyHand | None
    hand_reason: HandReason | None
    at: time | None
    items: list[TodayItem]
    done: Totals
    goal_reached: bool
    exception: ExceptionReason | None
    pause: Pause | None


class CalendarDay(Struct, frozen=True):
    day: date
    status: DayStatus
    planned_items: int
    reached_items: int
    totals: Totals
    exception: ExceptionReason | None = None
    hand: TherapyHand | None = None
    hand_reason: HandReason | None = None


class Calendar(Struct, frozen=True):
    """Every day of one month, in order."""

    child_id: UUID
    month: str
    today: date
    days: list[CalendarDay]


class Attendance(Struct, frozen=True):
    """Attendance from `from_day` to `to_day`; streaks look at the whole history.

    A streak counts days played with no planned day missed between them. Rest days and excused
    days neither break it nor lengthen it; today breaks nothing until it is over.
    """

    child_id: UUID
    from_day: date
    to_day: date
    planned_days: int
    attended_days: int
    attended_planned_days: int
    goal_days: int
    attendance_rate: float | None
    total_attended_days: int
    current_streak: int
    longest_streak: int
    attended: list[date]


class MotionResult(Struct, frozen=True):
    """A motion with one hand: what was asked for, and what was done.

    Without a target it was played though it was not planned, and is not `reached`.
    """

    motion: str
    hand: TherapyHand
    target_repetitions: int | None
    target_minutes: int | None
    done_repetitions: int
    done_seconds: float
    reached: bool


class NextPlan(Struct, frozen=True):
    """The next day that is planned, with the hand of that day; `at` is null without a time."""

    day: date
    at: time | None
    hand: TherapyHand
    motions: int


class WeekSoFar(Struct, frozen=True):
    """The ISO week from its Monday to the day. Days that are excused are not planned.

    `adherence` is the part of the planned days that were played; null without any.
    """

    from_day: date
    to_day: date
    planned_days: int
    kept_days: int
    goal_days: int
    adherence: float | None


class ResultDetails(Struct, frozen=True):
    by_motion: list[MotionResult]
    next_plan: NextPlan | None
    week: WeekSoFar


class DailyResult(Struct, frozen=True):
    """A therapy day as it stood when it was summed up in its evening; what is played later is not
    in it.

    `status` is `planned` where nothing of the plan was begun. `next_planned_day` is within the four
    weeks that follow, leaving out days that are excused; `next_plan` is what is planned on it.
    `by_motion` has what was planned first, in the plan's order. Results of days before these were
    kept have an empty `by_motion` and no `week`.
    """

    day: date
    summed_up_at: datetime
    status: DayStatus
    goal_reached: bool
    planned_motions: int
    reached_motions: int
    planned_repetitions: int
    planned_minutes: int
    totals: Totals
    current_streak: int
    next_planned_day: date | None
    by_motion: list[MotionResult]
    next_plan: NextPlan | None
    week: WeekSoFar | None


class DailyResults(Struct, frozen=True):
    """The results of the days from `from_day` to `to_day` that were summed up, oldest first."""

    child_id: UUID
    from_day: date
    to_day: date
    results: list[DailyResult]


class Period(Struct, frozen=True):
    """A stretch of days: what was planned and what was done.

    `completion` is the mean, over planned items, of done divided by target, each at most 1; null
    where nothing was planned.
    """

    from_day: date
    to_day: date
    planned_days: int
    attended_days: int
    goal_days: int
    planned_repetitions: int
    planned_minutes: int
    completion: float | None
    totals: Totals


class ReportBreakdown(Struct, frozen=True):
    motion: str
    hand: TherapyHand
    planned_repetitions: int
    planned_minutes: int
    totals: Totals


class ExerciseReport(Struct, frozen=True):
    """The main screen's report.

    `week` is the ISO week and `month` the calendar month that hold `day`, both up to `day`;
    `trend` is the last eight ISO weeks, oldest first, the newest being `week`; `by_motion` covers
    `month`.
    """

    child_id: UUID
    day: date
    today: Period
    week: Period
    month: Period
    by_motion: list[ReportBreakdown]
    trend: list[Period]
