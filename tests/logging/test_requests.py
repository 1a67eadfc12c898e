"""L01: each request is one line, with who asked for what and how it ended, and without words."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from dodam.bootstrap import Dodam, build
from dodam.platform.database import Database
from dodam.platform.i18n import Language
from dodam.platform.logging.lines import Importance
from dodam.platform.settings import Settings
from tests.clock import NOON
from tests.conftest import CLOCK
from tests.families import Guardian, play, sign_up
from tests.logging.watched import KeptLines, caller, watched
from tests.staff import staff


@pytest.fixture(scope="module")
def log() -> KeptLines:
    return KeptLines()


@pytest.fixture(scope="module")
async def dodam(
    database_url: str, settings: Settings, system: Dodam, log: KeptLines
) -> AsyncIterator[Dodam]:
    del system  # it has loaded the catalogue
    async with watched(settings, database_url, log) as built:
        yield built


@pytest.fixture
async def http(dodam: Dodam, log: KeptLines) -> AsyncIterator[httpx.AsyncClient]:
    async with caller(dodam.app) as client:
        log.lines.clear()
        yield client


@pytest.fixture
async def guardian(http: httpx.AsyncClient, log: KeptLines) -> Guardian:
    found = await sign_up(http)
    log.lines.clear()
    return found


async def test_L01_a_request_is_one_line(guardian: Guardian, log: KeptLines) -> None:
    child = await guardian.register_child()
    log.lines.clear()
    answer = await guardian.call("GET", f"/children/{child['id']}/today")
    line = log.only()
    assert line.request_id == UUID(answer.headers["x-request-id"])
    assert timedelta() <= NOON - line.at < timedelta(seconds=1)
    assert (line.instance, line.importance) == ("api-test-1", Importance.INFO)
    assert (line.method, line.route) == ("GET", "/v1/children/{child_id}/today")
    assert (line.status, line.error_code) == (200, None)
    assert line.caller_kind == "guardian"
    assert str(line.account_id) == guardian.account_id
    assert str(line.child_id) == child["id"]
    assert line.request_bytes == 0
    assert line.response_bytes == len(answer.content)
    assert line.duration_us > 0


async def test_L01_bodies_are_counted_and_of_their_words_none_is_written(
    guardian: Guardian, log: KeptLines
) -> None:
    body = msgspec.json.encode({"name": "한도담이"})
    answer = await guardian.call("POST", "/children", content=body)
    assert answer.status_code == 400
    line = log.only()
    assert (line.request_bytes, line.response_bytes) == (len(body), len(answer.content))
    assert "도담이" not in repr(log.lines)
    assert "name" not in line.fields


async def test_L01_what_is_no_word_of_a_body_and_a_query_is_written(
    guardian: Guardian, log: KeptLines
) -> None:
    await guardian.call("POST", "/auth/sign-out", json={"everywhere": False})
    assert log.only().fields == {"everywhere": False}


async def test_L01_a_line_has_the_device_that_a_request_tells_of(
    guardian: Guardian, log: KeptLines
) -> None:
    child = await guardian.register_child()
    device = uuid4()
    for path in (
        f"/children/{child['id']}/settings?device_id={device}",
        f"/devices/{device}/settings",
    ):
        log.lines.clear()
        await guardian.call("GET", path)
        assert log.only().device_id == device


async def test_L01_records_are_named_by_their_ids_and_their_number(
    guardian: Guardian, log: KeptLines
) -> None:
    child = await guardian.register_child()
    one = play(NOON)
    log.lines.clear()
    await guardian.upload(child, one)
    await guardian.upload(child, [play(NOON), play(NOON)])
    single, several = log.requests
    assert single.fields["id"] == one["id"]
    assert single.fields["session_id"] == one["session_id"]
    assert not {"repetitions", "successes", "started_at", "duration_ms"} & {*single.fields}
    assert several.fields == {"count": 2}


async def test_L01_each_kind_of_caller_is_told(
    guardian: Guardian, settings: Settings, log: KeptLines
) -> None:
    admin = staff(guardian.http, settings, "admin")
    form = {"name": "A hospital", "scopes": ["daily_results:read"]}
    made = (await admin.call("POST", "/staff/api-keys", json=form)).json()
    log.lines.clear()
    await guardian.call("GET", "/children")
    await admin.call("GET", "/staff/api-keys")
    key = {"authorization": f"Bearer {made['secret']}"}
    assert (await guardian.http.get("/v1/api-key", headers=key)).status_code == 200
    await guardian.http.get("/v1/api-key", headers={"authorization": "Bearer dodam_no_such"})
    assert [(each.caller_kind, str(each.account_id)) for each in log.requests] == [
        ("guardian", guardian.account_id),
        ("staff", str(admin.id)),
        ("api_key", made["key"]["id"]),
        (None, "None"),
    ]


async def test_L01_who_may_not_is_known_all_the_same(
    http: httpx.AsyncClient, settings: Settings, log: KeptLines
) -> None:
    clinician = staff(http, settings, "clinician")
    child = uuid4()
    await clinician.call("POST", f"/children/{child}/play-records", json=[])
    line = log.only()
    assert (line.status, line.error_code) == (403, "not_permitted")
    assert (line.caller_kind, line.account_id) == ("staff", clinician.id)
    assert line.child_id == child


@pytest.mark.parametrize("language", [*Language])
@pytest.mark.parametrize(
    ("asked", "body", "status", "code", "route"),
    [
        ("GET /v1/nowhere/김민준", b"", 404, "not_found", "(none)"),
        ("GET /v1/children", b"", 401, "not_signed_in", "/v1/children"),
        ("PUT /v1/auth/sign-in", b"{}", 405, "method_not_allowed", "(none)"),
        ("POST /v1/auth/sign-in", b"{", 400, "malformed_request", "/v1/auth/sign-in"),
        ("POST /v1/auth/sign-in", b"[" * 100_000, 400, "malformed_request", "/v1/auth/sign-in"),
        ("POST /v1/auth/sign-in", b" " * 10_000_001, 413, "body_too_large", "/v1/auth/sign-in"),
        ("PROPFIND /v1/children", b"", 405, "method_not_allowed", "(none)"),
    ],
)
async def test_L01_every_failure_is_a_line_and_names_its_request(
    http: httpx.AsyncClient,
    log: KeptLines,
    asked: str,
    body: bytes,
    status: int,
    code: str,
    route: str,
    language: Language,
) -> None:
    answer = await http.request(
        *asked.split(" "),
        content=body,
        headers={"content-type": "application/json", "accept-language": language},
    )
    problem = answer.json()
    line = log.only()
    assert (answer.status_code, problem["status"], line.status) == (status, status, status)
    assert (problem["code"], line.error_code) == (code, code)
    assert line.route == route
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == language
    assert answer.headers["x-request-id"] == str(line.request_id)
    assert problem["instance"] == f"urn:uuid:{line.request_id}"
    assert line.importance is Importance.INFO
    assert "민준" not in repr(log.lines)


async def test_L01_a_method_of_somebodys_own_making_is_not_written(
    http: httpx.AsyncClient, log: KeptLines
) -> None:
    await http.request("KIM-MINJUN", "/v1/children")
    assert log.only().method == "(other)"


async def test_L01_what_nobody_expected_is_an_error(
    guardian: Guardian, log: KeptLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Database) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr(Database, "reading", broken)
    answer = await guardian.call("GET", "/children")
    line = log.only()
    assert (line.status, line.error_code) == (500, "internal_error")
    assert line.importance is Importance.ERROR
    assert answer.json()["instance"] == f"urn:uuid:{line.request_id}"


async def test_L01_a_service_that_is_away_is_an_error_too(settings: Settings) -> None:
    log = KeptLines()
    away = build(settings, "postgresql://nobody@127.0.0.1:1/none", CLOCK, log)
    async with caller(away.app) as http:
        await http.post("/v1/auth/sign-in", json={"email": "a@dodam.example", "password": "x"})
    line = log.only()
    assert (line.status, line.error_code) == (503, "database_unavailable")
    assert line.importance is Importance.ERROR


async def test_L01_who_asks_whether_the_process_lives_makes_no_line(
    http: httpx.AsyncClient, log: KeptLines
) -> None:
    answer = await http.get("/health/live")
    assert UUID(answer.headers["x-request-id"])
    assert log.lines == []


@pytest.mark.parametrize(
    ("other", "written"),
    [
        ({"log_level": "DEBUG"}, ["/health/live", "/v1/children"]),
        ({"log_level": "info"}, ["/v1/children"]),
        ({"log_level": "WARNING"}, []),
        ({"log_requests": False}, []),
    ],
)
async def test_L01_what_is_written_can_be_chosen(
    database_url: str, settings: Settings, other: dict[str, Any], written: list[str]
) -> None:
    log = KeptLines()
    async with (
        watched(settings, database_url, log, **other) as dodam,
        caller(dodam.app) as http,
    ):
        await http.get("/health/live")
        answer = await http.get("/v1/children")
    assert [each.route for each in log.requests] == written
    assert answer.json()["instance"] == f"urn:uuid:{answer.headers['x-request-id']}"


async def test_L01_requests_at_the_same_time_are_told_apart(
    guardian: Guardian, log: KeptLines
) -> None:
    others = [await sign_up(guardian.http) for _ in range(3)]
    log.lines.clear()
    families = [guardian, *others] * 5
    answers = await asyncio.gather(*(each.call("GET", "/children") for each in families))
    lines = {str(each.request_id): each for each in log.requests}
    for family, answer in zip(families, answers, strict=True):
        assert str(lines[answer.headers["x-request-id"]].account_id) == family.account_id


async def test_L01_each_page_and_file_is_a_line_too(
    http: httpx.AsyncClient, log: KeptLines
) -> None:
    page = await http.get("/docs")
    line = log.only()
    assert (line.route, line.status, line.caller_kind) == ("/docs", 200, None)
    assert line.response_bytes == len(page.content)
