"""What is measured: a throw-away PostgreSQL, a real `dodam api` on it, and families in it."""

import asyncio
import itertools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx

from dodam.migrations import migrate
from dodam.platform.embedded import embedded_postgres

PASSWORD = "guardians of the benchmark"  # noqa: S105
_GUARDIANS = 5
_CHILDREN_EACH = 10
_START_SECONDS = 60
_BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Child:
    id: str
    access_token: str


@dataclass(frozen=True)
class Scene:
    """Where everything is while it lasts."""

    folder: Path
    database_url: str
    environment: dict[str, str]
    api_port: int
    api_pid: int
    children: Sequence[Child]
    motions: Sequence[str]


@contextmanager
def scene(folder: Path) -> Generator[Scene]:
    """PostgreSQL, `dodam api` and families under `folder` while the scope lasts."""
    with embedded_postgres(folder) as url:
        asyncio.run(migrate(url))
        environment = {"DODAM_DATABASE_URL": url, "DODAM_DATA_DIR": str(folder)}
        subprocess.run(
            [_BIN / "dodam", "migrate"],
            env=_environment(environment),
            stderr=subprocess.DEVNULL,
            check=True,
        )
        port = free_port()
        command = [str(_BIN / "dodam"), "api", "--port", str(port)]
        with server(command, port, environment) as pid, _api(port) as http:
            children = _register_families(http)
            with _running([str(_BIN / "dodam"), "worker"], environment):
                asyncio.run(_wait_for_plans(url, len(children)))
            headers = _bearer(children[0].access_token)
            motions = [each["id"] for each in http.get("/motions", headers=headers).json()]
            yield Scene(folder, url, environment, port, pid, children, motions)


@contextmanager
def server(command: Sequence[str], port: int, environment: dict[str, str]) -> Generator[int]:
    """An HTTP server that is ready, while the scope lasts; its process id."""
    with _running(command, environment) as process:
        deadline = time.monotonic() + _START_SECONDS
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                message = f"{' '.join(command)} did not start."
                raise RuntimeError(message)
            time.sleep(0.05)
        yield process.pid


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextmanager
def _running(
    command: Sequence[str], environment: dict[str, str]
) -> Generator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(command, env=_environment(environment)) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def _environment(additions: dict[str, str]) -> dict[str, str]:
    """This process's environment without settings of the product, which are stated instead."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DODAM_")}
    return kept | {"DODAM_LOG_LEVEL": "WARNING"} | additions


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _api(port: int) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{port}/v1", timeout=30, trust_env=False)


def _register_families(http: httpx.Client) -> list[Child]:
    children: list[Child] = []
    for guardian in range(_GUARDIANS):
        form = {"email": email(guardian), "password": PASSWORD, "name": f"Guardian {guardian}"}
        signed_up = http.post("/auth/sign-up", json=form).raise_for_status()
        token = signed_up.json()["access_token"]
        for number in range(_CHILDREN_EACH):
            child = {"name": f"Child {number}", "birth_date": "2019-05-14", "affected_hand": "left"}
            made = http.post("/children", json=child, headers=_bearer(token)).raise_for_status()
            children.append(Child(made.json()["id"], token))
    return children


def email(guardian: int) -> str:
    return f"guardian{guardian}@dodam.example"


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def _wait_for_plans(url: str, children: int) -> None:
    """Wait until the worker has given every child its plan, as it has in an ordinary life."""
    connection = await asyncpg.connect(url)
    try:
        for _ in itertools.repeat(None, _START_SECONDS * 10):
            if await connection.fetchval("select count(*) from therapy.plan") == children:
                return
            await asyncio.sleep(0.1)
    finally:
        await connection.close()
    message = "The worker did not make the children's plans."
    raise RuntimeError(message)
