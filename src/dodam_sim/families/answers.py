"""What the server answers, as far as a family reads it. Fields it does not compare are left out."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct


class Tokens(Struct, frozen=True):
    access_token: str
    refresh_token: str


class Problem(Struct, frozen=True):
    """An error answer (RFC 9457); `code` is the stable name of what went wrong."""

    code: str = ""
    detail: str | None = None


class ConsentDocument(Struct, frozen=True):
    kind: str
    version: int


class RegisteredChild(Struct, frozen=True):
    id: UUID
    day_start_hour: int
    time_zone: str
    therapy_starts_on: date


class Motion(Struct, frozen=True):
    id: str
    bimanual: bool
    labels: list[str]


class PlanItem(Struct, frozen=True):
    motion: str
    target_repetitions: int | None = None
    target_minutes: int | None = None


class PlanDay(Struct, frozen=True):
    """`hand` is null where the plan's rule finds it."""

    weekday: int
    hand: str | None
    items: list[PlanItem]


class HandRule(Struct, frozen=True):
    rule: str
    affected_share: float | None
    affected_hand: str
    first_hand: str


class Plan(Struct, frozen=True):
    version: int
    starts_on: date
    ends_on: date | None
    days: list[PlanDay]
    source: str = "default"
    hand_rule: HandRule | None = None
    rests_on: list[date] = []
    ended_on: date | None = None


class Reason(Struct, frozen=True):
    code: str
    field: str | None = None


class RecordFate(Struct, frozen=True):
    index: int
    fate: str
    therapy_day: date | None = None
    reason: Reason | None = None
    notice: Reason | None = None


class UploadReceipt(Struct, frozen=True):
    created: int
    duplicates: int
    rejected: int
    records: list[RecordFate]


class Totals(Struct, frozen=True):
    plays: int
    repetitions: int
    successes: int
    active_seconds: float
    success_rate: float | None
    accuracy: float | None
    score: int


class MotionTotals(Struct, frozen=True):
    motion: str
    hand: str
    totals: Totals


class SessionResult(Struct, frozen=True):
    session_id: UUID
    therapy_day: date
    started_at: datetime
    ended_at: datetime
    totals: Totals


class DailyLog(Struct, frozen=True):
    day: date
    first_play_at: datetime
    last_play_at: datetime
    totals: Totals
    by_motion: list[MotionTotals]
    sessions: list[SessionResult]


class DailyLogs(Struct, frozen=True):
    days: list[DailyLog]


class CalendarDay(Struct, frozen=True):
    day: date
    status: str
    planned_items: int
    reached_items: int
    totals: Totals


class Calendar(Struct, frozen=True):
    today: date
    days: list[CalendarDay]


class Attendance(Struct, frozen=True):
    planned_days: int
    attended_days: int
    attended_planned_days: int
    goal_days: int
    attendance_rate: float | None
    total_attended_days: int
    current_streak: int
    longest_streak: int
    attended: list[date]


class Period(Struct, frozen=True):
    from_day: date
    to_day: date
    planned_days: int
    attended_days: int
    goal_days: int
    totals: Totals


class Report(Struct, frozen=True):
    day: date
    today: Period
    week: Period
    month: Period
    by_motion: list[MotionTotals]
    trend: list[Period]


class PlaySession(Struct, frozen=True):
    """How a session stands."""

    session_id: UUID
    state: str
    therapy_day: date
    started_at: datetime
    ended_at: datetime | None
    paused_seconds: float
    totals: Totals
    devices: list[str]
    events: str
    flags: list[str]


class PlaySessions(Struct, frozen=True):
    sessions: list[PlaySession]


class Pause(Struct, frozen=True):
    id: UUID
    from_day: date
    to_day: date | None
    reason: str


class ScheduledItem(Struct, frozen=True):
    motion: str
    hand: str
    target_repetitions: int | None
    target_minutes: int | None


class ScheduledDay(Struct, frozen=True):
    day: date
    plan_version: int | None
    hand: str | None
    items: list[ScheduledItem]
    exception: str | None
    pause: Pause | None


class Schedule(Struct, frozen=True):
    days: list[ScheduledDay]


class Planned(Struct, frozen=True):
    items: int
    repetitions: int
    minutes: int


class Dose(Struct, frozen=True):
    plays: int
    repetitions: int
    minutes: float


class AdherencePeriod(Struct, frozen=True):
    from_day: date
    to_day: date
    planned_days: int
    kept_days: int
    goal_days: int
    excused_days: int
    planned: Planned
    done: Dose
    adherence: float | None


class MissedDay(Struct, frozen=True):
    day: date
    reason: str


class CumulativeDose(Struct, frozen=True):
    hours: float


class Adherence(Struct, frozen=True):
    total: AdherencePeriod
    weeks: list[AdherencePeriod]
    missed: list[MissedDay]
    dose: CumulativeDose


class Estimate(Struct, frozen=True):
    value: float


class MotionOutcome(Struct, frozen=True):
    motion: str
    hand: str
    days: int
    plays: int
    repetitions: int
    successes: int
    active_seconds: float
    success_rate: Estimate | None


class Outcomes(Struct, frozen=True):
    motions: list[MotionOutcome]
