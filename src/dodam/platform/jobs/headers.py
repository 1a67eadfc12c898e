"""What a job takes along of the request, or of the job, that it comes of."""

from collections.abc import Sequence
from uuid import UUID

from pgqueuer.models import Job

from dodam.platform.context import CONTEXT, Context
from dodam.platform.ids import new_id

_REQUEST_ID = "request_id"


def headers() -> dict[str, str] | None:
    """Of a job that is enqueued now."""
    context = CONTEXT.get()
    return context and {_REQUEST_ID: str(context.request_id)}


def context_of(job: Job) -> Context:
    """That of the request it comes of; what comes of none, as scheduled work, has a new id."""
    taken = (job.headers or {}).get(_REQUEST_ID)
    return Context(
        request_id=UUID(str(taken)) if taken else new_id(), job=job.id, task=job.entrypoint
    )


def together(contexts: Sequence[Context]) -> Context:
    """Of jobs of one kind that are done at once: they may come of the same request, or of many."""
    first, *others = contexts
    if not others:
        return first
    same = all(each.request_id == first.request_id for each in others)
    return Context(first.request_id if same else new_id(), task=first.task)
