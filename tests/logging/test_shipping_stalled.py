"""L05: a database that stands still keeps no process from ending."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from dodam.platform.logging import shipping as shippings
from dodam.platform.logging.database.shipping import DatabaseShipping
from dodam.platform.logging.pipeline import Pipeline
from dodam.platform.logging.running import running_pipeline
from dodam.platform.logging.shipping import LogShipping
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.logging.lines import event, said
from tests.logging.stored import MONTHS, texts_in

_SOCKET = ".s.PGSQL.5432"
# Less than a connection waits for an answer, and more than a slow machine needs.
_PATIENCE_SECONDS = 8


@pytest.fixture
def log(tmp_path: Path, clock: StoppedClock) -> Iterator[Pipeline]:
    with running_pipeline(Settings(data_dir=tmp_path), "api", clock) as log:
        yield log


class _Line:
    """A way to the database on which nothing passes any more once `at` would have."""

    def __init__(self, url: str, folder: Path, at: bytes) -> None:
        self._url = urlsplit(url)
        [there] = parse_qs(self._url.query)["host"]
        self._there = Path(there) / _SOCKET
        self._folder = folder
        self._at = at
        self.stood_still = asyncio.Event()
        self._writers: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[str]:
        server = await asyncio.start_unix_server(self._relay, self._folder / _SOCKET)
        try:
            yield self._url._replace(query=f"host={self._folder}").geturl()
        finally:
            server.close()
            for writer in self._writers:
                writer.transport.abort()
            await asyncio.sleep(0)

    async def _relay(self, mine: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, their_writer = await asyncio.open_unix_connection(self._there)
        self._writers += writer, their_writer
        with suppress(ConnectionError):
            await asyncio.gather(self._pass_on(mine, their_writer), self._pass_on(theirs, writer))

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(1 << 16):
            if self._at in data:
                self.stood_still.set()
            if not self.stood_still.is_set():
                target.write(data)
        target.close()


@pytest.mark.parametrize("at", [b"select", b"INSERT", b"COPY", b"COMMIT"])
async def test_L05_a_database_that_stands_still_keeps_no_process_from_ending(
    log: Pipeline,
    clock: StoppedClock,
    log_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at: bytes,
) -> None:
    monkeypatch.setattr(shippings, "_PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(shippings, "_LAST_SECONDS", 0.1)
    line = _Line(log_url, tmp_path, at)
    async with line.open() as url:
        shipping = LogShipping(log, [DatabaseShipping(url, clock, months=MONTHS)], clock)
        async with asyncio.timeout(_PATIENCE_SECONDS), shipping.running(asyncio.Event()):
            log.write(event("said"))
            await line.stood_still.wait()
    assert said(tmp_path / "logs") == ["said"]
    assert set(await texts_in(log_url)) <= {"said"}
