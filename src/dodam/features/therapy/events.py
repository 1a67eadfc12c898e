"""Facts of therapy: what others tell families and outside systems of."""

from datetime import date
from uuid import UUID

from dodam.platform.database import Event


class TherapyGoalReached(Event, frozen=True, tag="therapy.goal_reached.v1"):
    """All that was planned for a child's therapy day is done; once a child and day.

    Of today or yesterday only: a record that comes later still counts, and rings no phone.
    `account_id` is the guardian. Children of test accounts are told of too.
    """

    child_id: UUID
    account_id: UUID
    therapy_day: date


class DailyResultReady(Event, frozen=True, tag="therapy.daily_result_ready.v1"):
    """A child's day was summed up in its evening; once a child and day.

    Never of children of test accounts, removed children, or children without consent in force.
    `account_id` is the guardian.
    """

    child_id: UUID
    account_id: UUID
    therapy_day: date
