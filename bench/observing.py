"""`python -m bench.observing`: what metrics and traces cost by themselves, in microseconds.

Each is done 20,000 times, nine times over; the best counts, for what else the machine does only
ever adds. What they cost a whole request is measured by `bench.logging.requests`.
"""

import asyncio
from collections.abc import Callable
from timeit import repeat

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from dodam.platform.http.request_figures import count_request
from dodam.platform.measuring.exposition import exposed
from dodam.platform.metrics import Histogram
from dodam.platform.tracing import span, trace_with

_TIMES = 20_000
_WAIT = Histogram("bench_wait_seconds", "As a scope's wait for a connection.")


def request() -> None:
    count_request("GET", "/v1/children/{child_id}/today", 200, 0.003)
    _WAIT.observe(0.0001)


def one_span() -> None:
    with span("request"):
        pass


def request_of_three_scopes() -> None:
    with span("request"), span("reading"), span("statement"):
        pass


def show(what: str, work: Callable[[], None]) -> None:
    best = min(repeat(work, number=_TIMES, repeat=9)) / _TIMES * 1e6
    print(f"{best:8.2f} µs  {what}")


async def main() -> None:
    show("a request's figures, where nobody measures", request)
    async with exposed("127.0.0.1", 0, "bench"):
        show("a request's figures", request)
    show("a span, where nobody traces", one_span)
    for share, what in ((1, "sampled"), (0, "not sampled")):
        provider = TracerProvider(sampler=ParentBased(TraceIdRatioBased(share)))
        trace_with(provider.get_tracer("bench"))
        show(f"a span of a trace that is {what}", one_span)
        show(f"three within each other, {what}", request_of_three_scopes)


if __name__ == "__main__":
    asyncio.run(main())
