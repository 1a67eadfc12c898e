"""T06, T08: when a play really was, by a tablet whose clock may be wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from dodam.bootstrap import Dodam
from dodam.features.therapy.models.plays import DeviceClock, true_start
from tests.clock import NOON
from tests.families import Guardian, play

from .steps import Travel, rows, seoul

RECEIVED = NOON
MICROSECOND = timedelta(microseconds=1)
MINUTES = timedelta(minutes=1)
DAYS = timedelta(days=1)


@pytest.mark.parametrize(
    ("started", "sent", "true", "clock"),
    [
        pytest.param(-MINUTES, None, -MINUTES, DeviceClock.TRUSTED, id="never said when sent"),
        pytest.param(-MINUTES, 0 * DAYS, -MINUTES, DeviceClock.TRUSTED, id="right to the second"),
        pytest.param(-DAYS, 2 * MINUTES, -DAYS, DeviceClock.TRUSTED, id="two minutes ahead"),
        pytest.param(-DAYS, -2 * MINUTES, -DAYS, DeviceClock.TRUSTED, id="two minutes behind"),
        pytest.param(
            -DAYS,
            2 * MINUTES + MICROSECOND,
            -DAYS - 2 * MINUTES - MICROSECOND,
            DeviceClock.CORRECTED,
            id="more than two minutes ahead",
        ),
        pytest.param(
            -DAYS,
            -2 * MINUTES - MICROSECOND,
            -DAYS + 2 * MINUTES + MICROSECOND,
            DeviceClock.CORRECTED,
            id="more than two minutes behind",
        ),
        pytest.param(
            8 * DAYS, 10 * DAYS, -2 * DAYS, DeviceClock.CORRECTED, id="ten days in the future"
        ),
        pytest.param(
            -3652 * DAYS, -3650 * DAYS, -2 * DAYS, DeviceClock.CORRECTED, id="ten years behind"
        ),
        pytest.param(5 * MINUTES, None, 5 * MINUTES, DeviceClock.TRUSTED, id="hardly ahead"),
        pytest.param(
            5 * MINUTES + MICROSECOND, None, 0 * DAYS, DeviceClock.UNTRUSTED, id="in the future"
        ),
        pytest.param(-366 * DAYS, None, -366 * DAYS, DeviceClock.TRUSTED, id="a year ago"),
        pytest.param(
            -366 * DAYS - MICROSECOND, None, 0 * DAYS, DeviceClock.UNTRUSTED, id="longer ago"
        ),
        pytest.param(
            3 * DAYS, 2 * DAYS, 0 * DAYS, DeviceClock.UNTRUSTED, id="played after it was sent"
        ),
        pytest.param(
            -800 * DAYS, -10 * DAYS, 0 * DAYS, DeviceClock.UNTRUSTED, id="old even when corrected"
        ),
    ],
)
def test_T08_a_wrong_clock_is_corrected_by_when_it_sends(
    started: timedelta, sent: timedelta | None, true: timedelta, clock: DeviceClock
) -> None:
    sent_at = None if sent is None else RECEIVED + sent
    assert true_start(RECEIVED + started, sent_at, RECEIVED) == (RECEIVED + true, clock)


@pytest.mark.parametrize(
    "sent_at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
@pytest.mark.parametrize(
    "started_at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
def test_T08_the_ends_of_time_are_no_time_of_a_play(
    started_at: datetime, sent_at: datetime
) -> None:
    found, clock = true_start(started_at.replace(tzinfo=UTC), sent_at.replace(tzinfo=UTC), RECEIVED)
    if started_at == sent_at:
        # Played the moment it was sent, however odd the clock.
        assert (found, clock) == (RECEIVED, DeviceClock.CORRECTED)
    else:
        assert (found, clock) == (RECEIVED, DeviceClock.UNTRUSTED)


def test_T08_offsets_of_a_clock_do_not_make_it_wrong() -> None:
    started_at = seoul("2026-03-18", "20:59:00")
    sent_at = datetime.fromisoformat("2026-03-18T08:00:00-04:00")
    assert true_start(started_at, sent_at, RECEIVED) == (started_at, DeviceClock.TRUSTED)


async def _sent(
    guardian: Guardian, child: dict[str, Any], started_at: str, sent_at: str | None
) -> tuple[str, str | None]:
    record = {**play(NOON), "started_at": started_at, "sent_at": sent_at}
    [fate] = (await guardian.upload(child, record))["records"]
    assert fate["fate"] == "created", fate
    notice = fate["notice"]
    if notice is not None:
        assert (notice["field"], bool(notice["message"])) == ("started_at", True)
    return fate["therapy_day"], notice and notice["code"]


@pytest.mark.parametrize(
    ("started_at", "sent_at", "day", "notice"),
    [
        # It is 21:00 in Seoul.
        ("2026-03-18T20:30:00+09:00", "2026-03-18T21:01:00+09:00", "2026-03-18", None),
        ("2026-03-18T23:30:00+09:00", "2026-03-19T00:00:00+09:00", "2026-03-18", "corrected"),
        ("2026-03-19T05:30:00+09:00", "2026-03-19T06:00:00+09:00", "2026-03-18", "corrected"),
        ("2026-03-19T03:00:00+09:00", "2026-03-19T22:00:00+09:00", "2026-03-17", "corrected"),
        ("2019-12-31T23:00:00Z", "2020-01-01T00:00:00Z", "2026-03-18", "corrected"),
        ("1970-01-01T00:10:00Z", "1970-01-02T18:20:00Z", "2026-03-16", "corrected"),
        ("2038-01-18T03:14:07Z", "2038-01-19T03:14:07Z", "2026-03-17", "corrected"),
        ("1970-01-01T00:00:00Z", None, "2026-03-18", "untrusted"),
        ("2026-03-18T21:06:00+09:00", None, "2026-03-18", "untrusted"),
        ("2036-03-18T21:00:00+09:00", None, "2026-03-18", "untrusted"),
        ("2025-03-17T11:59:00Z", None, "2026-03-18", "untrusted"),
        ("0001-01-01T00:00:00Z", None, "2026-03-18", "untrusted"),
        ("9999-12-31T23:59:59.999999Z", None, "2026-03-18", "untrusted"),
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2026-03-18", "untrusted"),
        ("9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "2026-03-18", "untrusted"),
        ("2026-03-18T20:30:00+09:00", "9999-12-31T23:59:59-23:59", "2026-03-18", "untrusted"),
        ("2026-03-18T20:30:00+09:00", "0001-01-01T00:00:00+23:59", "2026-03-18", "untrusted"),
        ("2026-03-19T11:30:00+23:59", "2026-03-18T12:00:00-00:00", "2026-03-18", None),
    ],
)
async def test_T08_a_play_counts_on_the_day_it_really_was(
    guardian: Guardian,
    child: dict[str, Any],
    started_at: str,
    sent_at: str | None,
    day: str,
    notice: str | None,
) -> None:
    expected = notice and f"clock_{notice}"
    assert await _sent(guardian, child, started_at, sent_at) == (day, expected)


async def test_T08_what_the_clock_said_is_kept_beside_what_it_was_taken_for(
    system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    shown = {
        "trusted": ("2026-03-18T11:30:00Z", "2026-03-18T12:00:00Z"),
        "corrected": ("2026-03-18T09:30:00Z", "2026-03-18T10:00:00Z"),
        "untrusted": ("1970-01-01T00:00:00Z", "2026-03-18T12:00:00Z"),
    }
    for started_at, sent_at in shown.values():
        await _sent(guardian, child, started_at, sent_at)
    query = """
        select clock, started_at, device_started_at, received_at
        from therapy.play_record where child_id = $1
    """
    half_an_hour_ago = NOON - timedelta(minutes=30)
    stored = {row.pop("clock"): row for row in await rows(system, query, UUID(child["id"]))}
    assert stored == {
        "trusted": {
            "started_at": half_an_hour_ago,
            "device_started_at": None,
            "received_at": NOON,
        },
        "corrected": {
            "started_at": half_an_hour_ago,
            "device_started_at": datetime.fromisoformat("2026-03-18T09:30:00Z"),
            "received_at": NOON,
        },
        "untrusted": {
            "started_at": NOON,
            "device_started_at": datetime.fromisoformat("1970-01-01T00:00:00Z"),
            "received_at": NOON,
        },
    }


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("ko", "태블릿 시계가 맞지 않아 차이만큼 시각을 고쳐 기록했어요."),
        (
            "en",
            "The tablet's clock was wrong; the time of the play was corrected by the difference.",
        ),
    ],
)
async def test_T06_a_notice_speaks_the_language_the_caller_reads(
    guardian: Guardian, child: dict[str, Any], language: str, message: str
) -> None:
    record = play(NOON - 5 * MINUTES, sent_at=(NOON - 3 * MINUTES).isoformat())
    receipt = await guardian.upload(child, record, headers={"accept-language": language})
    assert receipt["records"][0]["notice"]["message"] == message


async def test_T08_an_untrusted_play_sent_again_later_keeps_its_day(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    record = play(datetime(1970, 1, 1, tzinfo=UTC))
    await guardian.upload(child, record)
    await travel(NOON + 2 * DAYS)
    [fate] = (await guardian.upload(child, record))["records"]
    assert (fate["fate"], fate["therapy_day"]) == ("duplicate", "2026-03-18")
    assert (await guardian.get(f"/children/{child['id']}/today"))["done"]["plays"] == 0
