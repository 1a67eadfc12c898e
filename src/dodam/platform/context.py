"""On whose behalf something is done: known to all that a request or a job calls."""

from collections.abc import Sequence
from contextvars import ContextVar
from uuid import UUID

from msgspec import Struct

from dodam.platform.ids import new_id


class Context(Struct):
    """Of one request or job. What is learned of it later is written into it.

    `request_id` goes with the jobs that a request gives rise to, and with calls to the outside.
    `error_code` is that of the problem the request is answered with. `shared_by` are the contexts
    of those that something is done for at once.
    """

    request_id: UUID
    account_id: UUID | None = None
    child_id: UUID | None = None
    job: int | None = None
    task: str | None = None
    error_code: str | None = None
    shared_by: Sequence["Context"] = ()

    def of_child(self, child_id: UUID | None) -> "Context":
        """What concerns a child is done for the one that is about it."""
        mine = (each for each in self.shared_by if child_id and each.child_id == child_id)
        return next(mine, self)


CONTEXT: ContextVar[Context | None] = ContextVar("context", default=None)


def together(contexts: Sequence[Context | None]) -> Context | None:
    """Of what is done at once: its request's, or where it comes of several an id of its own."""
    known = [each for each in contexts if each is not None]
    if len(known) <= 1:
        return next(iter(known), None)
    ids = {each.request_id for each in known}
    return Context(ids.pop() if len(ids) == 1 else new_id(), task=known[0].task, shared_by=known)
