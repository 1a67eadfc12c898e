"""What tablets tell of sessions, and what has to come of it, worked out by hand."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from dodam_sim.families.diary import Diary, write_diary
from dodam_sim.families.ledger import Ledger
from dodam_sim.families.persona import Weeks, make_family
from dodam_sim.families.plays import FINISHED, PAUSED, RESUMED, STARTED, Event, Session
from dodam_sim.families.siblings import hand_on
from dodam_sim.families.sittings import Sitting, sittings_of
from dodam_sim.families.tablet import Tablet
from dodam_sim.families.telling import Told
from dodam_sim.families.therapy_day import TherapyDays

from .examples import CATALOGUE, NOW, a_play, plan_from

SEOUL = TherapyDays(ZoneInfo("Asia/Seoul"), 4)
AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SESSION = UUID(int=1)


def a_tablet(error: timedelta = timedelta()) -> Tablet:
    return Tablet("tablet-1", SEOUL.zone, error, tells_time=True, writes_utc=False, offline=0)


def told(session: int, *events: tuple[str, datetime], is_finished: bool = False) -> Told:
    session_id = UUID(int=session)
    made = tuple(Event(UUID(int=n), session_id, *event) for n, event in enumerate(events))
    return Told(session_id, 0, made, is_finished, paused=timedelta(seconds=5))


def sittings(
    plays: Sequence[int],
    *all_told: Told,
    error: timedelta = timedelta(),
    shared: Sequence[int] = (),
) -> dict[int, Sitting]:
    """Of session 1, which has half a minute of play at each of those minutes, and of others."""
    tablet, ledger = a_tablet(error), Ledger(SEOUL)
    for minute in plays:
        ledger.write(tablet.as_counted(a_play(minute, AT + minute * MINUTE)))
    found = sittings_of(ledger, all_told, [tablet], {UUID(int=number) for number in shared})
    return {key.int: sitting for key, sitting in found.items()}


def families() -> list[list[Diary]]:
    found: list[list[Diary]] = []
    for index in range(12):
        family = make_family(7, index, Weeks(42, NOW))
        diaries: list[Diary] = []
        for child in family.children:
            plans = [plan_from(child.first_day)]
            diaries.append(write_diary(child, family.tablets, plans, CATALOGUE, diaries))
        found.append(diaries)
    return found


def test_X03_tablets_tell_of_sessions_as_untidily_as_promised() -> None:
    all_told = [each for diaries in families() for diary in diaries for each in diary.told]
    assert {each.completeness for each in all_told} == {"none", "incomplete", "complete"}
    assert {each.is_finished for each in all_told} == {True, False}
    kinds = [[event.kind for event in each.events] for each in all_told]
    assert any(of_one.count(PAUSED) > of_one.count(RESUMED) for of_one in kinds)
    assert any(each.paused for each in all_told)
    played = {
        session.id for diaries in families() for diary in diaries for session in diary.sessions
    }
    assert any(each.session_id not in played for each in all_told)


def test_X03_what_is_told_lies_around_and_between_the_plays() -> None:
    for diary in (diary for diaries in families() for diary in diaries):
        plays = {session.id: session.plays for session in diary.sessions}
        for each in diary.told:
            for event in each.events:
                for play in plays.get(each.session_id, ()):
                    assert not play.started_at <= event.at < play.ended_at


def test_X03_some_sessions_overlap_cross_days_or_are_a_siblings_too() -> None:
    flags: set[str] = set()
    for diaries in families():
        ids = Counter(session.id for diary in diaries for session in diary.sessions)
        shared = {key for key, children in ids.items() if children > 1}
        for diary in diaries:
            found = sittings_of(diary.ledger, diary.told, diary.tablets, shared)
            flags.update(flag for sitting in found.values() for flag in sitting.flags)
    assert flags == {"overlaps", "crosses_days", "shared_session_id"}


def test_X03_the_same_seed_tells_the_same() -> None:
    assert [d.told for ds in families() for d in ds] == [d.told for ds in families() for d in ds]


def test_X03_a_session_lasts_from_the_first_that_is_known_of_it_to_the_last() -> None:
    events = (STARTED, AT - MINUTE), (FINISHED, AT + 9 * MINUTE)
    sitting = sittings([0, 5], told(1, *events, is_finished=True))[1]
    assert (sitting.started_at, sitting.ended_at) == (AT - MINUTE, AT + 9 * MINUTE)
    assert (sitting.state, sitting.completeness) == ("finished", "complete")
    assert (sitting.sums.plays, sitting.devices) == (2, ["tablet-1"])
    assert sitting.paused == timedelta(seconds=5)


def test_X03_what_was_told_nothing_of_ends_with_its_last_play() -> None:
    sitting = sittings([0, 5], told(1))[1]
    assert (sitting.state, sitting.completeness) == ("abandoned", "none")
    assert sitting.ended_at == AT + 5 * MINUTE + timedelta(seconds=30)


def test_X03_an_app_that_was_only_opened_had_a_session_of_nothing() -> None:
    sitting = sittings([], told(2, (STARTED, AT), (FINISHED, AT + MINUTE), is_finished=True))[2]
    assert (sitting.sums.plays, sitting.devices, sitting.flags) == (0, [], [])


def test_X03_a_clock_that_is_slightly_off_moves_plays_and_events_alike() -> None:
    events = (STARTED, AT - MINUTE), (FINISHED, AT + 9 * MINUTE)
    sitting = sittings([0], told(1, *events, is_finished=True), error=timedelta(seconds=40))[1]
    assert sitting.started_at == AT - timedelta(seconds=20)
    assert sitting.ended_at - sitting.started_at == 10 * MINUTE


def test_X03_pauses_are_not_judged_where_a_clock_is_corrected() -> None:
    sitting = sittings([0], told(1), error=timedelta(hours=3))[1]
    assert sitting.started_at == AT
    assert sitting.paused is None


def test_X03_sessions_at_the_same_time_overlap_and_those_that_touch_do_not() -> None:
    inside = told(2, (STARTED, AT + MINUTE))
    after = told(3, (STARTED, AT + 5 * MINUTE + timedelta(seconds=30)))
    found = sittings([0, 5], told(1), inside, after)
    assert {key for key, each in found.items() if each.overlaps} == {1, 2}


def test_X03_flags_are_in_the_apis_words() -> None:
    # Until four in the morning it is the day before in Seoul.
    until_morning = told(1, (FINISHED, AT + timedelta(hours=12)), is_finished=True)
    sitting = sittings([0], until_morning, shared=[1, 7])[1]
    assert sitting.flags == ["crosses_days", "shared_session_id"]


def test_X03_a_tablet_is_handed_on_shortly_after_and_only_once() -> None:
    child = make_family(7, 0, Weeks(42, NOW)).children[0]
    begun = [Session(UUID(int=1), 0, (a_play(1, AT),))]

    def handed(after: timedelta, tablet: int) -> set[UUID]:
        own = [Session(UUID(int=9), tablet, (a_play(9, AT + after, session=9),))]
        chances = (replace(child, id=UUID(int=n)) for n in range(20))
        return {each.id for one in chances for each in hand_on(one, own, begun)}

    assert handed(timedelta(hours=1), tablet=0) == {UUID(int=1), UUID(int=9)}
    assert handed(timedelta(hours=3), tablet=0) == {UUID(int=9)}
    assert handed(timedelta(hours=-1), tablet=0) == {UUID(int=9)}
    assert handed(timedelta(hours=1), tablet=1) == {UUID(int=9)}
    for diary in (diary for diaries in families() for diary in diaries):
        ids = [session.id for session in diary.sessions]
        assert len(ids) == len(set(ids))
        for session in diary.sessions:
            assert {play.session_id for play in session.plays} == {session.id}
