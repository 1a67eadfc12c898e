"""ISO weeks, which begin on a Monday."""

from datetime import date, timedelta


def monday(day: date) -> date:
    """The day its week begins with."""
    return day - timedelta(days=day.weekday())


def first_day(today: date, weeks: int) -> date:
    """The first of `weeks` weeks, of which today's is the last."""
    return monday(today) - timedelta(weeks=weeks - 1)
