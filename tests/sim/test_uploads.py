"""Tablets: what they write, when they send it, and what they send twice."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest

from dodam_sim.families.diary import Diary, write_diary
from dodam_sim.families.persona import Weeks, make_family
from dodam_sim.families.post import replayed
from dodam_sim.families.spoilt import reuse_id
from dodam_sim.families.tablet import PLAYS, SESSION_EVENTS, Tablet, Upload, write_record
from dodam_sim.families.therapy_day import TherapyDays

from .examples import CATALOGUE, NOW, a_play, plan_from

SEOUL = TherapyDays(ZoneInfo("Asia/Seoul"), 4)
AT = datetime(2026, 11, 1, 18, 30, tzinfo=UTC)  # 03:30 of the 2nd, so the therapy day is the 1st


def a_tablet(error: timedelta = timedelta(), *, tells_time: bool = True) -> Tablet:
    return Tablet("t", SEOUL.zone, error, tells_time, writes_utc=False, offline=0.1)


def diaries() -> list[Diary]:
    found: list[Diary] = []
    for index in range(12):
        family = make_family(7, index, Weeks(42, NOW))
        for child in family.children:
            plans = [plan_from(child.first_day)]
            found.append(write_diary(child, family.tablets, plans, CATALOGUE))
    return found


def test_a_record_shows_the_tablets_own_clock_and_counts_for_the_true_day() -> None:
    record = write_record(a_play(1, AT), a_tablet(timedelta(days=1095)), SEOUL)
    assert record.content["started_at"] == "2029-11-01T03:30:00.000+09:00"
    assert str(record.day) == "2026-11-01"


def test_sent_at_is_made_when_sending_by_the_same_clock() -> None:
    tablet = a_tablet(timedelta(hours=-9))
    record = write_record(a_play(1, AT), tablet, SEOUL)
    sent = msgspec.json.decode(Upload(UUID(int=1), tablet, (record,)).body(NOW))
    shown = datetime.fromisoformat(sent["sent_at"])
    assert shown == NOW - timedelta(hours=9)
    # What the server works out: the start, shifted by the time of receipt minus `sent_at`.
    assert datetime.fromisoformat(sent["started_at"]) + (NOW - shown) == AT


def test_a_small_clock_error_is_counted_as_it_was_written() -> None:
    off = a_tablet(timedelta(seconds=40), tells_time=False)
    assert off.as_counted(a_play(1, AT)).started_at == AT + timedelta(seconds=40)
    assert a_tablet(timedelta(hours=3)).as_counted(a_play(1, AT)).started_at == AT


def test_every_play_and_event_is_sent_in_uploads_of_allowed_size() -> None:
    for diary in diaries():
        sent = {
            to: {
                r.id for upload in diary.uploads if upload.to == to for r in upload.records if r.day
            }
            for to in (PLAYS, SESSION_EVENTS)
        }
        assert len(sent[PLAYS]) == len(diary.ledger)
        assert len(sent[SESSION_EVENTS]) == sum(len(each.events) for each in diary.told)
        assert all(1 <= len(upload.records) <= 500 for upload in diary.uploads)


def test_the_post_is_as_untidy_as_promised() -> None:
    uploads = [upload for diary in diaries() for upload in diary.uploads]
    records = [record for upload in uploads for record in upload.records]
    times = Counter(record.id for record in records)
    assert any(upload.late for upload in uploads)
    assert max(times.values()) > 1
    refused = [record.rejection for record in records if record.rejection]
    assert len({rejection.field for rejection in refused}) > 5
    assert any(rejection.code == "id_reused" for rejection in refused)
    for to, name in ((PLAYS, "started_at"), (SESSION_EVENTS, "at")):
        times_sent = [
            [str(record.content[name]) for record in upload.records]
            for upload in uploads
            if upload.to == to
        ]
        assert any(times != sorted(times) for times in times_sent)


def test_X03_what_is_told_of_a_session_may_come_before_its_plays() -> None:
    for diary in diaries():
        of_events = [n for n, upload in enumerate(diary.uploads) if upload.to == SESSION_EVENTS]
        if of_events and of_events[0] < len(diary.uploads) // 2:
            return
    pytest.fail("all events come late")


def test_a_reused_id_comes_after_its_record() -> None:
    for diary in diaries():
        seen: set[object] = set()
        for upload in diary.uploads:
            for record in upload.records:
                if record.rejection and record.rejection.code == "id_reused":
                    assert record.id in seen
                elif record.rejection is None:
                    seen.add(record.id)


def test_a_replay_sends_the_same_records_in_another_order() -> None:
    diary = max(diaries(), key=lambda diary: len(diary.uploads))

    def contents(uploads: list[Upload]) -> list[str]:
        return [str(record.content) for upload in uploads for record in upload.records]

    first, again = contents(list(diary.uploads)), contents(replayed(diary.uploads, diary.child, 0))
    assert first != again
    assert sorted(first) == sorted(again)


def test_changed_content_differs_from_its_record() -> None:
    record = write_record(a_play(1, AT), a_tablet(), SEOUL)
    changed = reuse_id(record)
    assert changed.id == record.id
    assert changed.content != record.content


@pytest.mark.parametrize("utc", [True, False])
def test_times_carry_an_offset(utc: bool) -> None:  # noqa: FBT001
    tablet = Tablet("t", SEOUL.zone, timedelta(), tells_time=True, writes_utc=utc, offline=0)
    assert tablet.text(AT).endswith("+00:00" if utc else "+09:00")
