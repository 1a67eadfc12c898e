"""Summing up days, as work that is done later."""

from uuid import UUID

from dodam.platform.work import Task


class SumUpDays(Task, frozen=True, tag="therapy.sum_up_days.v1"):
    """Sum up the days of some of the children whose evening has come."""


class SumUpDay(Task, frozen=True, tag="therapy.sum_up_day.v1"):
    """Sum up one child's day."""

    child_id: UUID
