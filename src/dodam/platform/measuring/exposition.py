"""Metrics as Prometheus scrapes them (https://prometheus.io/docs/instrumenting/exposition_formats/).

Loaded only where something is measured: the client takes 40 ms and 2 MB.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import prometheus_client as prometheus

from dodam.platform.lifecycle import PortInUseError
from dodam.platform.metrics import Counter, Family, Gauge, Histogram


@asynccontextmanager
async def exposed(host: str, port: int, version: str) -> AsyncGenerator[int]:
    """Count and time while the scope lasts; tells the port, on which the figures are served.

    A thread serves them, so that they can be had while the event loop stands still. Raises
    PortInUseError.
    """
    # When each series began: twice as many of them, and of no use to us.
    prometheus.disable_created_metrics()
    registry = prometheus.CollectorRegistry()
    prometheus.ProcessCollector(registry=registry)
    prometheus.PlatformCollector(registry=registry)
    prometheus.GCCollector(registry=registry)
    build = prometheus.Gauge("dodam_build_info", "This release.", ["version"], registry=registry)
    build.labels(version).set(1)
    made = {family: _made(family, registry) for family in Family.declared}
    server, thread = _serve(host, port, registry)
    try:
        for family, make in made.items():
            family.measure(make)
        yield server.server_port
    finally:
        for family in made:
            family.measure(None)
        await asyncio.to_thread(server.shutdown)
        server.server_close()
        thread.join()


def _serve(host: str, port: int, registry: prometheus.CollectorRegistry) -> Any:
    try:
        return prometheus.start_http_server(port, host, registry)
    except OSError as error:
        raise PortInUseError(
            f"Port {port} on {host} is not free for metrics ({error.strerror}); choose another, "
            "for each process of this machine its own: DODAM_METRICS_PORT=9123"
        ) from error


def _made(family: Family, registry: prometheus.CollectorRegistry) -> Callable[..., Any]:
    given = (family.name, family.description, family.labels)
    match family:
        case Counter():
            made = prometheus.Counter(*given, registry=registry)
        case Gauge():
            made = prometheus.Gauge(*given, registry=registry)
        case Histogram():
            made = prometheus.Histogram(*given, registry=registry, buckets=family.bounds)
        case _:
            raise TypeError(family)
    return made.labels if family.labels else lambda: made
