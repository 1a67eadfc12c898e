"""Errors that nobody expected: what is known of a kind of them, and when it is news."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.platform.logging.fingerprint import FINGERPRINT

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_QUIET = timedelta(days=7)

Fingerprint = Annotated[str, Meta(pattern=FINGERPRINT)]
# A count or microseconds, and a fingerprint.
CURSOR = r"^[0-9]{1,17}\.[a-z2-7]{12}(?!\n)$"
CURSOR_LENGTH = 30


class FailureOrder(StrEnum):
    NEWEST = "newest"
    MOST_FREQUENT = "most_frequent"


class Failure(Struct, frozen=True):
    """Errors of one fingerprint, counted on all instances. No word of theirs is kept.

    `place` is a route's template, a kind of job or a part of a process, `kind` the error's type,
    `line` the innermost of our own as `module:function:line`, empty if there is none. The log's
    lines of each of them hold the fingerprint; `last_request_id` finds all lines of the last.
    """

    fingerprint: Fingerprint
    place: str
    kind: str
    line: str
    count: int
    first_at: datetime
    first_version: str
    last_at: datetime
    last_version: str
    last_instance: str
    last_request_id: UUID | None
    told_at: datetime | None
    resolved_at: datetime | None


class FailurePage(Struct, frozen=True):
    """`next_cursor` asks for the page after, null on the last."""

    failures: list[Failure]
    next_cursor: str | None


class FailurePlace(Struct, frozen=True):
    """A place in a list of failures: the value it is ordered by, and the fingerprint."""

    value: datetime | int
    fingerprint: str

    @classmethod
    def of(cls, failure: Failure, order: FailureOrder) -> "FailurePlace":
        newest = order is FailureOrder.NEWEST
        return cls(failure.last_at if newest else failure.count, failure.fingerprint)

    @classmethod
    def read(cls, cursor: str, order: FailureOrder) -> "FailurePlace":
        """What a cursor that fits the pattern says."""
        number, _, fingerprint = cursor.partition(".")
        newest = order is FailureOrder.NEWEST
        return cls(_EPOCH + int(number) * _MICROSECOND if newest else int(number), fingerprint)

    def cursor(self) -> str:
        value = self.value
        number = value if isinstance(value, int) else (value - _EPOCH) // _MICROSECOND
        return f"{number}.{self.fingerprint}"


class Seen(Struct, kw_only=True):
    """Errors of one fingerprint that one instance has seen and not written down yet.

    `line` and `request_id` are the last one's.
    """

    fingerprint: str
    place: str
    kind: str
    line: str
    version: str
    instance: str
    request_id: UUID | None
    count: int = 1
    first_at: datetime
    last_at: datetime

    def add(self, later: "Seen") -> None:
        self.count += later.count
        self.line, self.request_id = later.line, later.request_id
        self.last_at = later.last_at


class Why(StrEnum):
    """Why people are told of errors."""

    NEW = "New"
    RESOLVED = "Resolved, and back"
    QUIET = "Quiet for a week, and back"
    MANY = "Often"


class Tally(Struct):
    """Errors of one fingerprint as they are counted, and what decides whether they are news.

    `count` is 0 before the first are counted. `hour_count` are those since `hour_from`, for up to
    an hour; `told_level` is the power of ten of them that was told of.
    """

    fingerprint: str
    line: str
    count: int
    last_at: datetime
    last_version: str
    last_instance: str
    last_request_id: UUID | None
    hour_from: datetime
    hour_count: int
    told_at: datetime | None
    told_level: int
    resolved_at: datetime | None

    def add(self, seen: Seen, now: datetime) -> Why | None:
        """Count errors; why people are to be told of them now, or None.

        At once if they are new, were resolved, or were quiet for a week; then when there were 10,
        100, 1,000 … of them within an hour, of each power of ten once a day. It is Rollbar's "10^th
        occurrence" (https://docs.rollbar.com/docs/notifications) by rate: in all, a kind that has
        happened often could break out unnoticed, and one that trickles on would be news.
        """
        why = self._begins_anew(seen)
        if why is not None or seen.last_at - self.hour_from >= _HOUR:
            self.hour_from, self.hour_count = seen.first_at, 0
        if seen.last_at >= self.last_at:
            self.line, self.last_at, self.last_request_id = seen.line, seen.last_at, seen.request_id
            self.last_version, self.last_instance = seen.version, seen.instance
        self.count += seen.count
        self.hour_count += seen.count
        level = len(str(self.hour_count)) - 1
        if why is None and level > self._told_level(now):
            why = Why.MANY
        if why is not None:
            self.told_at, self.told_level, self.resolved_at = now, level, None
        return why

    def _begins_anew(self, seen: Seen) -> Why | None:
        if not self.count:
            return Why.NEW
        if self.resolved_at is not None and seen.last_at > self.resolved_at:
            return Why.RESOLVED
        return Why.QUIET if seen.first_at - self.last_at >= _QUIET else None

    def _told_level(self, now: datetime) -> int:
        told_today = self.told_at is not None and now - self.told_at < _DAY
        return self.told_level if told_today else 0
