"""Run a command against a server of its own, whose address takes the place of `{url}` in it.

`{invitation}` becomes a link by which an admin joins.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_DODAM = Path(sys.executable).with_name("dodam")
_START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running `dodam up`."""

    url: str
    folder: str

    def invitation(self) -> str:
        command = [_DODAM, "invite-admin", "admin@dodam.example", "--name", "이서연"]
        command += ["--data-dir", self.folder]
        invited = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        return invited.stdout.strip()


@contextmanager
def server() -> Generator[Server]:
    """A `dodam up` with an empty database, which is gone afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        command = [
            _DODAM,
            "up",
            "--no-demo",
            "--no-world",
            "--port",
            str(port),
            "--data-dir",
            folder,
        ]
        with subprocess.Popen(command, env=os.environ | {"DODAM_LOG_LEVEL": "WARNING"}) as process:
            try:
                _wait_until_ready(url, process)
                yield Server(url, folder)
            finally:
                process.terminate()


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}/health/ready", timeout=5).close()  # noqa: S310
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    sys.exit("The server did not start.")


if __name__ == "__main__":
    with server() as running:
        arguments = [argument.replace("{url}", running.url) for argument in sys.argv[1:]]
        if "{invitation}" in arguments:
            arguments[arguments.index("{invitation}")] = running.invitation()
        status = subprocess.run(arguments, check=False).returncode
    sys.exit(status)
