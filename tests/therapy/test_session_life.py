"""T07: how a session stands follows from what happened and when, not from when it came in."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest

from dodam.features.therapy.models.sessions import (
    Life,
    Moment,
    SessionEventKind,
    SessionState,
    Span,
    life,
    overlapping,
)

BEGAN = datetime(2026, 3, 18, 8, tzinfo=UTC)
STARTED, PAUSED, RESUMED, FINISHED = SessionEventKind


def _at(minute: float) -> datetime:
    return BEGAN + timedelta(minutes=minute)


def _life(
    moments: list[tuple[float, SessionEventKind]],
    plays: list[tuple[float, float]],
    now: float,
) -> tuple[SessionState, float, float, float]:
    """State, beginning, end and pauses, in minutes, however the parts are ordered."""
    found = {
        life([Moment(_at(at), kind) for at, kind in some], spans, _at(now))
        for some in permutations(moments)
        for spans in ([Span(_at(start), _at(end)) for start, end in plays],)
    }
    [one] = found
    minute = timedelta(minutes=1)
    return (
        one.state,
        (one.started_at - BEGAN) / minute,
        (one.last_at - BEGAN) / minute,
        one.paused / minute,
    )


@pytest.mark.parametrize(
    ("moments", "plays", "now", "expected"),
    [
        ([(0, STARTED)], [], 10, ("open", 0, 0, 0)),
        ([(0, STARTED)], [], 30, ("open", 0, 0, 0)),
        ([(0, STARTED)], [], 30.1, ("abandoned", 0, 0, 0)),
        ([], [(0, 2)], 10, ("open", 0, 2, 0)),
        ([], [(0, 2), (5, 9)], 40, ("abandoned", 0, 9, 0)),
        ([(0, STARTED), (10, FINISHED)], [(1, 3)], 100, ("finished", 0, 10, 0)),
        # A play that outlasts the finish moves the end; a finish without a start is one.
        ([(10, FINISHED)], [(8, 12)], 11, ("finished", 8, 12, 0)),
        ([(10, FINISHED)], [(14, 15)], 100, ("finished", 10, 15, 0)),
        # Started or resumed again, it goes on.
        ([(10, FINISHED), (14, RESUMED)], [], 20, ("open", 10, 14, 0)),
        ([(0, STARTED), (10, FINISHED), (11, PAUSED)], [], 20, ("finished", 0, 10, 0)),
        ([(0, STARTED), (4, PAUSED)], [], 10, ("paused", 0, 4, 6)),
        ([(0, STARTED), (4, PAUSED), (9, RESUMED)], [], 10, ("open", 0, 9, 5)),
        # Two pauses in a row are one; the next play ends it where nobody said that it went on.
        ([(0, STARTED), (4, PAUSED), (6, PAUSED)], [(9, 12)], 13, ("open", 0, 12, 5)),
        ([(0, STARTED), (4, PAUSED), (9, FINISHED)], [], 50, ("finished", 0, 9, 5)),
        # Left while paused: how long the pause was meant to be nobody knows.
        ([(0, STARTED), (4, PAUSED)], [], 60, ("abandoned", 0, 4, 0)),
        ([(1, PAUSED), (2, RESUMED), (3, PAUSED), (5, RESUMED)], [], 6, ("open", 1, 5, 3)),
        # A play that comes in late takes the session up again.
        ([(0, STARTED)], [(31, 33)], 60, ("open", 0, 33, 0)),
    ],
)
def test_T07_a_session_stands_as_what_happened_to_it_says(
    moments: list[tuple[float, SessionEventKind]],
    plays: list[tuple[float, float]],
    now: float,
    expected: tuple[str, float, float, float],
) -> None:
    assert _life(moments, plays, now) == expected


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(0, 10), (10, 20)], set[int]()),
        ([(0, 10), (9, 20)], {0, 1}),
        ([(0, 60), (5, 6), (10, 11), (70, 80)], {0, 1, 2}),
        ([(0, 20), (5, 30), (19, 21), (40, 50)], {0, 1, 2}),
        ([(0, 10), (5, 5)], {0, 1}),
        ([(0, 0)], set[int]()),
    ],
)
def test_T07_sessions_at_the_same_time_are_found(
    spans: list[tuple[float, float]], expected: set[int]
) -> None:
    ids = [uuid4() for _ in spans]
    lives: list[tuple[UUID, Life]] = [
        (each, Life(SessionState.OPEN, _at(start), _at(end), timedelta()))
        for each, (start, end) in zip(ids, spans, strict=True)
    ]
    assert overlapping(lives) == {ids[n] for n in expected}
    assert overlapping(lives[::-1]) == {ids[n] for n in expected}
