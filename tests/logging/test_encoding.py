"""L01: whatever is handed to the log is one line of it, of bounded length."""

from typing import Any

import msgspec
import pytest

from dodam.platform.logging.console import pretty
from dodam.platform.logging.encoding import encoded
from dodam.platform.logging.lines import AnyLine, EventLine, Importance
from tests.logging.lines import event


def _written(line: EventLine) -> EventLine:
    data = encoded(line)
    assert data.endswith(b"\n")
    assert data.count(b"\n") == 1
    assert len(data) <= 33 * 1024
    read = msgspec.json.decode(data, type=AnyLine)
    assert isinstance(read, EventLine)
    return read


def test_L01_a_line_is_read_as_it_was_written() -> None:
    line = event("끝\nno end", Importance.ERROR, child="지우", list=[1, {"a": None}])
    assert _written(line) == line


def test_L01_a_long_text_is_cut_wherever_it_stands_and_says_so() -> None:
    long = "가" * 5_000
    read = _written(event(long, deep={"list": [long, "short"]}))
    cut = f"{'가' * 1365}… (10904 bytes more)"
    assert read.event == cut
    assert read.fields == {"deep": {"list": [cut, "short"]}}


def test_L01_a_line_that_is_long_all_the_same_is_written_without_its_largest_part() -> None:
    line = msgspec.structs.replace(
        event("much", many=["x" * 100] * 500), error={"frames": ["y" * 100] * 100}
    )
    read = _written(line)
    assert read.event == "much"
    assert read.fields == {"left_out_bytes": 51_510}
    assert read.error == line.error


def test_L01_a_line_of_which_all_is_long_keeps_who_and_when() -> None:
    long = ["x" * 4_000] * 20
    line = msgspec.structs.replace(
        event("가" * 9_000, long=long, attempt=3), error={"type": "KeyError", "frames": long}
    )
    read = _written(line)
    assert (read.at, read.instance) == (line.at, line.instance)
    assert read.fields == {"attempt": 3, "left_out_bytes": 80_082}
    assert read.error == {"type": "KeyError", "left_out_bytes": 80_090}


@pytest.mark.parametrize("kind", ["KeyError", "K" * 200])
def test_L01_an_error_that_was_left_out_is_shown_to_people_too(kind: str) -> None:
    error = {"type": kind, "frames": ["x" * 4_000] * 20}
    shown = pretty(_written(msgspec.structs.replace(event("much"), error=error)), colour=False)
    assert shown.splitlines()[1:] == [
        f"    {kind if len(kind) < 100 else 'an error'}: {len(msgspec.json.encode(error))}"
    ]


class _Hostile:
    def __repr__(self) -> str:
        raise ZeroDivisionError


def _endless() -> dict[str, Any]:
    endless: dict[str, Any] = {}
    endless["again"] = endless
    return endless


@pytest.mark.parametrize(
    "value",
    [_Hostile(), "\ud800", {1.5: _Hostile()}, _endless()],
    ids=["an object", "a half of a character", "a strange key", "without an end"],
)
def test_L01_what_is_no_json_is_an_event_that_says_so(value: Any) -> None:
    read = _written(event("lost", Importance.KEPT, value=value))
    assert read.event == "a line could not be written as JSON"
    assert read.importance is Importance.KEPT
