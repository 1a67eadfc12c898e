"""Real processes, most of them `dodam up`, on data directories and ports of their own."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx
import pytest

from dodam.platform.embedded import running_postgres
from dodam_sim.serving import serving
from dodam_sim.world.discord import Discord, Webhook

DODAM = shutil.which("dodam", path=str(Path(sys.executable).parent)) or "dodam"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@dataclass
class Server:
    """One process; what it says lands in `log`."""

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


class Reader:
    """Whoever reads at Discord what a process tells."""

    def __init__(self, discord: Discord, webhook: str) -> None:
        self._discord = discord
        self.webhook = webhook

    @property
    def read(self) -> list[tuple[str, str]]:
        """Titles and texts, in order."""
        return [
            (each["title"], each.get("description", ""))
            for post in self._discord.received
            for each in post.embeds
        ]

    @property
    def titles(self) -> list[str]:
        return [title for title, _ in self.read]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 - a server is told nothing
                await asyncio.sleep(0.02)


async def started(start: Start, data_dir: Path, reader: Reader) -> Server:
    server = start(data_dir, DODAM_DISCORD_WEBHOOK_URL=reader.webhook)
    await asyncio.to_thread(server.wait_until_ready)
    return server


async def execute(data_dir: Path, statement: str) -> None:
    url = running_postgres(data_dir / "d")
    assert url is not None
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
def start(data_dir: Path) -> Iterator[Start]:
    """Start a server; what still runs after the test is stopped before its folder is removed."""
    del data_dir
    started: list[Server] = []

    def run(
        data_dir: Path,
        *,
        port: int | None = None,
        command: Sequence[str] = ("up", "--no-demo"),
        **settings: str,
    ) -> Server:
        port = port or free_port()
        log = data_dir / f"dodam.{len(started)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(  # noqa: S603 - our own program
                [DODAM, *command],
                stdout=out,
                stderr=out,
                env={
                    **os.environ,
                    "DODAM_PORT": str(port),
                    "DODAM_DATA_DIR": str(data_dir / "d"),
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


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    discord = Discord(lambda: datetime.now(UTC))
    async with serving(discord) as home:
        yield Reader(discord, f"{home}/api{Webhook().path}")
