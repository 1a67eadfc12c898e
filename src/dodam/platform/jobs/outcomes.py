"""What every job leaves behind where it is measured or traced, beside its lines in the log."""

from collections.abc import Generator
from contextlib import contextmanager
from time import perf_counter

from pgqueuer.domain.errors import RetryRequested
from pgqueuer.models import Job

from dodam.platform.context import Context
from dodam.platform.jobs.kinds import Kind
from dodam.platform.metrics import Histogram
from dodam.platform.tracing import SpanKind, heard_of, is_tracing, span

_SECONDS = Histogram(
    "dodam_job_duration_seconds",
    "How long jobs take, and whether they are then `done`, `put_off` or `held` as dead letters.",
    "lane",
    "kind",
    "outcome",
)


@contextmanager
def told(job: Job, kind: Kind, context: Context) -> Generator[None]:
    """The scope in which a job is done, of the trace of what it comes of.

    https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
    """
    started = perf_counter()
    outcome = "done"
    attributes = {
        "messaging.system": "pgqueuer",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": kind.name,
        "messaging.message.id": str(job.id),
        "dodam.request_id": str(context.request_id),
    }
    comes_of = heard_of(job.headers or {}) if is_tracing() else None
    try:
        with span(f"process {kind.name}", SpanKind.CONSUMER, attributes, of=comes_of):
            yield
    except RetryRequested:
        outcome = "put_off"
        raise
    except Exception:
        outcome = "held"
        raise
    finally:
        _SECONDS.observe(perf_counter() - started, kind.policy.lane.name, kind.name, outcome)
