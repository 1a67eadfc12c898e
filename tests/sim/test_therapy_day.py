"""Which day a play belongs to, on ordinary nights and on those whose clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dodam_sim.families.therapy_day import EDGE, TherapyDays, instant

SEOUL = TherapyDays(ZoneInfo("Asia/Seoul"), 4)
NEW_YORK = TherapyDays(ZoneInfo("America/New_York"), 4)
LORD_HOWE = TherapyDays(ZoneInfo("Australia/Lord_Howe"), 2)


@pytest.mark.parametrize(
    ("days", "utc", "day"),
    [
        (SEOUL, "2026-11-01T18:59:59", date(2026, 11, 1)),  # 03:59:59 of the 2nd
        (SEOUL, "2026-11-01T19:00:00", date(2026, 11, 2)),  # 04:00
        # New York puts its clocks back on 2026-11-01: 04:00 is 09:00 UTC from then on, not 08:00.
        (NEW_YORK, "2026-10-31T08:00:00", date(2026, 10, 31)),
        (NEW_YORK, "2026-11-01T08:30:00", date(2026, 10, 31)),
        (NEW_YORK, "2026-11-01T09:00:00", date(2026, 11, 1)),
        # And forward on 2026-03-08, when its day began 23 hours after the one before.
        (NEW_YORK, "2026-03-08T07:59:59", date(2026, 3, 7)),
        (NEW_YORK, "2026-03-08T08:00:00", date(2026, 3, 8)),
        # Lord Howe goes from 02:00 back to 01:30 on 2026-04-05; its second 01:45 is still before.
        (LORD_HOWE, "2026-04-04T15:15:00", date(2026, 4, 4)),
        (LORD_HOWE, "2026-04-04T15:30:00", date(2026, 4, 5)),
    ],
)
def test_day_of_a_moment(days: TherapyDays, utc: str, day: date) -> None:
    assert days.day_of(datetime.fromisoformat(utc).replace(tzinfo=UTC)) == day


def test_a_wall_clock_time_that_does_not_exist_becomes_a_real_moment() -> None:
    # 02:30 was skipped in New York on 2026-03-08; clocks that had not moved would show it at 07:30.
    at = instant(date(2026, 3, 8), 150, NEW_YORK.zone)
    assert at == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert NEW_YORK.day_of(at) == date(2026, 3, 7)


def test_minutes_past_midnight_of_the_next_day_count_on() -> None:
    at = instant(date(2026, 11, 1), 25.5 * 60, SEOUL.zone)
    assert at == datetime(2026, 11, 1, 16, 30, tzinfo=UTC)
    assert SEOUL.day_of(at) == date(2026, 11, 1)


@pytest.mark.parametrize("seconds", [-60, -30, 0, 1, 59, 60])
def test_plays_keep_away_from_the_edge_of_a_day(seconds: int) -> None:
    edge = datetime(2026, 11, 1, 19, 0, tzinfo=UTC)
    at = SEOUL.away_from_edge(edge + timedelta(seconds=seconds))
    assert abs(at - edge) >= EDGE
