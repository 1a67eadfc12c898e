"""Starting the processes that are measured, and ending them whatever happens."""

import os
import socket
import subprocess
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

_START_SECONDS = 180
_STOP_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """A process that is to listen on `port`."""

    port: int
    process: "subprocess.Popen[bytes]"

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not _listens(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                message = f"{self.process.args} did not start."
                raise RuntimeError(message)
            time.sleep(0.05)


@contextmanager
def server(command: Sequence[str], environment: Mapping[str, str]) -> Generator[Server]:
    """Run a command that takes `--port` while the scope lasts."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with running([*command, "--port", str(port)], environment) as process:
        yield Server(port, process)


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str]
) -> Generator["subprocess.Popen[bytes]"]:
    """Run a command while the scope lasts, with the product's settings from `environment` only."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DODAM_")}
    with subprocess.Popen(command, env={**kept, **environment}) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
