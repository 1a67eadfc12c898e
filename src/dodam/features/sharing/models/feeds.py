"""What a system reads of the children it was granted: streams in which each thing has a position.

A stream is in the order in which things were shared. A log or a session that changes comes again,
at a new position and only there, and so does a result that a reader may have passed over: whoever
keeps the newest of each has what is so.
"""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, structs

from dodam.features.sharing.models.grants import RESULTS_IN_DETAIL_SINCE
from dodam.features.therapy.models.changes import DailyLog
from dodam.features.therapy.models.results import DailyResult, TherapyResult

Position = Annotated[int, Meta(ge=0, le=2**63 - 1)]


class SharedResult(Struct, frozen=True):
    """One child's day, for one system: `child` is the id of the grant, which that system knows."""

    child: UUID
    result: DailyResult


def as_consented(result: DailyResult, version: int) -> DailyResult:
    """What a version of the document `sharing` names of a result."""
    if version >= RESULTS_IN_DETAIL_SINCE:
        return result
    return structs.replace(result, by_motion=[], next_plan=None, week=None)


class SharedLog(Struct, frozen=True):
    """All that was played on a child's day, as far as is known. A newer one of the same `child` and
    `day` takes its place; `log` is null where nothing is left of the day, and `deleted` says so.
    """

    child: UUID
    day: date
    changed_at: datetime
    deleted: bool
    log: DailyLog | None


class SharedSession(Struct, frozen=True):
    """The result of a child's session, as far as is known. A newer one of the same `child` and
    `session_id` takes its place; `result` is null where nothing is left of the session, and
    `deleted` says so.
    """

    child: UUID
    session_id: UUID
    changed_at: datetime
    deleted: bool
    result: TherapyResult | None


class Page(Struct, frozen=True):
    """Things in the order in which they were shared.

    `next_after` asks for what follows, now or later; `has_more` tells that there is some already.
    """

    next_after: Position
    has_more: bool


class SharedResults(Page, frozen=True, kw_only=True):
    """Results of days in the order in which they were shared.

    `next_after` asks for what follows, now or later; `has_more` tells that there is some already.
    """

    results: list[SharedResult]


class SharedLogs(Page, frozen=True, kw_only=True):
    """Logs of days in the order in which they were shared, or changed last.

    `next_after` asks for what follows, now or later; `has_more` tells that there is some already.
    """

    logs: list[SharedLog]


class SharedSessions(Page, frozen=True, kw_only=True):
    """Session results in the order in which they were shared, or changed last.

    `next_after` asks for what follows, now or later; `has_more` tells that there is some already.
    """

    results: list[SharedSession]
