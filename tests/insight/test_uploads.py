"""N03: what games tell: a closed list, in any order, days late, twice, partly bad."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import Guardian

from .conftest import SEND, Tracking, an_event, tell, tracking_system, upload


async def test_N03_events_arrive_with_what_the_registry_allows(
    tracking: Tracking, guardian: Guardian
) -> None:
    told: list[tuple[str, dict[str, Any]]] = [
        ("game_opened", {"start": "warm"}),
        ("screen_seen", {"screen": "today", "milliseconds": 340}),
        ("tutorial_step_seen", {"step": 2, "skipped": True}),
        ("practice_started", {"came_from": "reminder"}),
        ("practice_ended", {"how": "left"}),
        ("setting_changed", {"setting": "sound"}),
        ("reminder_opened", {"channel": "alimtalk"}),
        ("error_seen", {"kind": "camera"}),
    ]
    events = [an_event(name, **properties) for name, properties in told]
    app = {"platform": "android", "version": "3.2.0"}
    assert await tell(guardian, *events, app=app) == ["accepted"] * len(events)
    async with tracking.working():
        pass
    arrived = {each.name: each.properties for each in tracking.mixpanel.received}
    shown = {"platform": "android", "app_version": "3.2.0"}
    del arrived["account_opened"]
    assert arrived == {name: {**properties, **shown} for name, properties in told}


async def test_N03_an_event_that_comes_again_is_taken_once(
    tracking: Tracking, guardian: Guardian
) -> None:
    event, other = an_event(), an_event()
    assert await tell(guardian, event, event) == ["accepted", "duplicate"]
    assert await tell(guardian, other, event) == ["accepted", "duplicate"]
    async with tracking.working():
        assert await tell(guardian, event) == ["duplicate"]
        await tracking.settled()
    assert len(tracking.mixpanel.received) == 3
    assert tracking.mixpanel.events.duplicates == 0


async def test_N03_of_the_same_events_at_once_each_is_taken_once(guardian: Guardian) -> None:
    events = [an_event() for _ in range(50)]
    fates = await asyncio.gather(
        *(tell(guardian, *some) for some in (events, events[::-1], events, events[::-1]))
    )
    assert sum(each.count("accepted") for each in fates) == 50
    assert sum(each.count("duplicate") for each in fates) == 150


async def test_N03_two_people_may_send_the_same_id(tracking: Tracking, guardian: Guardian) -> None:
    other, event = await tracking.guardian(), an_event()
    for who in (guardian, other):
        assert await tell(who, event) == ["accepted"]
    async with tracking.working():
        pass
    insert_ids = {each.insert_id for each in tracking.mixpanel.received}
    assert len(insert_ids) == 4


@pytest.mark.parametrize(
    ("shown", "sent", "true"),
    [
        # Late, and the clock is right.
        (timedelta(minutes=-40), None, timedelta(minutes=-40)),
        (timedelta(minutes=-40), timedelta(0), timedelta(minutes=-40)),
        (timedelta(minutes=4), timedelta(0), timedelta(minutes=4)),
        # The clock is a day behind, or ahead, and was so when it happened.
        (timedelta(days=-1, minutes=-3), timedelta(days=-1), timedelta(minutes=-3)),
        (timedelta(days=1, minutes=-3), timedelta(days=1), timedelta(minutes=-3)),
        # It tells nothing: what counts is when it came.
        (timedelta(hours=1), None, timedelta(0)),
        (timedelta(days=-400), None, timedelta(0)),
    ],
)
async def test_N03_a_wrong_clock_is_corrected_as_for_plays(
    tracking: Tracking,
    guardian: Guardian,
    clock: StoppedClock,
    shown: timedelta,
    sent: timedelta | None,
    true: timedelta,
) -> None:
    clock.advance(timedelta(hours=1))
    now = clock.now()
    await tracking.sign_in(guardian)
    envelope = {} if sent is None else {"sent_at": (now + sent).isoformat()}
    assert await tell(guardian, an_event(at=now + shown), **envelope) == ["accepted"]
    *_, task = await tracking.waiting(SEND)
    at = datetime.fromisoformat(task["task"]["event"]["at"])
    assert at.astimezone(UTC) == now + true


async def test_N03_a_tablet_with_a_wrong_clock_that_sends_again_counts_once(
    tracking: Tracking, guardian: Guardian, clock: StoppedClock
) -> None:
    """Mixpanel tells doubles by their time too, and ours is another at each upload."""
    event = an_event(at=NOON - timedelta(days=2))
    for seconds in (0, 1, 70):
        clock.set(NOON + timedelta(seconds=seconds))
        # Its clock is not quite steady either.
        sent_at = clock.now() - timedelta(days=2, seconds=-seconds / 7)
        await tell(guardian, event, sent_at=sent_at.isoformat())
    async with tracking.working():
        pass
    names = [each.name for each in tracking.mixpanel.received]
    assert sorted(names) == ["account_opened", "game_opened"]


async def test_N03_what_came_is_remembered_for_a_week(
    tracking: Tracking, guardian: Guardian, clock: StoppedClock
) -> None:
    await tell(guardian, an_event())
    clock.set(NOON + timedelta(days=7))
    await tracking.chore("forget-taken-events")
    assert len(await tracking.rows("select * from insight.taken_event")) == 1
    clock.set(NOON + timedelta(days=7, seconds=1))
    await tracking.chore("forget-taken-events")
    assert await tracking.rows("select * from insight.taken_event") == []


async def test_N03_nobody_uploads_without_end(settings: Settings, database: str) -> None:
    async with tracking_system(settings, database, limit_behaviour_events="2/minute") as tracking:
        eager, other = await tracking.guardian(), await tracking.guardian()
        for _ in range(2):
            await tell(eager, an_event())
        refused = await upload(eager, events=[an_event()])
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert int(refused.headers["retry-after"]) >= 1
        assert await tell(other, an_event()) == ["accepted"]
