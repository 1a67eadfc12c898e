"""What every call to an outside service leaves behind: a line, figures and a span.

They name the service, what was asked for (a method and a path's template), how it came out and how
long it took: never a header, a query, a body, or a path, in which some services have secrets.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from time import perf_counter

import structlog
from msgspec import Struct

from dodam.platform.context import CONTEXT
from dodam.platform.ids import new_id
from dodam.platform.metrics import Counter, Gauge, Histogram
from dodam.platform.tracing import Attributes, Span, SpanKind, carried, span

_LOG = structlog.get_logger(__name__)

CALLS = Counter(
    "dodam_outside_calls",
    "Calls to outside services: `answered`, `refused` (4xx), `asked_to_wait` (429), `failed`, "
    "`unreachable`, `unanswered`; or not made, for the service is `left_alone`.",
    "service",
    "operation",
    "outcome",
)
SECONDS = Histogram(
    "dodam_outside_call_duration_seconds",
    "How long calls to outside services take.",
    "service",
    "operation",
)
BREAKERS = Gauge(
    "dodam_outside_breakers_open",
    "Ways to outside services that are left alone after failures.",
    "service",
)

ANSWERED = "answered"
REFUSED = "refused"
UNREACHABLE = "unreachable"
UNANSWERED = "unanswered"
_WELL = {ANSWERED, REFUSED}


class Call(Struct):
    """A call under way: what it is to carry; how it comes out is written into it.

    `outcome` is `answered`, `refused` (4xx), `asked_to_wait` (429), `failed` (5xx, or what else is
    no answer), `unreachable` (it did not leave) or `unanswered`.
    """

    headers: Mapping[str, str]
    outcome: str = "failed"
    status: int | None = None
    reason: str | None = None


@contextmanager
def outside_call(
    service: str, operation: str, attributes: Attributes | None = None, *, often: bool = False
) -> Generator[Call]:
    """The scope of one call. One that is made `often` is a line only where it does not go well."""
    context = CONTEXT.get()
    request_id = str(context.request_id if context else new_id())
    # On a request's or a job's behalf the line has it already.
    log = _LOG if context else _LOG.bind(request_id=request_id)
    started = perf_counter()
    with span(operation, SpanKind.CLIENT, {"peer.service": service, **(attributes or {})}) as made:
        call = Call({"x-request-id": request_id, **carried()})
        try:
            yield call
        except BaseException as error:
            call.reason = call.reason or type(error).__name__
            raise
        finally:
            seconds = perf_counter() - started
            CALLS.add(service, operation, call.outcome)
            SECONDS.observe(seconds, service, operation)
            _describe(made, call)
            tell = log.debug if often else log.info
            (tell if call.outcome in _WELL else log.warning)(
                "outside call",
                service=service,
                operation=operation,
                outcome=call.outcome,
                status=call.status,
                reason=call.reason,
                ms=round(seconds * 1000),
            )


def _describe(made: Span, call: Call) -> None:
    made.set_attribute("dodam.outcome", call.outcome)
    if call.status is not None:
        made.set_attribute("http.response.status_code", call.status)
