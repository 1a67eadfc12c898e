"""`python -m bench.media [--megabytes 400]`: what videos cost the server that takes and hands them
out, and what the catalogue's being up to date costs every upload of plays.

A real `dodam api` with its media in a folder. Memory is the most the process ever held, less what
it held before.
"""

import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.table import Table

from bench.processes import Server
from bench.scale.clusters import SERVING, api, cluster
from dodam.bootstrap import build
from dodam.features.accounts.models.permissions import PERMISSIONS, Role
from dodam.platform.clock import SystemClock
from dodam.platform.ids import new_id
from dodam.platform.settings import Settings
from dodam.platform.tokens import AccessTokens, CallerKind, SigningKeys

_MEGABYTE = 1_000_000
_ASKED = 500
_LOOKS = 100_000
_READERS = 20
_DESCRIBED = {"title": "Guide", "alt_ko": "손", "alt_en": "A hand"}


def main(*, megabytes: Annotated[int, typer.Option(max=500)] = 400) -> None:
    """Print seconds, milliseconds and memory."""
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        with cluster(folder, SERVING) as url:
            subprocess.run(
                [str(Path(sys.executable).with_name("dodam")), "migrate"],
                env={**os.environ, "DODAM_DATABASE_URL": url, "DODAM_DATA_DIR": kept},
                check=True,
                stdout=subprocess.DEVNULL,
            )
            with api(folder, url) as server, _client(folder, server) as http:
                _large(server, http, megabytes)
            asyncio.run(_catalogue(folder, url))


def _large(server: Server, http: httpx.Client, megabytes: int) -> None:
    table = Table("what", "seconds", "memory, MB")
    upload: dict[str, str] = {}

    def taken() -> None:
        answer = http.post("/staff/media", params=_DESCRIBED, content=_video(megabytes))
        answer.raise_for_status()
        upload.update(answer.json())

    def fetched() -> None:
        with http.stream("GET", upload["url"].removeprefix("/v1")) as answer:
            for _ in answer.iter_raw():
                pass

    def stopped_reading() -> None:
        request = f"GET {upload['url']} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()
        with ExitStack() as open_ones:
            for _ in range(_READERS):
                reader = socket.create_connection(("127.0.0.1", server.port))
                open_ones.enter_context(reader)
                reader.sendall(request)
                reader.recv(1)
            time.sleep(1)

    for name, work in (
        (f"take {megabytes} MB", taken),
        (f"hand out {megabytes} MB", fetched),
        (f"{_READERS} who ask for it and stop reading", stopped_reading),
    ):
        seconds, memory = _measured(server, work)
        table.add_row(name, f"{seconds:.1f}", f"{memory:.0f}")
    Console().print(table)
    _parts(http, upload["url"].removeprefix("/v1"), megabytes * _MEGABYTE)


def _parts(http: httpx.Client, url: str, size: int) -> None:
    chance = random.Random(7)  # noqa: S311 (the same places each time)
    table = Table("asked for, one after another", "p50 ms", "p95 ms")
    for name, length in (("head", 0), ("64 KB anywhere", 65_536), ("1 MB anywhere", 1_048_576)):
        times: list[float] = []
        for _ in range(_ASKED):
            start = chance.randrange(size - length)
            headers = {"range": f"bytes={start}-{start + length - 1}"} if length else {}
            began = time.perf_counter()
            http.request("GET" if length else "HEAD", url, headers=headers).raise_for_status()
            times.append((time.perf_counter() - began) * 1000)
        table.add_row(name, f"{median(times):.2f}", f"{quantiles(times, n=20)[-1]:.2f}")
    Console().print(table)


async def _catalogue(folder: Path, url: str) -> None:
    """Looking at the motions, as each upload of plays does, beside looking at a dictionary."""
    system = build(Settings(data_dir=folder), url)
    async with system.running(serving=False), system.database.reading() as db:
        kept = await system.catalogue.motions(db)

        async def for_ever() -> object:
            return kept

        async def current() -> object:
            return await system.catalogue.motions(db)

        times = {for_ever: list[float](), current: list[float]()}
        for _ in range(5):
            for look, took in times.items():
                began = time.perf_counter()
                for _ in range(_LOOKS):
                    await look()
                took.append((time.perf_counter() - began) / _LOOKS * 1e9)
    before, after = (median(took) for took in times.values())
    Console().print(
        f"The catalogue at each upload: kept for ever {before:.0f} ns, as it is now {after:.0f} ns,"
        " with a query a second in it."
    )


def _measured(server: Server, work: Callable[[], None]) -> tuple[float, float]:
    """How long it took, in seconds, and how much more memory the server held at most, in MB."""
    proc = Path("/proc") / str(server.process.pid)
    (proc / "clear_refs").write_text("5")  # the most it held is from now on
    before = _most_held(proc)
    began = time.perf_counter()
    work()
    return time.perf_counter() - began, _most_held(proc) - before


def _most_held(proc: Path) -> float:
    [line] = [each for each in (proc / "status").read_text().splitlines() if "VmHWM" in each]
    return int(line.split()[1]) / 1000


def _video(megabytes: int) -> Iterator[bytes]:
    """What begins as a video, of random content."""
    begin = b"\0\0\0\x18ftypisom\0\0\2\0isommp42"
    yield begin
    chunk = os.urandom(_MEGABYTE)
    yield chunk[len(begin) :]
    for _ in range(megabytes - 1):
        yield chunk


def _client(folder: Path, server: Server) -> httpx.Client:
    tokens = AccessTokens(
        SigningKeys.load(folder / "keys"), SystemClock(), seconds=3600, permissions=PERMISSIONS
    )
    token = tokens.issue(new_id(), new_id(), CallerKind.STAFF, [Role.ADMIN])
    return httpx.Client(
        base_url=f"http://127.0.0.1:{server.port}/v1",
        headers={"authorization": f"Bearer {token}"},
        timeout=300,
        trust_env=False,
    )


if __name__ == "__main__":
    typer.run(main)
