"""L07: calls outside are told of by service and by what was asked for, however they come out."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest
from aiosmtplib import SMTPConnectError
from structlog.testing import capture_logs

from dodam.adapters.object_storage import FolderObjects
from dodam.adapters.outside import AskedToWait, OutsideService
from dodam.adapters.smtp import SmtpAccess, SmtpMails, SmtpSecurity
from dodam.features.content.errors import StorageUnavailable
from dodam.platform.context import CONTEXT, Context
from dodam.platform.measuring.exposition import exposed
from dodam.platform.work import PerhapsDone, TryLater
from tests.adapters.line import Line
from tests.observing.scraping import Scraped, scrape

CALLS = "dodam_outside_calls_total"
ASKED = "GET /people/{person}"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with exposed("127.0.0.1", 0, "1") as port:
        yield port


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    line = Line()
    async with line.open():
        yield line


@pytest.fixture
def service(line: Line) -> OutsideService:
    return OutsideService("elsewhere", f"http://127.0.0.1:{line.port}")


async def ask(service: OutsideService, person: str = "김민준") -> None:
    await service.call("GET", "/people/{person}", {"person": person})


def outcomes(found: Scraped, service: str = "elsewhere") -> dict[str, float]:
    return {
        outcome: count
        for outcome in found.labels(CALLS, "outcome")
        if (count := found.value(CALLS, service=service, outcome=outcome))
    }


@pytest.mark.parametrize(
    ("status", "outcome", "raised"),
    [
        ("204 No Content", "answered", None),
        ("302 Found", "answered", None),
        ("404 Not Found", "refused", None),
        ("429 Too Many Requests", "asked_to_wait", AskedToWait),
        ("503 Service Unavailable", "failed", PerhapsDone),
    ],
)
async def test_L07_a_call_is_counted_by_how_it_came_out(
    port: int,
    line: Line,
    service: OutsideService,
    status: str,
    outcome: str,
    raised: type[Exception] | None,
) -> None:
    line.answer = f"HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n".encode()
    with capture_logs() as lines:
        if raised is None:
            await ask(service)
        else:
            with pytest.raises(raised):
                await ask(service)
    found = await scrape(port)
    assert outcomes(found) == {outcome: 1}
    assert found.labels(CALLS, "operation") == {ASKED}
    timed = "dodam_outside_call_duration_seconds_count"
    assert found.value(timed, service="elsewhere", operation=ASKED) == 1
    [told] = lines
    assert (told["service"], told["operation"], told["outcome"]) == ("elsewhere", ASKED, outcome)
    assert told["status"] == int(status[:3])
    assert "김민준" not in str(lines)


async def test_L07_what_does_not_answer_and_what_is_not_there_are_told_apart(
    port: int, line: Line, service: OutsideService
) -> None:
    line.answer = None
    with pytest.raises(PerhapsDone):
        await ask(service)
    nobody = OutsideService("nobody", "http://127.0.0.1:1")
    with pytest.raises(TryLater):
        await ask(nobody)
    found = await scrape(port)
    assert outcomes(found) == {"unanswered": 1}
    assert outcomes(found, "nobody") == {"unreachable": 1}


async def test_L07_a_service_that_is_left_alone_is_seen(port: int) -> None:
    nobody = OutsideService("nobody", "http://127.0.0.1:1")
    for _ in range(7):
        with pytest.raises(TryLater):
            await ask(nobody)
    found = await scrape(port)
    assert outcomes(found, "nobody") == {"unreachable": 5, "left_alone": 2}
    assert found.value("dodam_outside_breakers_open", service="nobody") == 1


@pytest.mark.parametrize(
    "hostile", ["..", ".", "../../else", "a/b?c=d#e", "%2e%2e", "김민준", "{other}", "a b\r\nx: y"]
)
async def test_L07_no_value_leads_to_another_path(
    line: Line, service: OutsideService, hostile: str
) -> None:
    await ask(service, hostile)
    [heard] = line.heard
    path = heard.split(b" ")[1].decode()
    assert path.startswith("/people/")
    assert path.count("/") == 2
    assert "?" not in path
    assert "#" not in path


async def test_L07_a_call_carries_the_id_of_the_request_it_is_made_for(
    line: Line, service: OutsideService
) -> None:
    request_id = uuid4()
    token = CONTEXT.set(Context(request_id))
    try:
        await ask(service)
        await ask(service)
    finally:
        CONTEXT.reset(token)
    await ask(service)
    sent = [f"x-request-id: {request_id}".encode() in each for each in line.heard]
    assert sent == [True, True, False]
    assert b"x-request-id: " in line.heard[2]


async def test_L07_mails_and_objects_are_counted_too(port: int, tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path / "media")
    assert await objects.size("missing") is None
    with pytest.raises(StorageUnavailable):
        await objects.move("missing", "elsewhere")
    nobody = SmtpAccess("127.0.0.1", 1, SmtpSecurity.NONE, None, None)
    with pytest.raises(SMTPConnectError):
        await SmtpMails(nobody, timeout_seconds=1).send(EmailMessage())
    found = await scrape(port)
    assert found.value(CALLS, service="media folder", operation="size", outcome="answered") == 1
    assert found.value(CALLS, service="media folder", operation="move", outcome="failed") == 1
    assert found.value(CALLS, service="smtp", operation="send", outcome="failed") == 1
