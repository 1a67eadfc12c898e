"""What every request leaves behind where it is measured or traced, beside its line in the log."""

from contextlib import AbstractContextManager, nullcontext
from http import HTTPStatus

from litestar.types import Scope
from opentelemetry.trace import INVALID_SPAN, StatusCode

from dodam.platform.context import Context
from dodam.platform.http.proxies import FROM_TRUSTED_PROXY
from dodam.platform.metrics import Counter, Gauge, Histogram
from dodam.platform.tracing import Span, SpanKind, heard_of, is_tracing, span

IN_FLIGHT = Gauge("dodam_http_requests_in_flight", "Requests that are not answered yet.")
_REQUESTS = Counter(
    "dodam_http_requests",
    "Requests by method, route (a template; `(none)`: nothing is there) and status.",
    "method",
    "route",
    "status",
)
_SECONDS = Histogram(
    "dodam_http_request_duration_seconds",
    "How long requests take until they are answered whole.",
    "method",
    "route",
    "class",
)
_CLASSES = ["other", "1xx", "2xx", "3xx", "4xx", "5xx"]
# https://www.w3.org/TR/trace-context/
_TRACE_HEADERS = {b"traceparent", b"tracestate"}
_NO_SPAN = nullcontext(INVALID_SPAN)


def is_watched(made: Span) -> bool:
    """Whether what follows has any effect."""
    return _REQUESTS.is_measured or made.is_recording()


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    if _REQUESTS.is_measured:
        _REQUESTS.add(method, route, str(status))
        _SECONDS.observe(seconds, method, route, _CLASSES[status // 100])


def request_span(scope: Scope, context: Context) -> AbstractContextManager[Span]:
    """Of the trace that a trusted proxy says the request is part of, or of one of its own.

    https://opentelemetry.io/docs/specs/semconv/http/http-spans/, but for the path, which has ids.
    """
    if not is_tracing():
        return _NO_SPAN
    headers: dict[str, str] = {}
    if scope["state"].get(FROM_TRUSTED_PROXY):
        headers = {
            name.decode(): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in _TRACE_HEADERS
        }
    attributes = {"url.scheme": scope["scheme"], "dodam.request_id": str(context.request_id)}
    return span("request", SpanKind.SERVER, attributes, of=heard_of(headers))


def describe(made: Span, method: str, route: str, status: int) -> None:
    """Say what is known of a request once it is answered."""
    if made.is_recording():
        made.update_name(f"{method} {route}")
        made.set_attribute("http.request.method", method)
        made.set_attribute("http.route", route)
        made.set_attribute("http.response.status_code", status)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            made.set_status(StatusCode.ERROR)
