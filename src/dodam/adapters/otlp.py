"""Traces to an OpenTelemetry collector, by OTLP over HTTP.

https://opentelemetry.io/docs/specs/otlp/#otlphttp. Loaded only where something is traced: the
exporter takes 130 ms and 3 MB.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from math import inf
from time import monotonic

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Tracer

_LOG = structlog.get_logger(__name__)
# Of one batch, with what it is tried again; and of the last ones together.
_SECONDS = 2.0
_TELL_AGAIN_SECONDS = 3600.0
# They would tell of each batch that does not get through, and of each span that finds no room.
_TALKATIVE = ("opentelemetry.exporter", "opentelemetry.sdk._shared_internal")


@asynccontextmanager
async def exported(
    endpoint: str, *, share: float, version: str, instance: str
) -> AsyncGenerator[Tracer]:
    """A tracer whose spans go to a collector in batches; the last of them as the scope ends.

    A `share` of the traces that begin here is sampled; what is part of another's trace is if that
    is. Spans that find no room, for a collector that is away, are dropped.
    """
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    exporter = _Patiently(OTLPSpanExporter(f"{endpoint}/v1/traces", timeout=_SECONDS))
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(share)),
        resource=Resource.create(
            {
                "service.name": "dodam",
                "service.version": version,
                "service.instance.id": instance,
            }
        ),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    try:
        yield provider.get_tracer("dodam", version)
    finally:
        exporter.hurry()
        await asyncio.to_thread(provider.shutdown)


class _Patiently(SpanExporter):
    """Says once an hour that the collector takes nothing; gives up soon where all is to end."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._until = inf
        self._quiet_until = 0.0

    def hurry(self) -> None:
        self._until = monotonic() + _SECONDS

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if monotonic() > self._until:
            return SpanExportResult.FAILURE
        result = self._exporter.export(spans)
        if result is SpanExportResult.FAILURE and monotonic() > self._quiet_until:
            self._quiet_until = monotonic() + _TELL_AGAIN_SECONDS
            _LOG.warning("traces do not get to their collector", spans=len(spans))
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()
