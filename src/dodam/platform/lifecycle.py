"""Starting and stopping a process: what runs in it begins in order and ends in reverse."""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import structlog
import uvicorn
from litestar import Litestar

from dodam.platform.http.proxies import TrustedProxies
from dodam.platform.jobs.worker import Jobs

_LOG = structlog.get_logger(__name__)


class PortInUseError(Exception):
    """Somebody listens already; the message is one sentence for the person who started it."""


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket, before anything slow is started. Raises PortInUseError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small answers at once (TCP_NODELAY) only where the protocol is named.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        message = (
            f"Port {port} on {host} is not free ({error.strerror}); choose another: DODAM_PORT=8123"
        )
        raise PortInUseError(message) from error
    return bound


@asynccontextmanager
async def stop_on_signals() -> AsyncGenerator[asyncio.Event]:
    """An event that SIGINT and SIGTERM set, so that everything under way is finished first."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


class _Server(uvicorn.Server):
    """uvicorn without signal handlers of its own: one place decides when a process stops."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def serve_http(
    app: Litestar,
    bound: socket.socket,
    stop: asyncio.Event,
    *,
    drain_seconds: int,
    trusted_proxies: str,
) -> None:
    """Serve until `stop`; then accept nothing new and finish what is under way."""
    # What was built by now lives as long as the process: the garbage collector, which stops every
    # request while it looks, need not look through it again and again, nor look so often.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    server = _Server(
        uvicorn.Config(
            TrustedProxies(app, trusted_proxies),  # pyright: ignore[reportArgumentType]
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=drain_seconds,
        )
    )
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve(sockets=[bound]))
        await _first_of(serving, stop)
        server.should_exit = True


async def do_jobs(jobs: Jobs, stop: asyncio.Event, *, drain_seconds: int) -> None:
    """Do background work until `stop`; then finish the jobs under way.

    A job that does not finish in time goes back to the queue, for another worker.
    """
    async with asyncio.TaskGroup() as group:
        working = group.create_task(jobs.run())
        await _first_of(working, stop)
        jobs.stop()
        _, late = await asyncio.wait({working}, timeout=drain_seconds)
        if late:
            _LOG.warning("jobs did not finish in time; they are handed back")
            jobs.hand_back()


async def _first_of(task: asyncio.Task[None], stop: asyncio.Event) -> None:
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
