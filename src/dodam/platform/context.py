"""On whose behalf something is done: known to all that a request or a job calls."""

from contextvars import ContextVar
from uuid import UUID

from msgspec import Struct


class Context(Struct):
    """Of one request or job. What is learned of it later is written into it.

    `request_id` goes with the jobs that a request gives rise to, and with calls to the outside.
    `error_code` is that of the problem the request is answered with.
    """

    request_id: UUID
    account_id: UUID | None = None
    child_id: UUID | None = None
    job: int | None = None
    task: str | None = None
    error_code: str | None = None


CONTEXT: ContextVar[Context | None] = ContextVar("context", default=None)
