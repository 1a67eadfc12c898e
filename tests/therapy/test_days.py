"""T08: which therapy day a play belongs to, where days begin late and clocks are changed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dodam.features.children.models.children import Child
from tests.clock import NOON, StoppedClock
from tests.families import Guardian, play

from .steps import Travel, seoul

# Zones with every kind of daylight saving, half hours, and both sides of the date line.
ZONES = [
    "Asia/Seoul",
    "America/New_York",
    "America/St_Johns",
    "America/Santiago",
    "Europe/Berlin",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "UTC",
]


def a_child(time_zone: str, day_start_hour: int) -> Child:
    return msgspec.convert(
        {
            "id": UUID(int=1),
            "name": "민준",
            "birth_date": date(2019, 5, 14),
            "sex": "male",
            "grade": None,
            "affected_hand": "left",
            "dominant_hand": "right",
            "time_zone": time_zone,
            "language": "ko",
            "day_start_hour": day_start_hour,
            "therapy_starts_on": date(2026, 3, 2),
            "created_at": NOON,
            "updated_at": NOON,
            "consents": {},
        },
        Child,
    )


@pytest.mark.parametrize(
    ("zone", "hour", "at", "day"),
    [
        ("Asia/Seoul", 4, "2026-03-18T03:59:59.999999+09:00", "2026-03-17"),
        ("Asia/Seoul", 4, "2026-03-18T04:00:00+09:00", "2026-03-18"),
        ("Asia/Seoul", 4, "2026-03-19T03:59:59.999999+09:00", "2026-03-18"),
        ("Asia/Seoul", 0, "2026-03-18T00:00:00+09:00", "2026-03-18"),
        ("Asia/Seoul", 0, "2026-03-17T23:59:59.999999+09:00", "2026-03-17"),
        ("Asia/Seoul", 12, "2026-03-18T11:59:59+09:00", "2026-03-17"),
        ("Asia/Seoul", 12, "2026-03-18T12:00:00+09:00", "2026-03-18"),
        ("Asia/Seoul", 4, "2026-01-01T03:59:59+09:00", "2025-12-31"),
        ("Asia/Seoul", 4, "2028-03-01T03:59:59+09:00", "2028-02-29"),
        # Clocks go from 02:00 to 03:00 on 8 March, and from 02:00 back to 01:00 on 1 November.
        ("America/New_York", 4, "2026-03-08T07:59:59Z", "2026-03-07"),
        ("America/New_York", 4, "2026-03-08T08:00:00Z", "2026-03-08"),
        ("America/New_York", 2, "2026-03-08T06:59:59Z", "2026-03-07"),
        ("America/New_York", 2, "2026-03-08T07:00:00Z", "2026-03-08"),
        ("America/New_York", 3, "2026-03-08T06:59:59Z", "2026-03-07"),
        ("America/New_York", 3, "2026-03-08T07:00:00Z", "2026-03-08"),
        ("America/New_York", 4, "2026-11-01T08:59:59Z", "2026-10-31"),
        ("America/New_York", 4, "2026-11-01T09:00:00Z", "2026-11-01"),
        ("America/New_York", 1, "2026-11-01T04:59:59Z", "2026-10-31"),
        ("America/New_York", 1, "2026-11-01T05:00:00Z", "2026-11-01"),
        ("America/New_York", 1, "2026-11-01T06:30:00Z", "2026-11-01"),
        ("America/New_York", 2, "2026-11-01T06:59:59Z", "2026-10-31"),
        ("America/New_York", 2, "2026-11-01T07:00:00Z", "2026-11-01"),
        # From 02:00 to 03:00 on 29 March, and from 03:00 back to 02:00 on 25 October.
        ("Europe/Berlin", 4, "2026-03-29T01:59:59Z", "2026-03-28"),
        ("Europe/Berlin", 4, "2026-03-29T02:00:00Z", "2026-03-29"),
        ("Europe/Berlin", 4, "2026-10-25T02:59:59Z", "2026-10-24"),
        ("Europe/Berlin", 4, "2026-10-25T03:00:00Z", "2026-10-25"),
        ("Europe/Berlin", 3, "2026-10-25T01:59:59Z", "2026-10-24"),
        ("Europe/Berlin", 3, "2026-10-25T02:00:00Z", "2026-10-25"),
        ("Europe/Berlin", 2, "2026-10-24T23:59:59Z", "2026-10-24"),
        ("Europe/Berlin", 2, "2026-10-25T00:00:00Z", "2026-10-25"),
        # By half an hour: from 02:00 back to 01:30 on 5 April, to 02:30 on 4 October.
        ("Australia/Lord_Howe", 4, "2026-04-04T17:29:59Z", "2026-04-04"),
        ("Australia/Lord_Howe", 4, "2026-04-04T17:30:00Z", "2026-04-05"),
        ("Australia/Lord_Howe", 2, "2026-04-04T15:29:59Z", "2026-04-04"),
        ("Australia/Lord_Howe", 2, "2026-04-04T15:30:00Z", "2026-04-05"),
        ("Australia/Lord_Howe", 4, "2026-10-03T16:59:59Z", "2026-10-03"),
        ("Australia/Lord_Howe", 4, "2026-10-03T17:00:00Z", "2026-10-04"),
        # Midnight itself is skipped on 6 September, and comes twice on 5 April.
        ("America/Santiago", 0, "2026-09-06T03:59:59Z", "2026-09-05"),
        ("America/Santiago", 0, "2026-09-06T04:00:00Z", "2026-09-06"),
        ("America/Santiago", 0, "2026-04-05T03:59:59Z", "2026-04-04"),
        ("America/Santiago", 0, "2026-04-05T04:00:00Z", "2026-04-05"),
        # One instant on both sides of the date line.
        ("Pacific/Kiritimati", 4, "2026-03-18T13:59:59Z", "2026-03-18"),
        ("Pacific/Kiritimati", 4, "2026-03-18T14:00:00Z", "2026-03-19"),
        ("Pacific/Pago_Pago", 4, "2026-03-18T14:00:00Z", "2026-03-17"),
        ("Pacific/Pago_Pago", 4, "2026-03-18T15:00:00Z", "2026-03-18"),
        ("Asia/Kathmandu", 4, "2026-03-17T22:14:59Z", "2026-03-17"),
        ("Asia/Kathmandu", 4, "2026-03-17T22:15:00Z", "2026-03-18"),
    ],
)
def test_T08_a_therapy_day_begins_at_its_hour_on_the_childs_wall(
    zone: str, hour: int, at: str, day: str
) -> None:
    found = a_child(zone, hour).therapy_day(datetime.fromisoformat(at))
    assert found == date.fromisoformat(day)


@given(
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 12),
    day=st.dates(date(2025, 1, 1), date(2029, 12, 31)),
)
@settings(max_examples=300, deadline=None)
def test_T08_a_day_ends_at_the_instant_the_next_begins(zone: str, hour: int, day: date) -> None:
    child = a_child(zone, hour)
    end = child.day_ends_at(day)
    assert end.tzinfo is UTC
    assert child.therapy_day(end) == day + timedelta(days=1)
    assert child.therapy_day(end - timedelta(microseconds=1)) == day
    length = end - child.day_ends_at(day - timedelta(days=1))
    assert timedelta(hours=22) <= length <= timedelta(hours=26)


def test_T08_a_day_also_ends_right_where_its_hour_is_skipped_from_the_middle() -> None:
    # On Chatham Islands clocks go from 02:45 to 03:45, so the day begins at 03:45 there.
    child = a_child("Pacific/Chatham", 3)
    end = child.day_ends_at(date(2026, 9, 26))
    assert child.therapy_day(end - timedelta(microseconds=1)) == date(2026, 9, 26)
    assert end == datetime(2026, 9, 26, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "times"),
    [
        pytest.param(
            "America/New_York",
            "2026-03-09T12:00:00-04:00",
            {
                "2026-03-08T03:59:00-04:00": "2026-03-07",
                "2026-03-08T01:59:00-05:00": "2026-03-07",
                "2026-03-08T04:00:00-04:00": "2026-03-08",
                "2026-03-09T03:59:00-04:00": "2026-03-08",
            },
            id="forward in New York",
        ),
        pytest.param(
            "Europe/Berlin",
            "2026-10-26T12:00:00+01:00",
            {
                "2026-10-25T02:30:00+02:00": "2026-10-24",
                "2026-10-25T02:30:00+01:00": "2026-10-24",
                "2026-10-25T04:30:00+02:00": "2026-10-24",
                "2026-10-25T04:00:00+01:00": "2026-10-25",
            },
            id="back in Berlin",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-04-06T12:00:00+10:30",
            {
                "2026-04-05T01:45:00+11:00": "2026-04-04",
                "2026-04-05T03:59:00+10:30": "2026-04-04",
                "2026-04-05T04:15:00+11:00": "2026-04-04",
                "2026-04-05T04:00:00+10:30": "2026-04-05",
            },
            id="back by half an hour on Lord Howe Island",
        ),
    ],
)
async def test_T08_plays_around_a_change_of_clocks_land_on_their_days(
    guardian: Guardian, travel: Travel, zone: str, now: str, times: dict[str, str]
) -> None:
    await travel(datetime.fromisoformat(now))
    child = await guardian.register_child(time_zone=zone)
    plays = [play(datetime.fromisoformat(at)) for at in times]
    receipt = await guardian.upload(child, plays)
    assert [record["therapy_day"] for record in receipt["records"]] == list(times.values())
    logs = await guardian.get(f"/children/{child['id']}/daily-logs")
    days = sorted(set(times.values()))
    assert {log["day"]: log["totals"]["plays"] for log in logs["days"]} == {
        day: list(times.values()).count(day) for day in days
    }


async def test_T08_one_instant_is_two_days_across_the_date_line(
    guardian: Guardian, travel: Travel
) -> None:
    at = datetime(2026, 3, 18, 14, 30, tzinfo=UTC)
    await travel(at)
    found: dict[str, tuple[str, str, str]] = {}
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        child = await guardian.register_child(time_zone=zone)
        [fate] = (await guardian.upload(child, play(at)))["records"]
        today = await guardian.get(f"/children/{child['id']}/today")
        assert today["done"]["plays"] == 1
        found[zone] = fate["therapy_day"], today["day"], today["day_ends_at"]
    assert found == {
        "Pacific/Kiritimati": ("2026-03-19", "2026-03-19", "2026-03-19T14:00:00Z"),
        "Pacific/Pago_Pago": ("2026-03-17", "2026-03-17", "2026-03-18T15:00:00Z"),
    }


async def test_T08_a_child_may_have_a_day_of_its_own_length_of_night(
    guardian: Guardian, clock: StoppedClock
) -> None:
    late = seoul("2026-03-18", "05:30")
    assert clock.now() > late
    for hour, day in ((0, "2026-03-18"), (5, "2026-03-18"), (6, "2026-03-17"), (12, "2026-03-17")):
        child = await guardian.register_child(day_start_hour=hour)
        [fate] = (await guardian.upload(child, play(late)))["records"]
        assert fate["therapy_day"] == day, hour


async def test_T08_moving_house_leaves_the_days_that_were_played(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    sent = play(seoul("2026-03-18", "05:00"))
    await guardian.upload(child, sent)
    path = f"/children/{child['id']}"
    moved = await guardian.call("PATCH", path, json={"time_zone": "America/New_York"})
    assert moved.status_code == 200
    [again, other] = (
        await guardian.upload(child, [sent, {**play(NOON), "started_at": sent["started_at"]}])
    )["records"]
    assert (again["fate"], again["therapy_day"]) == ("duplicate", "2026-03-18")
    assert (other["fate"], other["therapy_day"]) == ("created", "2026-03-17")
    logs = await guardian.get(f"{path}/daily-logs")
    assert [log["day"] for log in logs["days"]] == ["2026-03-17", "2026-03-18"]


@pytest.mark.parametrize("zone", ZONES)
async def test_T08_today_says_when_it_is_over(guardian: Guardian, zone: str) -> None:
    child = await guardian.register_child(time_zone=zone)
    today = await guardian.get(f"/children/{child['id']}/today")
    local = datetime.fromisoformat(today["day_ends_at"]).astimezone(ZoneInfo(zone))
    assert local.replace(tzinfo=None).isoformat() == (
        f"{date.fromisoformat(today['day']) + timedelta(days=1)}T04:00:00"
    )
