"""Days and sessions as others are shown them, and which of them plays were added to."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from dodam.features.therapy.models.results import MotionTotals, Totals


class Touched(Struct, frozen=True):
    """A session, and a day of it, that a play was added to or taken from."""

    child_id: UUID
    therapy_day: date
    session_id: UUID


class DailyLog(Struct, frozen=True):
    """A therapy day: its sums, by motion and hand too.

    `first_play_at` is the start of the first play, `last_play_at` the end of the last.
    """

    day: date
    first_play_at: datetime
    last_play_at: datetime
    totals: Totals
    by_motion: list[MotionTotals]
