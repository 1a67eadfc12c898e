"""`python -m bench.logging.lines [--short]`: what a request's line costs, up to the disk.

One system, without a server in front, in one process: between bursts of 64 requests (is the account
entitled?) lines are switched on and off, so that nothing else differs. Processor time of all
threads. Who asks one request after the other has each line made alone; of eight who ask at the
same time lines are made together.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import sample
from statistics import median
from typing import Annotated, Any

import httpx
import typer
from litestar.types import ASGIApp
from rich import box
from rich.console import Console
from rich.table import Table

from bench.requests import sign_up_form
from bench.scene import prepare
from dodam.bootstrap import build
from dodam.platform.clock import SystemClock
from dodam.platform.embedded import embedded_postgres
from dodam.platform.http.request_log import RequestLog
from dodam.platform.logging.lines import Importance
from dodam.platform.logging.log import Log
from dodam.platform.logging.running import running_log
from dodam.platform.settings import Settings

_CONSOLE = Console()
_BURST = 64
_AT_ONCE = (1, 8)


def main(
    *, short: Annotated[bool, typer.Option(help="Seconds instead of a minute.")] = False
) -> None:
    """Measure requests with and without their lines."""
    bursts = 20 if short else 300
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        asyncio.run(prepare(url, Path(folder)))
        settings = Settings(data_dir=Path(folder), log_database=False)
        with running_log(settings, "api") as log:
            found = asyncio.run(_measure(settings, url, log, bursts))
    table = Table(box=box.SIMPLE_HEAD)
    for title in ("at once", "no lines", "lines", "more"):
        table.add_column(title, justify="right")
    for at_once in _AT_ONCE:
        off, on = (median(found[at_once, lines]) for lines in (False, True))
        more = f"{on - off:.0f} µs ({(on - off) / off:.1%})"
        table.add_row(str(at_once), f"{off:.0f} µs", f"{on:.0f} µs", more)
    _CONSOLE.print(f"Medians of {bursts} bursts of {_BURST} requests.")
    _CONSOLE.print(table)


async def _measure(
    settings: Settings, url: str, log: Log, bursts: int
) -> dict[tuple[int, bool], list[float]]:
    system = build(settings, url)
    whole: Any = system.app.asgi_handler
    inner: ASGIApp = whole._app  # noqa: SLF001 - what it is around is nobody else's business
    faces = {
        lines: RequestLog(
            inner, log, SystemClock(), _ignore, least=Importance.INFO if lines else None
        )
        for lines in (False, True)
    }
    kinds = [(at_once, lines) for at_once in _AT_ONCE for lines in faces]
    found: dict[tuple[int, bool], list[float]] = {kind: [] for kind in kinds}
    async with system.running():
        headers = await _signed_in(system.app)
        for _ in range(bursts):
            for at_once, lines in sample(kinds, len(kinds)):
                system.app.asgi_handler = faces[lines]
                found[at_once, lines].append(await _burst(system.app, headers, at_once))
    return found


async def _burst(app: Any, headers: Sequence[tuple[bytes, bytes]], at_once: int) -> float:
    """Microseconds of processor time a request."""

    async def ask() -> None:
        for _ in range(_BURST // at_once):
            await app(_scope(headers), _receive, _send)

    before = time.process_time()
    await asyncio.gather(*(ask() for _ in range(at_once)))
    return (time.process_time() - before) / _BURST * 1e6


def _scope(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, Any]:
    path = "/v1/entitlement"
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "state": {},
    }


async def _receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(message: Any) -> None:
    if message.get("status", 200) != 200:  # noqa: PLR2004 - the numbers would mean nothing
        raise RuntimeError(message)


def _ignore(_place: str, error: Exception) -> None:
    raise error


async def _signed_in(app: Any) -> Sequence[tuple[bytes, bytes]]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://dodam/v1") as http:
        answer = await http.post("/auth/sign-up", json=sign_up_form(0))
    token = answer.raise_for_status().json()["access_token"]
    return [(b"host", b"127.0.0.1"), (b"authorization", f"Bearer {token}".encode())]


if __name__ == "__main__":
    typer.run(main)
