"""What a line of the log is."""

from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

from msgspec import Struct


class Importance(IntEnum):
    """What is dropped first where there is no room: the lowest.

    `KEPT` is never dropped: it says what became of somebody's data or money.
    """

    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40
    KEPT = 50


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """Base of all lines. `instance` says which process wrote it.

    `request_id` is shared by a request, the jobs it gave rise to, and their calls to the outside.
    """

    at: datetime
    instance: str
    importance: Importance
    request_id: UUID | None = None
    account_id: UUID | None = None
    child_id: UUID | None = None


class RequestLine(Line, frozen=True, kw_only=True, omit_defaults=True, tag="request"):
    """One answered request. `route` is a template such as `/v1/children/{child_id}/today`.

    `duration_us` is in microseconds, sizes are bytes of the bodies. `fields` are what was selected
    of the query and the body: ids, choices and flags, never words. `error_code` is the problem's.
    """

    method: str
    route: str
    status: int
    duration_us: int
    request_bytes: int = 0
    response_bytes: int = 0
    caller_kind: str | None = None
    device_id: UUID | None = None
    error_code: str | None = None
    fields: dict[str, Any] = {}


class EventLine(Line, frozen=True, kw_only=True, omit_defaults=True, tag="event"):
    """Something that happened. `logger` names the module, `fields` are masked.

    `job` and `task` are set where a job did it; `error` is an exception, without words of others.
    """

    level: str
    logger: str
    event: str
    job: int | None = None
    task: str | None = None
    fields: dict[str, Any] = {}
    error: dict[str, Any] | None = None


AnyLine = RequestLine | EventLine
