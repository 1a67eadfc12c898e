"""The check of how sessions stand: state, times, pauses, totals and what is odd about them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from dodam_sim.families.answers import PlaySession
from dodam_sim.families.compare import Comparison
from dodam_sim.families.sittings import Sitting

_STILL_SITTING = timedelta(hours=1)
"""A session that ended less than so long ago may be open yet, and is not judged."""


def check_sessions(
    comparison: Comparison,
    expected: Mapping[UUID, Sitting],
    got: Sequence[PlaySession],
    now: datetime,
    slack: timedelta,
) -> None:
    """Compare a child's sessions; `slack` is by how much times may be off."""
    answered = {each.session_id: each for each in got}
    comparison.same(None, "sessions: each once", len(answered), len(got))
    comparison.same(None, "sessions: ids", sorted(map(str, expected)), sorted(map(str, answered)))
    for session_id, each in answered.items():
        sitting = expected.get(session_id)
        if sitting is not None and now - sitting.ended_at > _STILL_SITTING:
            _check_session(comparison, sitting, each, slack)


def _check_session(
    comparison: Comparison, sitting: Sitting, got: PlaySession, slack: timedelta
) -> None:
    day, same = sitting.day, comparison.same
    same(day, "session: day it began on", day, got.therapy_day)
    same(day, "session: state", sitting.state, got.state)
    same(day, "session: what was told", sitting.completeness, got.events)
    same(day, "session: flags", sitting.flags, sorted(got.flags))
    same(day, "session: devices", sitting.devices, got.devices)
    comparison.near(day, "session: beginning", sitting.started_at, got.started_at, slack)
    if got.ended_at is None:
        same(day, "session: its end", sitting.ended_at, None)
    else:
        comparison.near(day, "session: its end", sitting.ended_at, got.ended_at, slack)
    if sitting.paused is not None:
        paused = timedelta(seconds=got.paused_seconds)
        same(day, "session: pauses", sitting.paused, paused)
    comparison.totals(day, "session: totals", sitting.sums, got.totals)
