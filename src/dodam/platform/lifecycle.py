"""What runs in a process: it begins in order, and on the way down finishes what is under way."""

import asyncio
import gc
import socket
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn
from litestar import Litestar

from dodam.platform.http.proxies import TrustedProxies
from dodam.platform.jobs.worker import Jobs
from dodam.platform.stopping import Stopping

# What is cut or handed back needs a moment: a transaction is rolled back, a row is written.
_LAST_SECONDS = 2.0
_LOOK_AGAIN_SECONDS = 0.02
_LEAVE = (b"connection", b"close")


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


class _Server(uvicorn.Server):
    """uvicorn that stops as `Stopping` says, and counts what it finished and what it cut."""

    def __init__(self, config: uvicorn.Config, stopping: Stopping, drain_seconds: int) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._drain_seconds = drain_seconds
        self._answered_before = 0

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """One place decides when a process stops."""
        yield

    def ask_to_leave(self) -> None:
        """Have every connection end with its next answer, so that its client goes elsewhere."""
        state = self.server_state
        self._answered_before = state.total_requests
        self.config.encoded_headers = [*self.config.encoded_headers, _LEAVE]
        state.default_headers = [*state.default_headers, _LEAVE]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nothing more; finish what is under way while there is time, then cut it.

        A request that is cut gets no answer: whether it was done is not known, and a client that
        hears nothing asks again.
        """
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        state = self.server_state
        for connection in [*state.connections]:
            connection.shutdown()
        await self._until_answered()
        left: Sequence[Any] = [*state.connections]
        under_way = [*state.tasks]
        for connection in left:
            connection.transport.abort()
        # So that the requests know that nobody listens before they are told to end.
        await asyncio.sleep(0)
        for task in under_way:
            task.cancel()
        if under_way:
            await asyncio.wait(under_way, timeout=_LAST_SECONDS)
        ended = self._stopping.ended
        ended.requests_cut = len(left)
        ended.requests_finished = state.total_requests - self._answered_before

    async def _until_answered(self) -> None:
        state = self.server_state
        loop = asyncio.get_running_loop()
        until = loop.time() + self._drain_seconds
        while (state.connections or state.tasks) and loop.time() < until:
            if self._stopping.hurried.is_set():
                return
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)


async def serve_http(
    app: Litestar,
    bound: socket.socket,
    stopping: Stopping,
    *,
    drain_seconds: int,
    trusted_proxies: str,
) -> None:
    """Serve until `stopping` closes; then accept nothing new and finish what is under way."""
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
        ),
        stopping,
        drain_seconds,
    )
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve(sockets=[bound]))
        await _first_of(serving, stopping.asked)
        server.ask_to_leave()
        await _first_of(serving, stopping.closing)
        server.should_exit = True


async def do_jobs(jobs: Jobs, stopping: Stopping, *, drain_seconds: int) -> None:
    """Do background work until `stopping` is asked; then finish the jobs under way.

    A job that does not finish in time goes back to the queue, for another worker. Where even that
    cannot be noted, as when the database is away, its missing heartbeat tells of it.
    """
    working = asyncio.create_task(jobs.run())
    try:
        await _first_of(working, stopping.asked)
        jobs.stop()
        under_way = jobs.under_way
        await _first_of(working, stopping.hurried, seconds=drain_seconds)
        stopping.ended.jobs_handed_back = jobs.hand_back()
        stopping.ended.jobs_finished = max(0, under_way - stopping.ended.jobs_handed_back)
        await asyncio.wait({working}, timeout=_LAST_SECONDS)
    finally:
        # What hangs on a database that stands still is torn off when that is closed.
        working.cancel()
        await asyncio.wait({working}, timeout=_LAST_SECONDS)


async def _first_of(
    task: asyncio.Task[None], event: asyncio.Event, *, seconds: float | None = None
) -> None:
    waiting = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({task, waiting}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
