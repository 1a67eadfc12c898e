"""L07: a trace leads from a request through its transaction and its job to the call outside."""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from litestar import get
from structlog.testing import capture_logs

from dodam.adapters.otlp import exported
from dodam.adapters.outside import OutsideService
from dodam.bootstrap import Dodam, build
from dodam.platform.http.access import PUBLIC
from dodam.platform.http.proxies import TrustedProxies
from dodam.platform.settings import Settings
from dodam.platform.tracing import is_tracing, span, trace_with
from dodam_sim.serving import serving
from tests.accounts.mailing import MailServer, mailing_system
from tests.adapters.line import Line
from tests.conftest import CLOCK
from tests.families import PASSWORD, Guardian, sign_up
from tests.observing.collector import Collector

SERVER, CLIENT, CONSUMER = 2, 3, 5
SIGN_UP = "POST /v1/auth/sign-up"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def collector() -> Collector:
    return Collector()


@asynccontextmanager
async def traced(collector: Collector, share: float = 1) -> AsyncGenerator[None]:
    """This process's traces are at the collector when the scope ends."""
    async with (
        serving(collector) as url,
        exported(url, share=share, version="1.2.3", instance="here/1") as tracer,
    ):
        trace_with(tracer)
        try:
            yield
        finally:
            trace_with(None)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    line = Line()
    async with line.open():
        yield line


@pytest.fixture
def dodam(database_url: str, settings: Settings, system: Dodam, line: Line) -> Dodam:
    del system

    @get("/outside", opt=PUBLIC)
    async def ask() -> None:
        outside = OutsideService("elsewhere", f"http://127.0.0.1:{line.port}")
        await outside.call("GET", "/people/{person}", {"person": "김민준/../?token=1"})

    built = build(settings, database_url, CLOCK)
    built.app.register(ask)
    return built


@asynccontextmanager
async def served(dodam: Dodam, proxies: str) -> AsyncGenerator[httpx.AsyncClient]:
    app: Any = TrustedProxies(dodam.app, proxies)  # pyright: ignore[reportArgumentType]
    async with serving(app) as url, httpx.AsyncClient(base_url=url) as http:
        yield http


@dataclass(frozen=True)
class Life:
    """What a guardian did, and what was told of it."""

    told: Collector
    guardian: Guardian
    child: dict[str, Any]


@pytest.fixture(scope="module")
async def life(settings: Settings, database_url: str, system: Dodam) -> Life:
    """A guardian signs up, is written to, registers a child and mistypes the password."""
    del system
    mails, told = MailServer(), Collector()
    await mails.open()
    async with serving(told) as url:
        chosen: dict[str, Any] = {"otlp_endpoint": url, "trace_share": 1.0}
        async with mailing_system(settings, database_url, mails, **chosen) as mailing:
            guardian = await sign_up(mailing.http)
            await mailing.mail(guardian.email)
            child = await guardian.register_child(name="김하윤")
            await guardian.get(f"/children/{child['id']}/today?secret=abc")
            wrong = {"email": guardian.email, "password": "not the right one"}
            await mailing.http.post("/v1/auth/sign-in", json=wrong)
            await mailing.settled()
    await mails.close()
    return Life(told, guardian, child)


def test_L07_a_trace_leads_from_the_request_to_the_call_that_its_job_makes(life: Life) -> None:
    request = life.told.named(SIGN_UP)
    ours = [each for each in life.told.spans if each.trace == request.trace]
    [call] = [each for each in ours if each.name == "send"]
    *between, transaction, outermost = life.told.above(call)
    assert (transaction, outermost) == ("transaction", SIGN_UP)
    [job] = [each for each in ours if each.kind == CONSUMER and each.name in between]
    assert job.name.startswith("process deliver:accounts.")
    assert job.attributes["dodam.request_id"] == request.attributes["dodam.request_id"]
    assert (request.kind, request.parent, call.kind) == (SERVER, b"", CLIENT)
    assert request.attributes["http.route"] == "/v1/auth/sign-up"
    assert request.attributes["http.response.status_code"] == 201
    assert call.attributes["peer.service"] == "smtp"
    assert life.told.resource["service.name"] == "dodam"


def test_L07_statements_are_spans_by_their_names_and_nothing_tells_of_people(life: Life) -> None:
    names = {each.name for each in life.told.spans}
    assert "accounts.store.sessions.INSERT_SESSION" in names
    assert "GET /v1/children/{child_id}/today" in names
    everything = b"".join(life.told.raw)
    email, child_id = life.guardian.email, life.child["id"]
    for secret in (email, PASSWORD, "김하윤", "secret=abc", child_id, "not the right one"):
        assert secret.encode() not in everything


async def test_L07_a_call_outside_carries_the_trace_and_the_request(
    dodam: Dodam, collector: Collector, line: Line
) -> None:
    async with traced(collector), served(dodam, "192.0.2.1") as http:
        answer = await http.get("/outside")
    [heard] = line.heard
    call, request = collector.named("GET /people/{person}"), collector.named("GET /outside")
    assert collector.above(call) == ["GET /people/{person}", "GET /outside"]
    assert f"traceparent: 00-{call.trace.hex()}-{call.id.hex()}-".encode() in heard
    assert f"x-request-id: {answer.headers['x-request-id']}".encode() in heard
    assert request.attributes["dodam.request_id"] == answer.headers["x-request-id"]
    assert call.attributes["url.template"] == "/people/{person}"
    assert "token" not in str(collector.spans)


async def test_L07_a_trusted_proxy_may_have_begun_the_trace(
    dodam: Dodam, collector: Collector
) -> None:
    async with traced(collector, share=0):
        async with served(dodam, "127.0.0.1") as http:
            await http.get("/outside", headers={"traceparent": PARENT})
            await http.get("/v1/children", headers={"traceparent": "00-"})
        async with served(dodam, "192.0.2.1") as http:
            await http.get("/v1/children", headers={"traceparent": PARENT})
    # Nothing that begins here is sampled, and what somebody else says of himself is not heard.
    assert {each.name for each in collector.spans} == {"GET /outside", "GET /people/{person}"}
    request = collector.named("GET /outside")
    assert request.trace.hex() == PARENT.split("-")[1]
    assert request.parent.hex() == PARENT.split("-")[2]


async def test_L07_a_failure_is_told_by_its_kind_alone(collector: Collector) -> None:
    async with traced(collector):
        with pytest.raises(ValueError, match="김민준"), span("deed"):
            raise ValueError("김민준")
    failed = collector.named("deed")
    assert failed.is_error
    assert failed.attributes["error.type"] == "ValueError"
    assert "김민준".encode() not in b"".join(collector.raw)


async def test_L07_a_collector_that_is_away_is_told_of_once(collector: Collector) -> None:
    collector.status = 400
    with capture_logs() as lines:
        async with traced(collector):
            for _ in range(2_000):
                with span("deed"):
                    pass
    assert [each["event"] for each in lines] == ["traces do not get to their collector"]


async def test_L07_nothing_is_traced_unless_asked_for(dodam: Dodam, line: Line) -> None:
    async with served(dodam, "127.0.0.1") as http:
        await http.get("/outside", headers={"traceparent": PARENT})
    [heard] = line.heard
    assert re.search(rb"(?i)traceparent", heard) is None
    assert not is_tracing()
