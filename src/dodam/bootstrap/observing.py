"""Metrics and traces of a process, where the settings ask for them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from dodam.platform.measuring.watching import Watching
from dodam.platform.settings import Settings
from dodam.platform.tracing import trace_with

_LOG = structlog.get_logger(__name__)


@asynccontextmanager
async def observed(
    settings: Settings, watching: Watching, *, version: str, instance: str
) -> AsyncGenerator[None]:
    """Measure and trace while the scope lasts. Raises PortInUseError."""
    async with AsyncExitStack() as stack:
        if settings.metrics_port is not None:
            from dodam.platform.measuring.exposition import exposed  # noqa: PLC0415 - see there

            port = await stack.enter_async_context(
                exposed(settings.metrics_host, settings.metrics_port, version)
            )
            _LOG.info("metrics are served", host=settings.metrics_host, port=port)
            stack.callback(asyncio.create_task(watching.run()).cancel)
        if settings.otlp_endpoint is not None:
            from dodam.adapters.otlp import exported  # noqa: PLC0415 - see there

            tracer = await stack.enter_async_context(
                exported(
                    settings.otlp_endpoint,
                    share=settings.trace_share,
                    version=version,
                    instance=instance,
                )
            )
            stack.callback(trace_with, None)
            trace_with(tracer)
        yield
