"""Facts of therapy: what others tell families and outside systems of."""

from datetime import date
from typing import Annotated
from uuid import UUID

from dodam.platform.database import Event
from dodam.platform.masking.sensitive import Sensitive


class TherapyGoalReached(Event, frozen=True, tag="therapy.goal_reached.v1"):
    """All that was planned for a child's therapy day is done; once a child and day.

    Of today or yesterday only: a record that comes later still counts, and rings no phone.
    `account_id` is the guardian. Children of test accounts are told of too.
    """

    child_id: UUID
    account_id: UUID
    therapy_day: Annotated[date, Sensitive]


class DailyResultReady(Event, frozen=True, tag="therapy.daily_result_ready.v1"):
    """A child's day was summed up in its evening; once a child and day.

    Never of children of test accounts, removed children, or children without consent in force.
    `account_id` is the guardian.
    """

    child_id: UUID
    account_id: UUID
    therapy_day: Annotated[date, Sensitive]


class DayAttended(Event, frozen=True, tag="therapy.day_attended.v1"):
    """A child has played on a therapy day; once a child and day, with the first play that comes in.

    Of today or yesterday only, as with goals. `account_id` is the guardian. Children of test
    accounts are told of too.
    """

    child_id: UUID
    account_id: UUID
    therapy_day: Annotated[date, Sensitive]


class StreakReached(Event, frozen=True, tag="therapy.streak_reached.v1"):
    """A child has played on so many days with no planned day missed: 3, 7, 14, 30, 50, 100, and
    from there each 50 more; once a child, length and streak.

    `therapy_day` is the day that made it so long. A day that comes in late may lengthen a streak:
    that is told of with the next fresh day.
    """

    child_id: UUID
    account_id: UUID
    length: int
    therapy_day: Annotated[date, Sensitive]


class SessionFinished(Event, frozen=True, tag="therapy.session_finished.v1"):
    """The tablet said that a session is over; once a child and session, however late.

    A session that is abandoned is never told of. `therapy_day` is that of the finish.
    """

    child_id: UUID
    account_id: UUID
    session_id: UUID
    therapy_day: Annotated[date, Sensitive]
