"""N07: schedules go by the wall clock of a zone, whatever the zone does to it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dodam.platform.jobs.schedules import next_run


def _runs(cron: str, zone: str, after: datetime, count: int) -> list[str]:
    """The next runs, as the clocks of the zone show them."""
    runs: list[str] = []
    for _ in range(count):
        after = next_run(cron, zone, after)
        assert after.utcoffset() == UTC.utcoffset(None)
        runs.append(after.astimezone(ZoneInfo(zone)).strftime("%d %H:%M %z"))
    return runs


def test_N07_eight_in_the_evening_in_seoul_is_before_noon_in_utc() -> None:
    after = datetime(2026, 3, 18, 10, 59, tzinfo=UTC)
    assert next_run("0 20 * * *", "Asia/Seoul", after) == datetime(2026, 3, 18, 11, tzinfo=UTC)
    after = datetime(2026, 3, 18, 11, tzinfo=UTC)
    assert next_run("0 20 * * *", "Asia/Seoul", after) == datetime(2026, 3, 19, 11, tzinfo=UTC)


@pytest.mark.parametrize("hour", [9, 12, 20])
def test_N07_an_hour_of_the_day_stays_that_hour_when_the_clocks_change(hour: int) -> None:
    spring = _runs(f"0 {hour} * * *", "America/New_York", datetime(2026, 3, 7, 5, tzinfo=UTC), 3)
    assert spring == [f"07 {hour:02}:00 -0500", f"08 {hour:02}:00 -0400", f"09 {hour:02}:00 -0400"]
    autumn = _runs(f"0 {hour} * * *", "America/New_York", datetime(2026, 10, 31, 4, tzinfo=UTC), 3)
    assert autumn == [f"31 {hour:02}:00 -0400", f"01 {hour:02}:00 -0500", f"02 {hour:02}:00 -0500"]


def test_N07_an_hour_that_the_clocks_skip_is_made_up_for_right_after() -> None:
    after = datetime(2026, 3, 28, 12, tzinfo=UTC)
    runs = _runs("30 2 * * *", "Europe/Berlin", after, 3)
    assert runs == ["29 03:00 +0200", "30 02:30 +0200", "31 02:30 +0200"]


def test_N07_an_hour_that_comes_twice_runs_twice() -> None:
    after = datetime(2026, 10, 24, 12, tzinfo=UTC)
    runs = _runs("30 2 * * *", "Europe/Berlin", after, 3)
    assert runs == ["25 02:30 +0200", "25 02:30 +0100", "26 02:30 +0100"]


def test_N07_every_minute_is_every_minute_through_a_change() -> None:
    for month, day in ((3, 29), (10, 25)):
        at = datetime(2026, month, day, 0, 57, tzinfo=UTC)
        for _ in range(6):
            following = next_run("* * * * *", "Europe/Berlin", at)
            assert (following - at).total_seconds() == 60
            at = following
