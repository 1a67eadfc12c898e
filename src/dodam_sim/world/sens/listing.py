"""Messages kept by id, and the lists that SMS and Alimtalk share.

https://api.ncloud-docs.com/docs/en/sens-sms-list and …/sens-alimtalk-list: one of `requestId`,
`requestStartTime` + `requestEndTime`, `completeStartTime` + `completeEndTime`, which are Korean
times without a zone.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

import msgspec
from litestar import Response

from dodam_sim.world.sens.gateway import KOREA, not_found, refusal

_KEPT = 5000
_MOST_ON_A_PAGE = 100
_LONGEST_COMPLETION = timedelta(hours=24)
Query = Mapping[str, str]


class Message(Protocol):
    """`taken_at` may lie ahead: an SMS that follows an Alimtalk which will fail."""

    @property
    def request_id(self) -> str: ...
    @property
    def message_id(self) -> str: ...
    @property
    def taken_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime: ...
    def described(self, now: datetime) -> dict[str, Any]:
        """As a list has it."""
        ...


M = TypeVar("M", bound=Message)


class Kept(Generic[M]):
    """The newest messages."""

    def __init__(self) -> None:
        self._messages: dict[str, M] = {}

    def add(self, message: M) -> None:
        self._messages[message.message_id] = message
        if len(self._messages) > _KEPT:
            del self._messages[next(iter(self._messages))]

    def get(self, message_id: str, now: datetime) -> M | None:
        found = self._messages.get(message_id)
        return found if found is not None and found.taken_at <= now else None

    def until(self, now: datetime) -> Iterator[M]:
        """Newest first."""
        return (each for each in reversed(self._messages.values()) if each.taken_at <= now)


class _WrongQuery(Exception):
    pass


def listed(
    kept: Kept[Any], query: Query, now: datetime, *, longest: timedelta, filters: set[str]
) -> Response[Any]:
    """`longest` is how far apart the two request times may be."""
    try:
        span = _span(query, longest)
        size = _page_size(query)
    except (_WrongQuery, ValueError, OverflowError) as error:
        return refusal(400, str(error))
    wanted = {name: query[name] for name in filters & query.keys()}
    found = [
        described
        for each in kept.until(now)
        if span.covers(each, now)
        and (described := each.described(now))
        and all(described.get(name) == value for name, value in wanted.items())
    ]
    start = 0
    if token := query.get("nextToken"):
        start = 1 + next((n for n, each in enumerate(found) if each["messageId"] == token), -1)
        if start == 0:
            return refusal(400, "nextToken is not one of ours")
    messages = found[start : start + size]
    if not messages:
        return not_found()
    has_more = len(found) > start + size
    answer = {
        "statusCode": "200",
        "statusName": "success",
        "messages": messages,
        "pageSize": size,
        "itemCount": len(messages),
        "hasMore": has_more,
    }
    if has_more:
        answer["nextToken"] = messages[-1]["messageId"]
    return Response(answer)


class _Span(msgspec.Struct, frozen=True):
    request_id: str | None
    requested: tuple[datetime, datetime] | None
    completed: tuple[datetime, datetime] | None

    def covers(self, message: Message, now: datetime) -> bool:
        if self.request_id is not None and message.request_id != self.request_id:
            return False
        if self.requested and not self.requested[0] <= message.taken_at <= self.requested[1]:
            return False
        return not self.completed or (
            message.due_at <= now and self.completed[0] <= message.due_at <= self.completed[1]
        )


def _span(query: Query, longest: timedelta) -> _Span:
    span = _Span(
        query.get("requestId"),
        _between(query, "request", longest),
        _between(query, "complete", _LONGEST_COMPLETION),
    )
    if span.requested and span.completed:
        raise _WrongQuery("request times and complete times exclude each other")
    if span.request_id is None and not span.requested and not span.completed:
        raise _WrongQuery("requestId, request times or complete times are needed")
    return span


def _between(query: Query, what: str, longest: timedelta) -> tuple[datetime, datetime] | None:
    names = (f"{what}StartTime", f"{what}EndTime")
    if not query.keys() & set(names):
        return None
    if not query.keys() >= set(names):
        raise _WrongQuery(f"{names[0]} and {names[1]} belong together")
    start, end = (
        datetime.strptime(query[name], "%Y-%m-%d %H:%M:%S").replace(tzinfo=KOREA) for name in names
    )
    if not timedelta() <= end - start <= longest:
        raise _WrongQuery(f"{names[0]} and {names[1]} are too far apart")
    # The second that is named is meant as a whole.
    return start, end + timedelta(seconds=1) - timedelta(microseconds=1)


def _page_size(query: Query) -> int:
    size = int(query.get("pageSize", "20"))
    if not 1 <= size <= _MOST_ON_A_PAGE:
        raise _WrongQuery(f"pageSize goes from 1 to {_MOST_ON_A_PAGE}")
    return size
