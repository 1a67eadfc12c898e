"""Stretches of therapy days."""

from datetime import date, timedelta

from msgspec import Struct


class Span(Struct, frozen=True):
    """Both ends are included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def span_from(first: date, length: timedelta) -> Span:
    return Span(first, first + length - timedelta(days=1))


def span_until(last: date, length: timedelta) -> Span:
    """Shorter where there are no dates so early."""
    return Span(date.fromordinal(max(1, last.toordinal() - length.days + 1)), last)
