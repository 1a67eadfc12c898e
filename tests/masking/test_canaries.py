"""L03, R03: whatever is sent, and however it fails, the log names nobody and holds no secret."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest
import structlog

from dodam.bootstrap import Dodam, build
from dodam.platform.http.request_lines import NO_ROUTE
from dodam.platform.logging.lines import RequestLine
from dodam.platform.settings import Settings
from tests.access.matrix import MATRIX, NOBODY
from tests.access.scene import Scene, asked, example, operations, scene
from tests.conftest import CLOCK
from tests.masking.canaries import CANARIES, found_in, right, wrong
from tests.masking.collecting import CollectingLog, captured

# What ends the callers' sessions or takes away what the paths name comes last.
_LAST = re.compile("sign-out|withdrawal|password|/methods|DELETE .*/sessions|DELETE")


@pytest.fixture
def log() -> Iterator[CollectingLog]:
    with captured() as log:
        yield log


@pytest.fixture
async def logged(
    system: Dodam, settings: Settings, database_url: str, log: CollectingLog
) -> AsyncIterator[Dodam]:
    """A second system on the database of the first, whose log is collected."""
    del system
    dodam = build(settings, database_url, CLOCK, log)
    await dodam.database.open()
    yield dodam
    await dodam.database.close()


@pytest.fixture
async def visitor(logged: Dodam) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=logged.app)  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient(transport=transport, base_url="http://dodam") as client:
        yield client


async def test_L03_no_route_writes_down_what_it_is_sent(
    logged: Dodam,
    visitor: httpx.AsyncClient,
    http: httpx.AsyncClient,
    settings: Settings,
    log: CollectingLog,
    capfd: pytest.CaptureFixture[str],
) -> None:
    held = await scene(http, settings, "{game_id}")
    described = operations(logged)
    taken = set[str]()
    for route in sorted(MATRIX, key=lambda each: bool(_LAST.search(each))):
        for request in _requests(route, described[route], held):
            answer = await visitor.request(**request)
            if answer.is_success:
                taken.add(route)
    requests = [each for each in log.lines if isinstance(each, RequestLine)]
    logged_routes = {f"{each.method} {each.route}" for each in requests}
    assert {each for each in MATRIX if "/health/" not in each} <= logged_routes
    assert len(taken) > len(MATRIX) // 3
    assert {each.status for each in requests} > {200, 201, 204, 400, 401, 404}
    assert [each for each in requests if found_in(str(each))] == []
    assert found_in(log.written()) == set()
    assert found_in("".join(capfd.readouterr())) == set()


def _requests(route: str, operation: Mapping[str, Any], held: Scene) -> Iterator[dict[str, Any]]:
    """A right request, and requests that are broken in their body, path, query and headers."""
    method, _, template = route.partition(" ")
    served = sorted(MATRIX[route].served - {NOBODY}) or [NOBODY]
    token = held.tokens.get(served[0], "")
    headers = {
        "authorization": f"Bearer {token}",
        "user-agent": f"{CANARIES['email'][0]} {CANARIES['password'][0]}",
        "cookie": f"session={CANARIES['token'][0]}",
        "x-custom": f"{CANARIES['phone'][0]} {CANARIES['card'][0]}",
        "content-type": "application/json",
    }
    names = re.findall(r"{(\w+)}", template)
    path, nowhere = template, template
    for name in names:
        path = path.replace(f"{{{name}}}", held.named.get(name, str(uuid4())))
        nowhere = nowhere.replace(f"{{{name}}}", CANARIES["name"][0])
    body, query = example(operation), asked(operation)
    sown = {name: canary for name, (canary, _) in CANARIES.items()}
    declared = {
        part["name"]: CANARIES["note"][0]
        for part in operation.get("parameters", [])
        if part["in"] == "query"
    }
    at_it = {"method": method, "url": path, "headers": headers}
    yield {**at_it, "params": query, "content": json.dumps(right(body))}
    yield {**at_it, "params": query | sown, "content": json.dumps(wrong(body))}
    yield {**at_it, "params": query, "content": json.dumps([wrong(body)])}
    yield {**at_it, "params": declared, "content": json.dumps(right(body))[:-1]}
    yield {
        **at_it,
        "params": query,
        "content": f'{{"name": "{CANARIES["name"][0]}'.encode("euc-kr"),
    }
    yield {**at_it, "url": nowhere, "params": sown, "content": json.dumps(wrong(body))}
    forged = {**headers, "authorization": f"Bearer {CANARIES['jwt'][0]}"}
    yield {**at_it, "headers": forged, "params": query, "content": json.dumps(right(body))}


async def test_L03_what_finds_no_route_or_breaks_the_protocol_is_not_written_down(
    visitor: httpx.AsyncClient, log: CollectingLog
) -> None:
    for canary, _ in CANARIES.values():
        await visitor.get(f"/{canary}", params={canary: canary})
        await visitor.request(canary.encode("ascii", "ignore").decode() or "x", "/v1/children")
        await visitor.post("/v1/auth/sign-in", content=canary.encode())
    routes = {each.route for each in log.lines if isinstance(each, RequestLine)}
    assert NO_ROUTE in routes
    assert found_in(log.written()) == set()


async def test_L03_a_fault_of_ours_tells_nothing_of_whom_it_happened_to(
    visitor: httpx.AsyncClient,
    http: httpx.AsyncClient,
    settings: Settings,
    log: CollectingLog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = await scene(http, settings, "")
    monkeypatch.setattr("dodam.features.children.service.children.Children.register", _slip)
    body = {**_CHILD, "name": CANARIES["name"][0], "birth_date": CANARIES["birth_date"][0]}
    headers = {"authorization": f"Bearer {held.tokens['guardian']}"}
    answer = await visitor.post("/v1/children", json=body, headers=headers)
    assert answer.status_code == 500
    [line] = [each for each in log.events if each.error is not None]
    assert line.request_id is not None
    assert line.error is not None
    assert line.error["frames"]
    assert found_in(log.written()) == set()


_CHILD = {"affected_hand": "left", "consent": None}


async def _slip(*_: Any, **__: Any) -> None:
    said = " ".join(canary for canary, _ in CANARIES.values())
    raise RuntimeError(said)


@pytest.mark.parametrize("canary", CANARIES)
def test_L03_a_canary_that_gets_through_is_found(
    log: CollectingLog, monkeypatch: pytest.MonkeyPatch, canary: str
) -> None:
    """Each of these was seen to fail the tests above when its mask was taken away."""
    assert found_in(CANARIES[canary][0]) == {canary}
    say = structlog.get_logger("dodam.made_up").info
    say("it failed", reason_of_all=KeyError(CANARIES[canary][0]))
    assert found_in(log.written()) == set()
    monkeypatch.setattr("dodam.platform.logging.capture.mask_fields", dict)
    say("it failed", reason_of_all=CANARIES[canary][0])
    assert found_in(log.written()) == {canary}
