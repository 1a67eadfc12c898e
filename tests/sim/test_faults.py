"""A bad line between two systems: each fault is what it says, on the wire."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import pytest
import uvloop
from litestar import Litestar, Request, post

from dodam_sim.families.chance import stream
from dodam_sim.serving import PortTakenError, serving
from dodam_sim.world.faults import WELL, Fault, Faults, Faulty

TAKEN = {Fault.SLOW, Fault.LOST, Fault.HALF}


class Post:
    """A service that takes notes."""

    def __init__(self) -> None:
        self.taken: list[str] = []

        @post("/notes")
        async def take(request: Request[Any, Any, Any]) -> dict[str, int]:
            self.taken.append((await request.body()).decode())
            return {"taken": len(self.taken)}

        self.line = Faulty(
            Litestar([take], openapi_config=None, logging_config=None), stream(7, "line")
        )

    @asynccontextmanager
    async def reached(self) -> AsyncGenerator[httpx.AsyncClient]:
        async with serving(self.line) as url, httpx.AsyncClient(base_url=url, timeout=2) as client:
            yield client


async def test_X01_a_good_line_changes_nothing() -> None:
    office = Post()
    async with office.reached() as http:
        answer = await http.post("/notes", content="one")
    assert (answer.status_code, answer.json(), office.taken) == (201, {"taken": 1}, ["one"])


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.LOST])
async def test_X01_a_connection_is_really_reset(fault: Fault) -> None:
    office = Post()
    office.line.faults = Faults.always(fault)
    async with office.reached() as http:
        with pytest.raises(httpx.NetworkError) as failure:
            await http.post("/notes", content="one")
    assert "ConnectionResetError" in _causes(failure.value)
    assert office.taken == (["one"] if fault is Fault.LOST else [])


def test_X01_a_connection_is_really_reset_on_the_loop_of_the_product() -> None:
    """`dodam up` runs on uvloop, whose transports are its own."""
    uvloop.run(test_X01_a_connection_is_really_reset(Fault.LOST))
    uvloop.run(test_X01_an_answer_ends_in_its_midst())


async def test_X01_an_answer_ends_in_its_midst() -> None:
    office = Post()
    office.line.faults = Faults.always(Fault.HALF)
    async with office.reached() as http:
        with pytest.raises(httpx.RemoteProtocolError, match="received 5 bytes, expected 11"):
            await http.post("/notes", content="one")
    assert office.taken == ["one"]


async def test_X01_an_answer_is_late_though_the_message_was_taken() -> None:
    office = Post()
    office.line.faults = Faults.always(Fault.SLOW, slow_seconds=60)
    async with office.reached() as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post("/notes", content="one", timeout=httpx.Timeout(2, read=0.1))
    assert office.taken == ["one"]


async def test_X01_a_slow_answer_comes_in_the_end() -> None:
    office = Post()
    office.line.faults = Faults.always(Fault.SLOW, slow_seconds=0.05)
    async with office.reached() as http:
        started = asyncio.get_running_loop().time()
        answer = await http.post("/notes", content="one")
        assert asyncio.get_running_loop().time() - started >= 0.05
    assert answer.json() == {"taken": 1}


async def test_X01_a_stuck_service_takes_nothing_and_never_answers() -> None:
    office = Post()
    office.line.faults = Faults.always(Fault.STUCK)
    async with office.reached() as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post("/notes", content="one", timeout=httpx.Timeout(2, read=0.1))
    assert office.taken == []


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [(Fault.GARBAGE, {200}), (Fault.BUSY, {429}), (Fault.BROKEN, {500, 502, 503})],
)
async def test_X01_a_page_comes_in_place_of_an_answer(fault: Fault, statuses: set[int]) -> None:
    office = Post()
    office.line.faults = Faults.always(fault, busy_seconds=7)
    async with office.reached() as http:
        answers = [await http.post("/notes", content="one") for _ in range(30)]
    assert {each.status_code for each in answers} == statuses
    assert {each.headers.get("retry-after") for each in answers} == (
        {"7"} if fault is Fault.BUSY else {None}
    )
    with pytest.raises(ValueError, match="Expecting value"):
        answers[0].json()
    assert office.taken == []


async def test_X01_a_service_recovers_when_told_to() -> None:
    office = Post()
    office.line.faults = Faults.always(Fault.DOWN)
    async with office.reached() as http:
        with pytest.raises(httpx.NetworkError):
            await http.post("/notes", content="one")
        office.line.faults = WELL
        assert (await http.post("/notes", content="two")).is_success
    assert office.taken == ["two"]


async def test_X01_a_flaky_line_takes_exactly_what_its_faults_say() -> None:
    """A client that counts what surely, surely not and perhaps arrived is never wrong."""
    office = Post()
    office.line.faults = Faults.flaky(0.6, slow_seconds=0.3)
    answered, perhaps = set[str](), set[str]()
    async with office.reached() as http:

        async def one(number: int) -> None:
            note = str(number)
            try:
                answer = await http.post("/notes", content=note, timeout=0.2)
                if answer.status_code == 201:
                    answered.add(note)
            except httpx.TransportError:
                perhaps.add(note)

        for start in range(0, 120, 20):
            await asyncio.gather(*(one(number) for number in range(start, start + 20)))
    taken = set(office.taken)
    assert answered <= taken <= answered | perhaps
    assert taken & perhaps
    assert perhaps - taken


def test_X01_the_same_dice_bring_the_same_faults() -> None:
    faults = Faults.flaky(0.5)
    first, again, other = stream(1), stream(1), stream(2)
    drawn = [faults.draw(first) for _ in range(200)]
    assert drawn == [faults.draw(again) for _ in range(200)]
    assert drawn != [faults.draw(other) for _ in range(200)]
    assert set(drawn) == {None, *Fault}


def test_X01_faults_of_some_kinds_only() -> None:
    faults = Faults.flaky(1, [Fault.BUSY, Fault.LOST])
    dice = stream(3)
    assert {faults.draw(dice) for _ in range(50)} == {Fault.BUSY, Fault.LOST}


@pytest.mark.parametrize(
    "told",
    [
        {"down": 1.5},
        {"down": -0.1},
        {"down": 0.6, "busy": 0.6},
        {"dwon": 1},
        {"slow_seconds": -1},
        {"busy_seconds": 0.5},
        {"down": "1"},
    ],
)
def test_X01_faults_that_make_no_sense_are_refused(told: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(told, Faults)


async def test_X01_a_taken_port_is_said_to_be_taken() -> None:
    async with Post().reached() as http:
        port = http.base_url.port
        assert port is not None
        with pytest.raises(PortTakenError, match=str(port)):
            async with serving(Post().line, port):
                pass


def _causes(error: BaseException | None) -> list[str]:
    names: list[str] = []
    while error is not None:
        names.append(type(error).__name__)
        error = error.__cause__ or error.__context__
    return names
