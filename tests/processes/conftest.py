"""Real `dodam up` processes, on data directories and ports of their own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

DODAM = shutil.which("dodam", path=str(Path(sys.executable).parent)) or "dodam"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@dataclass
class Server:
    """One `dodam up`; what it says lands in `log`."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(self.log.read_text())
            try:
                if httpx.get(f"{self.url}/health/ready").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)


Start = Callable[..., Server]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a server; whatever still runs after the test is stopped."""
    started: list[Server] = []

    def run(data_dir: Path, *, port: int | None = None, **settings: str) -> Server:
        port = port or free_port()
        log = data_dir / f"dodam.{len(started)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(  # noqa: S603 - our own program
                [DODAM, "up", "--no-demo", "--port", str(port), "--data-dir", str(data_dir / "d")],
                stdout=out,
                stderr=out,
                env={
                    **os.environ,
                    "DODAM_ARGON2_MEMORY_KIB": "8",
                    "DODAM_WORLD_PORT": "0",
                    "DODAM_WORLD_SMTP_PORT": "0",
                    **settings,
                },
                start_new_session=True,
            )
        server = Server(process, f"http://127.0.0.1:{port}", log)
        started.append(server)
        return server

    yield run
    for server in started:
        if server.process.poll() is None:
            server.stop(signal.SIGTERM)
