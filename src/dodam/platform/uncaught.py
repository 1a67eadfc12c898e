"""Errors that nobody catches: of tasks that nobody awaits, of callbacks, of threads."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any

import structlog

from dodam.platform.errors import Unexpected

_LOG = structlog.get_logger(__name__)


@contextmanager
def telling_of_the_uncaught(unexpected: Unexpected) -> Generator[None]:
    """While the scope lasts they are logged, and `unexpected` is told, on the running loop."""
    loop = asyncio.get_running_loop()

    def tell(place: str, error: Exception) -> None:
        _LOG.error("nobody caught an error", place=place, exc_info=error)
        # They come up on any thread, and while garbage is collected, in the midst of anything.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(unexpected, place, error)

    def of_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception):
            tell("a background task", error)
        else:
            loop.default_exception_handler(context)

    def of_thread(args: threading.ExceptHookArgs) -> None:
        if isinstance(args.exc_value, Exception):
            tell("a thread", args.exc_value)

    of_loops, of_threads = loop.get_exception_handler(), threading.excepthook
    loop.set_exception_handler(of_loop)
    threading.excepthook = of_thread
    try:
        yield
    finally:
        loop.set_exception_handler(of_loops)
        threading.excepthook = of_threads
