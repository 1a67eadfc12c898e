"""L02, L05: segments are closed in time, and read from any place in any of their states."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dodam.platform.logging.active import Rotation
from dodam.platform.logging.compression import compressed
from dodam.platform.logging.lines import EventLine, Importance
from dodam.platform.logging.segments import CLOSED, COMPRESSED, OPEN, Destination, Segment
from tests.clock import StoppedClock
from tests.logging.lines import Process, events_of, said, said_in

MARCH = datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)


@pytest.fixture
def process(tmp_path: Path, clock: StoppedClock) -> Process:
    return Process(tmp_path, clock)


def test_L02_a_segment_that_is_large_enough_is_closed_and_the_next_begun(
    tmp_path: Path, clock: StoppedClock
) -> None:
    process = Process(tmp_path, clock, rotation=Rotation(most_bytes=1000))
    for number in range(9):
        process.say(f"{number} {'x' * 300}")
    segments = process.run.segments()
    assert [each.name for each in segments] == ["2026-03-0001", "2026-03-0002", "2026-03-0003"]
    assert [each.is_closed for each in segments] == [True, True, True]
    assert [text[0] for text in said(tmp_path)] == [*"012345678"]


def test_L02_a_month_has_segments_of_its_own(process: Process, clock: StoppedClock) -> None:
    clock.set(MARCH)
    process.say("the last of March")
    clock.advance(timedelta(seconds=1))
    process.active.sync()
    process.say("the first of April")
    march, april = process.run.segments()
    assert (march.name, said_in(march)) == ("2026-03-0001", ["the last of March"])
    assert (april.name, said_in(april)) == ("2026-04-0002", ["the first of April"])
    assert (march.is_closed, april.is_closed) == (True, False)


def test_L05_where_there_is_a_bucket_a_segment_is_closed_after_a_while(
    tmp_path: Path, clock: StoppedClock
) -> None:
    rotation = Rotation(most_bytes=1 << 40, most_age=timedelta(minutes=4))
    process = Process(tmp_path, clock, rotation=rotation)
    process.say("early")
    clock.advance(timedelta(minutes=3))
    process.say("soon")
    [segment] = process.run.segments()
    assert not segment.is_closed
    clock.advance(timedelta(minutes=1))
    process.active.sync()
    assert segment.is_closed
    assert process.run.segments() == [segment]


def test_L05_a_reader_goes_on_while_its_segment_grows_and_is_compressed_and_pruned(
    process: Process,
) -> None:
    process.say("first")
    [segment] = process.run.segments()
    with segment.reading() as reader:
        assert len(reader.read()) == 1
        assert reader.read() == []
        process.say("second")
        assert len(reader.read()) == 1
        process.close("third")
        compressed(segment)
        segment.remove()
        [third] = reader.read()
        assert isinstance(third, EventLine)
        assert third.event == "third"
        assert reader.read() == []


@pytest.mark.parametrize("ending", [OPEN, CLOSED, COMPRESSED])
def test_L05_a_place_in_a_segment_is_the_same_in_all_its_states(
    process: Process, ending: str
) -> None:
    process.say(*(f"{number}" for number in range(1000)))
    [segment] = process.run.segments()
    places: list[int] = []
    with segment.reading() as reader:
        while reader.read(10_000):
            places.append(reader.offset)
    assert len(places) > 10
    if ending != OPEN:
        process.active.roll()
    if ending == COMPRESSED:
        compressed(segment)
    assert segment.file(ending).exists()
    assert said_in(segment) == [f"{number}" for number in range(1000)]
    rests = [said_in(segment, place) for place in places]
    assert [rest[0] for rest in rests[:-1]] == [f"{1000 - len(rest)}" for rest in rests[:-1]]
    assert rests[-1] == []


def test_L05_of_a_line_that_is_being_written_nothing_is_read_until_its_end_is_there(
    process: Process,
) -> None:
    process.say("whole")
    [segment] = process.run.segments()
    torn = segment.file(OPEN).read_bytes().replace(b"whole", b"later")
    with segment.reading() as reader, segment.file(OPEN).open("ab", buffering=0) as file:
        assert len(reader.read()) == 1
        place = reader.offset
        file.write(torn[:20])
        assert reader.read() == []
        assert reader.offset == place
        file.write(torn[20:])
        assert len(reader.read()) == 1
        assert said_in(segment, place) == ["later"]


_LEFT_OUT = "a damaged part of the log is left out"


@pytest.mark.parametrize(
    ("damage", "size"),
    [
        (b"\0" * 3_000_000 + b"\n", None),
        (b"\xff\xfe{}\n", 4),
        (b'{"kind":"event","at":"2026-03-18T12:00:00Z"}\n', 44),
        (b'{"kind":"sonnet"}\n', 17),
    ],
    ids=["zeros after a power cut", "bytes that are no text", "a part of a line", "another kind"],
)
def test_L05_what_is_damaged_is_left_out_and_said_and_the_rest_is_read(
    process: Process, damage: bytes, size: int | None
) -> None:
    process.say("before")
    [segment] = process.run.segments()
    process.active.write(damage)
    process.say("behind")
    texts = said_in(segment)
    assert (texts[0], texts[-1]) == ("before", "behind")
    assert set(texts[1:-1]) == {_LEFT_OUT}
    if size is not None:
        event = events_of(segment)[1]
        assert event.importance is Importance.WARNING
        assert event.fields == {"segment": "2026-03-0001", "bytes": size}


def test_L05_a_compressed_segment_that_is_damaged_is_read_as_far_as_it_can_be(
    process: Process,
) -> None:
    segment = process.close(*(f"{number}" for number in range(5000)))
    file = compressed(segment)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)
    assert said_in(segment)[-1] == _LEFT_OUT


def test_L05_where_somebody_removed_the_files_lines_go_into_new_ones(
    process: Process, tmp_path: Path
) -> None:
    process.say("gone")
    for path in process.run.folder.iterdir():
        path.unlink()
    process.run.folder.rmdir()
    process.say("here")
    assert said(tmp_path) == ["here"]
    assert process.spool.in_charge_of() == [process.run]


def test_L05_it_is_noted_where_a_segment_got_to(process: Process) -> None:
    segment = process.close("said")
    segment.acknowledge(Destination.DATABASE)
    segment.acknowledge(Destination.DATABASE)
    again = Segment(segment.folder, segment.number, segment.name)
    assert again.is_acknowledged(Destination.DATABASE)
    assert not again.is_acknowledged(Destination.BUCKET)


@pytest.mark.parametrize("name", ["2026-13-0002.jsonl", "2026-00-0002.jsonl.zst", "notes.txt"])
def test_L05_what_somebody_else_left_beside_the_segments_is_none(
    process: Process, name: str
) -> None:
    segment = process.close("said")
    (segment.folder / name).touch()
    assert process.run.segments() == [segment]
