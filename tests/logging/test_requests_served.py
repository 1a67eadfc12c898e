"""L01: requests through a real server: who gives them their ids, and how they may break off."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import httpx
import pytest
from litestar import get
from litestar.response import Stream

from dodam.bootstrap import Dodam
from dodam.platform.http.access import PUBLIC
from dodam.platform.lifecycle import listening_socket, serve_http
from dodam.platform.logging.lines import Importance, RequestLine
from dodam.platform.settings import Settings
from dodam.platform.stopping import Stopping
from tests.logging.watched import KeptLines, capturing, watched

_SECONDS = 10


class Drips:
    """An answer that comes piece by piece, whose end a test decides."""

    def __init__(self) -> None:
        self.goes_on = asyncio.Event()
        self.error: Exception | None = None

    async def pieces(self) -> AsyncGenerator[bytes]:
        yield b"first"
        await self.goes_on.wait()
        if self.error is not None:
            raise self.error
        yield b"second"


@pytest.fixture
def log() -> KeptLines:
    return KeptLines()


@pytest.fixture
def drips() -> Drips:
    return Drips()


@pytest.fixture
async def dodam(
    database_url: str, settings: Settings, log: KeptLines, drips: Drips
) -> AsyncIterator[Dodam]:
    @get("/drips", opt=PUBLIC)
    async def drip() -> Stream:
        return Stream(drips.pieces())

    async with watched(settings, database_url, log) as built:
        built.app.register(drip)
        yield built


@asynccontextmanager
async def served(dodam: Dodam, proxies: str = "192.0.2.1") -> AsyncGenerator[httpx.AsyncClient]:
    """As `dodam api` serves, on a port of this machine."""
    bound, stopping = listening_socket("127.0.0.1", 0), Stopping()
    serving = asyncio.create_task(
        serve_http(dodam.app, bound, stopping, drain_seconds=_SECONDS, trusted_proxies=proxies)
    )
    bound.listen()
    url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=url) as http:
            yield http
    finally:
        stopping.asked.set()
        stopping.closing.set()
        await serving


async def only(log: KeptLines) -> RequestLine:
    """The one request's line, once it is written."""
    async with asyncio.timeout(_SECONDS):
        while not log.requests:  # noqa: ASYNC110 - the server's side ends when it ends
            await asyncio.sleep(0.01)
    return log.only()


async def test_L01_a_trusted_proxy_may_name_a_request(dodam: Dodam, log: KeptLines) -> None:
    name = uuid4()
    async with served(dodam, "127.0.0.1") as http:
        answer = await http.get("/v1/children", headers={"X-Request-ID": str(name)})
    assert answer.headers["x-request-id"] == str(name)
    assert answer.json()["instance"] == f"urn:uuid:{name}"
    assert (await only(log)).request_id == name


async def test_L01_a_trusted_proxy_names_a_request_and_its_client(
    dodam: Dodam, log: KeptLines
) -> None:
    name = uuid4()
    async with served(dodam, "127.0.0.1") as http:
        headers = {"X-Request-ID": str(name), "X-Forwarded-For": "203.0.113.7"}
        answer = await http.get("/v1/children", headers=headers)
    assert answer.headers["x-request-id"] == str(name)
    assert (await only(log)).request_id == name


async def test_L01_nobody_else_may(dodam: Dodam, log: KeptLines) -> None:
    name = uuid4()
    async with served(dodam) as http:
        headers = {"X-Request-ID": str(name), "X-Forwarded-For": "192.0.2.1"}
        answer = await http.get("/v1/children", headers=headers)
    assert answer.headers["x-request-id"] != str(name)
    assert answer.headers["x-request-id"] == str((await only(log)).request_id)


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"x" * 10_000,
        b"1' or '1'='1",
        b"01933c5e-7a00-7000-8000-00000000d001\tSet-Cookie: a=b",
        "김민준".encode(),
        b"\xff\xfe",
        b"01933c5e-7a00-7000-8000-00000000d00g",
    ],
)
async def test_L01_what_is_no_uuid_names_no_request(
    dodam: Dodam, log: KeptLines, hostile: bytes
) -> None:
    async with served(dodam, "127.0.0.1") as http:
        answer = await http.get("/v1/children", headers=[(b"x-request-id", hostile)])
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    given = UUID(answer.headers["x-request-id"])
    assert (await only(log)).request_id == given
    assert given.version == 7


@pytest.mark.parametrize("line_break", [b"\r\n", b"\n", b"\r"])
async def test_L01_no_line_break_gets_through(
    dodam: Dodam, log: KeptLines, line_break: bytes
) -> None:
    name = str(uuid4()).encode()
    async with served(dodam, "127.0.0.1") as http:
        port = http.base_url.port
        said = await _say(
            port,
            b"GET /v1/children HTTP/1.1\r\nHost: dodam\r\nConnection: close\r\nX-Request-ID: "
            + name
            + line_break
            + b" evil: yes\r\n\r\n",
        )
    assert b"evil" not in said
    assert "evil" not in repr(log.lines)


async def test_L01_an_answer_that_comes_in_pieces_is_counted_whole(
    dodam: Dodam, log: KeptLines, drips: Drips
) -> None:
    drips.goes_on.set()
    async with served(dodam) as http:
        answer = await http.get("/drips")
    line = await only(log)
    assert answer.content == b"firstsecond"
    assert UUID(answer.headers["x-request-id"]) == line.request_id
    assert (line.status, line.response_bytes, line.error_code) == (200, 11, None)


async def test_L01_a_client_that_goes_away_while_it_is_answered_is_told_so(
    dodam: Dodam, log: KeptLines, unexpected: Sequence[str]
) -> None:
    async with served(dodam) as http:
        async with http.stream("GET", "/drips") as answer:
            assert await anext(answer.aiter_raw()) == b"first"
        line = await only(log)
    assert (line.status, line.error_code) == (499, "client_gone")
    assert (line.importance, line.response_bytes) == (Importance.INFO, 5)
    assert not unexpected


async def test_L01_a_client_that_goes_away_while_it_sends_is_told_so(
    dodam: Dodam, log: KeptLines, unexpected: Sequence[str]
) -> None:
    async with served(dodam) as http:
        await _say(
            http.base_url.port,
            b"POST /v1/auth/sign-in HTTP/1.1\r\nHost: dodam\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000\r\n\r\n{",
            hang_up=True,
        )
        line = await only(log)
    assert (line.status, line.error_code) == (499, "client_gone")
    assert (line.importance, line.request_bytes) == (Importance.INFO, 1)
    assert not unexpected


async def test_L01_no_line_waits_for_requests_that_take_long(
    dodam: Dodam, log: KeptLines, drips: Drips
) -> None:
    async with served(dodam) as http:
        async with http.stream("GET", "/drips") as slow:
            answer = await http.get("/v1/children")
            line = await only(log)
            assert answer.headers["x-request-id"] == str(line.request_id)
            log.lines.clear()
            drips.goes_on.set()
            await slow.aread()
        assert (await only(log)).route == "/drips"


async def test_L01_of_many_requests_at_once_each_is_a_line(dodam: Dodam, log: KeptLines) -> None:
    async with served(dodam) as http:
        answers = await asyncio.gather(*(http.get("/v1/children") for _ in range(100)))
        async with asyncio.timeout(_SECONDS):
            while len(log.requests) < len(answers):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)
    written = {str(each.request_id) for each in log.requests}
    assert written == {each.headers["x-request-id"] for each in answers}


async def test_L01_an_answer_that_breaks_off_is_an_error_and_its_request_is_named(
    dodam: Dodam, log: KeptLines, drips: Drips
) -> None:
    drips.error = RuntimeError("secret of the inside")
    drips.goes_on.set()
    with capturing(log):
        async with served(dodam) as http:
            with pytest.raises(httpx.RemoteProtocolError):
                await http.get("/drips")
            line = await only(log)
    assert (line.status, line.error_code) == (500, "cut_off")
    assert line.importance is Importance.ERROR
    [told] = [each for each in log.events if each.error]
    assert told.request_id == line.request_id


@pytest.fixture
def unexpected(monkeypatch: pytest.MonkeyPatch) -> Sequence[str]:
    """Where something failed that nobody expected."""
    places: list[str] = []

    def note(_: object, place: str, __: Exception) -> None:
        places.append(place)

    monkeypatch.setattr("dodam.features.operations.service.failures.Failures.note", note)
    return places


async def _say(port: int | None, said: bytes, *, hang_up: bool = False) -> bytes:
    """What a server answers until it hangs up; nothing, where the client does at once."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    await writer.drain()
    try:
        async with asyncio.timeout(_SECONDS):
            # The server is to have begun, so that it is the request that is broken off.
            return b"" if hang_up else await reader.read()
    finally:
        writer.close()
