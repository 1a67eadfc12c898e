"""L02, L05: closed segments are compressed, old ones pruned, dead processes' got out by others."""

import os
import pathlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from dodam.platform.logging import compression
from dodam.platform.logging.compression import compressed
from dodam.platform.logging.segments import CLOSED, OPEN, Destination
from dodam.platform.logging.upkeep import Retention, Upkeep
from tests.clock import StoppedClock
from tests.logging.lines import Process, said, said_in

DATABASE, BUCKET = Destination.DATABASE, Destination.BUCKET
_ENDLESS = Retention(months=1000, most_bytes=1 << 60)


def _upkeep(process: Process, clock: StoppedClock, retention: Retention = _ENDLESS) -> Upkeep:
    return Upkeep(process.spool, process.run, clock, retention)


class _Killed(BaseException):
    pass


@pytest.mark.parametrize(
    ("where", "what"),
    [
        (os, "utime"),
        (os, "fsync"),
        (pathlib.Path, "rename"),
        (compression, "sync_folder"),
        (pathlib.Path, "unlink"),
    ],
    ids=lambda part: getattr(part, "__name__", part),
)
def test_L02_a_crash_while_compressing_loses_nothing_and_doubles_nothing(
    tmp_path: Path, clock: StoppedClock, where: Any, what: str
) -> None:
    events = [f"{number}" for number in range(2000)]
    process = Process(tmp_path, clock)
    segment = process.close(*events)

    def die(*_: object, **__: object) -> None:
        raise _Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, what, die)
        with pytest.raises(_Killed):
            compressed(segment)
    process.die()
    assert said(tmp_path) == events

    after = Process(tmp_path, clock, "20260318T120001Z-api-test-2")
    after.spool.adopt()
    _upkeep(after, clock).look()
    assert segment.is_compressed
    assert said(tmp_path) == events
    assert {path.name for path in segment.folder.iterdir()} == {"lock", "2026-03-0001.jsonl.zst"}


def test_L02_compressed_segments_take_up_a_fraction(tmp_path: Path, clock: StoppedClock) -> None:
    process = Process(tmp_path, clock)
    segment = process.close(*(f"event {number}" for number in range(10_000)))
    plain, written_at = segment.size(), segment.written_at()
    _upkeep(process, clock).look()
    assert segment.size() < plain / 5
    assert segment.written_at() == written_at


def test_L02_only_what_is_closed_is_compressed(tmp_path: Path, clock: StoppedClock) -> None:
    process = Process(tmp_path, clock)
    process.close("closed")
    process.say("open")
    _upkeep(process, clock).look()
    closed, still_open = process.run.segments()
    assert (closed.is_compressed, still_open.is_closed) == (True, False)


def test_L02_segments_are_pruned_once_their_month_is_over_for_long_enough(
    tmp_path: Path, clock: StoppedClock
) -> None:
    process = Process(tmp_path, clock)
    upkeep = _upkeep(process, clock, Retention(months=2, most_bytes=1 << 60))
    for month in (1, 2, 3):
        clock.set(datetime(2026, month, 15, tzinfo=UTC))
        process.close(f"{month}")
    clock.set(datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC))
    upkeep.look()
    assert said(tmp_path) == ["1", "2", "3"]
    clock.advance(timedelta(seconds=1))
    upkeep.look()
    assert said(tmp_path) == ["2", "3"]


def test_L02_for_want_of_room_the_oldest_go_first_of_whichever_run(
    tmp_path: Path, clock: StoppedClock
) -> None:
    old = Process(tmp_path, clock, "20260317T120000Z-api-test-0")
    first = old.close("1", "x" * 1000)
    process = Process(tmp_path, clock)
    second, third = process.close("2", "y" * 1000), process.close("3", "z" * 1000)
    for segment in (first, second, third):
        compressed(segment)
    with capture_logs() as told:
        _upkeep(process, clock, Retention(months=9, most_bytes=third.size())).look()
    assert [text[0] for text in said(tmp_path)] == ["3", "z"]
    [line] = told
    assert line == {
        "event": "log files were pruned",
        "files": 2,
        "up_to": "2026-03-0001",
        "log_level": "info",
    }


def test_L05_what_did_not_get_everywhere_it_is_to_get_to_is_not_pruned(
    tmp_path: Path, clock: StoppedClock
) -> None:
    process = Process(tmp_path, clock, destinations=(DATABASE, BUCKET))
    segment = process.close("precious")
    upkeep = _upkeep(process, clock, Retention(months=1, most_bytes=1))
    clock.advance(timedelta(days=300))
    with capture_logs() as told:
        upkeep.look()
        segment.acknowledge(BUCKET)
        clock.advance(timedelta(minutes=59))
        upkeep.look()
        assert said(tmp_path) == ["precious"]
        assert set(upkeep.found.unreached_since) == {DATABASE}
        clock.advance(timedelta(minutes=1))
        upkeep.look()
    too_much = "log files that cannot be got out of here take up too much"
    assert [line["event"] for line in told] == [too_much, too_much]
    segment.acknowledge(DATABASE)
    upkeep.look()
    assert said(tmp_path) == []
    assert upkeep.found.bytes == 0


def test_L05_a_dead_processs_lines_are_got_out_by_another(
    tmp_path: Path, clock: StoppedClock
) -> None:
    dead = Process(tmp_path, clock, destinations=(DATABASE,))
    dead.close("closed")
    dead.say("the last words")
    [_, last] = dead.run.segments()
    torn = last.file(OPEN)
    torn.write_bytes(torn.read_bytes() + b'{"kind":"event","at":"2026')
    dead.die()

    living = Process(tmp_path, clock, "20260318T120001Z-api-test-2", destinations=(DATABASE,))
    living.say("here")
    upkeep = _upkeep(living, clock)
    upkeep.look()
    assert living.spool.in_charge_of() == [dead.run, living.run]
    assert all(segment.is_compressed for segment in dead.run.segments())
    assert said_in(last) == ["the last words"]

    for segment in dead.run.segments():
        segment.acknowledge(DATABASE)
    upkeep.look()
    assert living.spool.in_charge_of() == [living.run]


def test_L05_a_living_processs_lines_are_its_own(tmp_path: Path, clock: StoppedClock) -> None:
    living = Process(tmp_path, clock, destinations=(DATABASE,))
    living.close("closed")
    living.say("open")
    other = Process(tmp_path, clock, "20260318T120001Z-api-test-2", destinations=(DATABASE,))
    other.say("other")
    _upkeep(other, clock).look()
    assert other.spool.in_charge_of() == [other.run]
    assert [segment.is_compressed for segment in living.run.segments()] == [False, False]
    living.say("still")
    assert said(tmp_path) == ["closed", "open", "still", "other"]


def test_L05_of_several_that_find_an_orphan_one_takes_it(
    tmp_path: Path, clock: StoppedClock
) -> None:
    dead = Process(tmp_path, clock, destinations=(DATABASE,))
    dead.say("said")
    dead.die()
    others = [
        Process(tmp_path, clock, f"20260318T12000{n}Z-api-{n}", destinations=(DATABASE,))
        for n in range(1, 5)
    ]
    assert sorted(len(each.spool.adopt()) for each in others) == [0, 0, 0, 1]


def test_L05_an_orphan_that_only_tore_a_line_off_leaves_nothing(
    tmp_path: Path, clock: StoppedClock
) -> None:
    dead = Process(tmp_path, clock)
    dead.say("x")
    [segment] = dead.run.segments()
    segment.file(OPEN).write_bytes(b"{" * 200_000)
    dead.die()
    living = Process(tmp_path, clock, "20260318T120001Z-api-test-2")
    living.say("here")
    _upkeep(living, clock, Retention(months=0, most_bytes=0)).look()
    assert said(tmp_path) == ["here"]
    assert [path.name for path in tmp_path.iterdir()] == [living.run.name]


def test_L05_what_is_no_segment_is_left_alone(tmp_path: Path, clock: StoppedClock) -> None:
    process = Process(tmp_path, clock)
    process.say("said")
    (tmp_path / "notes.txt").write_text("of an operator")
    (process.run.folder / "copy of 2026-03-0001.jsonl").write_text("of an operator")
    _upkeep(process, clock, Retention(months=0, most_bytes=0)).look()
    assert said(tmp_path) == ["said"]
    assert (tmp_path / "notes.txt").exists()


def test_L02_on_a_disk_that_refuses_it_is_said_and_tried_again(
    tmp_path: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(tmp_path, clock)
    segment = process.close("said")
    upkeep = _upkeep(process, clock)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, capture_logs() as told:
        patch.setattr(os, "fsync", full)
        upkeep.look()
        upkeep.look()
    assert [(line["event"], line["error"]) for line in told] == [
        ("a log file cannot be compressed", "No space left on device")
    ]
    assert {path.name for path in segment.folder.iterdir()} == {"lock", f"{segment.name}{CLOSED}"}
    upkeep.look()
    assert segment.is_compressed
