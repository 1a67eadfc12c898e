"""What a job takes along of the request, or of the job, that it comes of."""

from collections.abc import Mapping
from uuid import UUID

from pgqueuer.models import Job

from dodam.platform.context import CONTEXT, Context
from dodam.platform.ids import new_id
from dodam.platform.masking.selecting import ids_in
from dodam.platform.tracing import carried

_REQUEST_ID = "request_id"


def headers_of(fact: object) -> dict[str, str] | None:
    """Of a job that is enqueued now for an event or a task."""
    context = CONTEXT.get()
    if context is None:
        return None
    context = context.of_child(getattr(fact, "child_id", None))
    return {_REQUEST_ID: str(context.request_id), **carried()}


def context_of(job: Job) -> Context:
    """That of the request it comes of; what comes of none, as scheduled work, has a new id.

    Whose account and which child it is about is told by its arguments.
    """
    taken = (job.headers or {}).get(_REQUEST_ID)
    ids = ids_in(job.payload or b"")
    return Context(
        request_id=UUID(str(taken)) if taken else new_id(),
        account_id=_id(ids, "account_id", "guardian_id"),
        child_id=_id(ids, "child_id"),
        job=job.id,
        task=job.entrypoint,
    )


def _id(ids: Mapping[str, str], *names: str) -> UUID | None:
    return next((UUID(ids[name]) for name in names if name in ids), None)
