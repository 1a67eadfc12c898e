"""Load on an HTTP server from a client that costs little itself.

One thread, blocking sockets that a selector says are readable, requests that are bytes already,
and of an answer only the status and the length are looked at: about 15 µs of CPU a request.
"""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

_BUFFER_BYTES = 4_000_000
_LONGEST_WAIT_SECONDS = 30


class FailedRequestError(Exception):
    """The server answered something that is not a success; the numbers would mean nothing."""


@dataclass(frozen=True)
class Measured:
    """One repetition: how many a second, how long each took, and the client's share of a core."""

    per_second: float
    p50_ms: float
    p99_ms: float
    client_share: float | None

    @classmethod
    def of(
        cls, milliseconds: Sequence[float], per_second: float, client_share: float | None
    ) -> "Measured":
        # A short round may see one sign-in only, which `quantiles` does not take.
        p99 = quantiles([*milliseconds, max(milliseconds)], n=100, method="inclusive")[98]
        return cls(per_second, median(milliseconds), p99, client_share)


@dataclass
class _Connection:
    socket: socket.socket
    sent_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def is_answered(self) -> bool:
        """Take in what has arrived; whether the answer is whole."""
        arrived = self.socket.recv(_BUFFER_BYTES)
        if not arrived:
            raise FailedRequestError("The server closed the connection.")
        received = self.received
        received += arrived
        head = received.find(b"\r\n\r\n")
        if head < 0:
            return False
        if received.startswith(b"HTTP/1.1 304"):
            received.clear()
            return True
        at = received.find(b"content-length: ", 0, head) + 16
        if len(received) < head + 4 + int(received[at : received.find(b"\r", at)]):
            return False
        if not received.startswith(b"HTTP/1.1 2"):
            raise FailedRequestError(received.decode())
        received.clear()
        return True


def drive(port: int, connections: int, requests: Iterator[bytes], seconds: float) -> Measured:
    """Keep a request under way on every connection for `seconds`, then wait for the answers.

    Ends earlier where there are no more requests. Raises FailedRequestError.
    """
    opened = [_Connection(_connect(port)) for _ in range(connections)]
    try:
        return _drive(opened, requests, seconds)
    finally:
        for connection in opened:
            connection.socket.close()


def _drive(
    connections: Sequence[_Connection], requests: Iterator[bytes], seconds: float
) -> Measured:
    took: list[float] = []
    with selectors.DefaultSelector() as selector:
        cpu = time.process_time()
        now = start = time.perf_counter()
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(next(requests))
        under_way = len(connections)
        while under_way:
            readable = selector.select(_LONGEST_WAIT_SECONDS)
            if not readable:
                raise FailedRequestError("The server does not answer.")
            for key, _ in readable:
                connection: _Connection = key.data
                if not connection.is_answered():
                    continue
                now = time.perf_counter()
                took.append((now - connection.sent_at) * 1000)
                request = next(requests, None) if now - start < seconds else None
                if request is None:
                    under_way -= 1
                else:
                    connection.send(request)
        elapsed = now - start
        share = (time.process_time() - cpu) / elapsed
    return Measured.of(took, len(took) / elapsed, share)


def _connect(port: int) -> socket.socket:
    connected = socket.create_connection(("127.0.0.1", port))
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # A whole batch fits, so that sending never waits for the server to read.
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
    return connected
