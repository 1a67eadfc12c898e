"""Traces: what a request gave rise to, as a tree of spans; none until a process is told where to.

Spans are named as OpenTelemetry's conventions have them
(https://opentelemetry.io/docs/specs/semconv/). Their attributes are names of ours, ids of requests
and jobs, and figures: never a parameter, a path or anybody's words, nor what an exception says.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import (
    INVALID_SPAN,
    Link,
    Span,
    SpanKind,
    StatusCode,
    Tracer,
    set_span_in_context,
)
from opentelemetry.trace import get_current_span as current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

__all__ = ["Context", "Span", "SpanKind", "current_span"]

Attributes = Mapping[str, str | int]

_W3C = TraceContextTextMapPropagator()
_NO_SPAN = nullcontext(INVALID_SPAN)
_tracer: Tracer | None = None


def trace_with(tracer: Tracer | None) -> None:
    """Have this process's spans made by a tracer; None: make none."""
    global _tracer  # noqa: PLW0603 - a process has one, as it has one log
    _tracer = tracer


def is_tracing() -> bool:
    return _tracer is not None


def is_recording() -> bool:
    """Whether what is done now is of a trace that somebody will see."""
    return _tracer is not None and current_span().is_recording()


def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Attributes | None = None,
    *,
    of: Context | None = None,
) -> AbstractContextManager[Span]:
    """A scope whose spans are children of this one, which is a child of the scope it is in.

    `of` is what it is a child of instead, as `heard_of` reads it.
    """
    if _tracer is None or (of is None and _is_left_out()):
        return _NO_SPAN
    return _spanned(_tracer, name, kind, attributes, of, None)


def joined(name: str, spans: Sequence[Span]) -> AbstractContextManager[Span]:
    """A scope in which something is done for several at once: a child of the first, as the others
    can see.
    """
    if _tracer is None:
        return _NO_SPAN
    links = [Link(each.get_span_context()) for each in spans[1:]]
    return _spanned(
        _tracer, name, SpanKind.INTERNAL, None, set_span_in_context(spans[0], Context()), links
    )


def _is_left_out() -> bool:
    """Whether what is done now is of a trace that is not sampled: nor is any span of it made."""
    current = current_span()
    return current is not INVALID_SPAN and not current.is_recording()


def carried() -> dict[str, str]:
    """What a message carries, so that what it gives rise to is of the same trace (W3C)."""
    if _tracer is None:
        return {}
    headers: dict[str, str] = {}
    _W3C.inject(headers)
    return headers


def heard_of(headers: Mapping[str, Any]) -> Context:
    """What a message carried; where that is nothing, what comes of it is a trace of its own."""
    return _W3C.extract(headers, Context())


@contextmanager
def _spanned(
    tracer: Tracer,
    name: str,
    kind: SpanKind,
    attributes: Attributes | None,
    of: Context | None,
    links: list[Link] | None,
) -> Generator[Span]:
    with tracer.start_as_current_span(
        name,
        of,
        kind,
        attributes,
        links,
        record_exception=False,
        set_status_on_exception=False,
    ) as made:
        try:
            yield made
        except BaseException as error:
            made.set_attribute("error.type", type(error).__qualname__)
            made.set_status(StatusCode.ERROR)
            raise
