"""L05: what a place does not have yet is known without looking through all files each time."""

import os
import time
from pathlib import Path

import pytest

from dodam.platform.logging.segments import Destination, Segment
from dodam.platform.logging.spool import Run
from dodam.platform.logging.undelivered import Undelivered
from tests.clock import StoppedClock
from tests.logging.lines import Process

_PLACE = Destination.DATABASE


@pytest.fixture
def process(tmp_path: Path, clock: StoppedClock) -> Process:
    return Process(tmp_path, clock, destinations=(_PLACE,))


def _an_hour_passes(process: Process) -> None:
    before = time.time() - 3600
    os.utime(process.run.folder, (before, before))


def test_L05_every_change_is_seen_however_soon_it_comes(process: Process) -> None:
    undelivered = Undelivered(_PLACE)
    closed: list[Segment] = []
    for number in range(20):
        closed.append(process.close(f"{number}"))
        assert undelivered.segments(process.spool) == closed
        if number % 3 == 0:
            closed.pop(0).acknowledge(_PLACE)
            assert undelivered.segments(process.spool) == closed


def test_L05_where_nothing_changed_nothing_is_looked_through(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    undelivered = Undelivered(_PLACE)
    process.close("closed")
    process.say("open")
    _an_hour_passes(process)
    found = undelivered.segments(process.spool)
    assert len(found) == 2
    process.say("more")
    with monkeypatch.context() as patch:
        patch.delattr(Run, "segments")
        assert undelivered.segments(process.spool) == found
    last = process.close()
    found[0].acknowledge(_PLACE)
    assert undelivered.segments(process.spool) == [last]


def test_L05_the_newest_run_comes_first(
    process: Process, tmp_path: Path, clock: StoppedClock
) -> None:
    old = process.close("old")
    process.die()
    heir = Process(tmp_path, clock, "20260318T120001Z-api-test-2", destinations=(_PLACE,))
    new = heir.close("new")
    heir.spool.adopt()
    undelivered = Undelivered(_PLACE)
    assert undelivered.segments(heir.spool) == [new, old]
    heir.spool.let_go(old_run := process.run)
    assert undelivered.segments(heir.spool) == [new]
    assert old_run.segments() == [old]
