"""L01: lines are found by what is known of them, in the database and in files alike."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from dodam.platform.logging.database.search import LogDatabaseUnavailable
from dodam.platform.logging.following import Following
from dodam.platform.logging.lines import AnyLine, EventLine, Importance
from dodam.platform.logging.wanted import Statuses, Wanted
from tests.clock import NOON, StoppedClock
from tests.logging.lines import Process
from tests.logging.stored import deliver, event, found, request, write

_REQUEST, _ACCOUNT, _CHILD = (UUID(int=number) for number in (1, 2, 3))
_MINUTE = timedelta(minutes=1)


def _lines() -> list[AnyLine]:
    """In order; each has a number, by which tests name it."""
    told: list[AnyLine] = [
        request(request_id=_REQUEST, account_id=_ACCOUNT, child_id=_CHILD),
        request(route="/v1/children/{child_id}/plays", status=404, error_code="child_not_found"),
        request(route="/v1/auth/sign_in", status=500, importance=Importance.ERROR),
        request(status=599, fields={"hand": "왼손"}),
        event(request_id=_REQUEST, event="a job of the request", task="messaging.send.v1", job=7),
        event(account_id=_ACCOUNT, event="김민 님이 왔어요"),
        event(child_id=_CHILD, level="warning", importance=Importance.WARNING),
        event(
            level="info", importance=Importance.KEPT, event="kept", fields={"said": "100 % sure_"}
        ),
        event(level="error", importance=Importance.ERROR, error={"type": "ZeroDivisionError"}),
        event(level="debug", importance=Importance.DEBUG, logger="dodam.deep.inside"),
        event(level="strange", importance=Importance.WARNING),
    ]
    return [_at(line, NOON + number * _MINUTE) for number, line in enumerate(told)]


def _at(line: AnyLine, at: Any) -> AnyLine:
    line_type = type(line)
    return line_type(
        **({name: getattr(line, name) for name in line.__struct_fields__} | {"at": at})
    )


def _numbers(lines: Sequence[AnyLine]) -> list[int]:
    return [(line.at - NOON) // _MINUTE for line in lines]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [*range(11)]),
        ({"request_id": _REQUEST}, [0, 4]),
        ({"account_id": _ACCOUNT}, [0, 5]),
        ({"child_id": _CHILD}, [0, 6]),
        ({"account_id": _ACCOUNT, "child_id": _CHILD}, [0]),
        ({"account_id": _CHILD}, []),
        ({"route": "/v1/children/{child_id}"}, [0, 1, 3]),
        ({"route": "sign_in"}, [2]),
        ({"route": "sign.in"}, []),
        ({"route": "%"}, []),
        ({"statuses": Statuses(500, 599)}, [2, 3]),
        ({"statuses": Statuses(404, 404)}, [1]),
        ({"level": Importance.DEBUG}, [*range(11)]),
        ({"level": Importance.INFO}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 10]),
        ({"level": Importance.WARNING}, [2, 6, 8, 10]),
        ({"level": Importance.ERROR}, [2, 8]),
        ({"since": NOON + 9 * _MINUTE}, [9, 10]),
        ({"until": NOON + 2 * _MINUTE}, [0, 1]),
        ({"since": NOON + 2 * _MINUTE, "until": NOON + 4 * _MINUTE}, [2, 3]),
        ({"text": "김민"}, [5]),
        ({"text": "왼손"}, [3]),
        ({"text": "님이"}, [5]),
        ({"text": "ZERODIVISION"}, [8]),
        ({"text": "Child_Not_Found"}, [1]),
        ({"text": "child%found"}, []),
        ({"text": "100 % sure_"}, [7]),
        ({"text": "sure/_"}, []),
        ({"text": "messaging.send"}, [4]),
        ({"text": "deep.inside"}, [9]),
        ({"text": '"hand": "왼손"'}, [3]),
        ({"text": "children", "statuses": Statuses(400, 499)}, [1]),
        ({"text": "'; drop table ops.event_log; --"}, []),
    ],
    ids=str,
)
async def test_L01_lines_are_found_by_each_filter_in_the_database_and_in_files(
    stored: str, process: Process, wanted: dict[str, Any], numbers: list[int]
) -> None:
    assert _numbers(await found(stored, **wanted)) == numbers[::-1]
    following = Following(process.spool, Wanted(**wanted))
    assert _numbers(following.last(1000)) == numbers
    following.close()


@pytest.fixture
def process(tmp_path: Path, clock: StoppedClock) -> Process:
    process = Process(tmp_path, clock)
    write(process, _lines())
    return process


@pytest.fixture
async def stored(process: Process, clock: StoppedClock, log_url: str) -> str:
    await deliver(process, log_url, clock)
    return log_url


async def test_L01_lines_of_the_same_microsecond_are_all_found_however_many(
    tmp_path: Path, clock: StoppedClock, log_url: str
) -> None:
    lines: list[AnyLine] = [event(event=f"{number:04}") for number in range(1111)]
    lines += [request(status=200 + number) for number in range(333)]
    process = Process(tmp_path, clock)
    write(process, lines)
    await deliver(process, log_url, clock)
    answered = await found(log_url)
    assert len(answered) == 1444
    assert {line.event for line in answered if isinstance(line, EventLine)} == {
        f"{number:04}" for number in range(1111)
    }
    assert len({line.status for line in answered if not isinstance(line, EventLine)}) == 333


async def test_L01_months_follow_each_other_the_newest_first(
    tmp_path: Path, clock: StoppedClock, log_url: str
) -> None:
    lines: list[AnyLine] = [
        (request if number % 2 else event)(NOON - timedelta(days=number)) for number in range(100)
    ]
    process = Process(tmp_path, clock)
    write(process, lines)
    await deliver(process, log_url, clock)
    assert await found(log_url) == lines


async def test_L01_a_database_that_is_away_is_one_sentence(unused_tcp_port: int) -> None:
    with pytest.raises(LogDatabaseUnavailable, match=r"^The database cannot be searched: .*\.$"):
        await found(f"postgresql://dodam@127.0.0.1:{unused_tcp_port}/dodam")
