"""The ledger on examples that can be worked out by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from dodam_sim.families.ledger import Ledger, sums, sums_by_motion
from dodam_sim.families.therapy_day import TherapyDays

from .examples import a_play

BEFORE_FOUR = datetime(2026, 11, 1, 18, 58, tzinfo=UTC)  # 03:58 in Seoul
FIRST, SECOND = date(2026, 11, 1), date(2026, 11, 2)


def a_ledger() -> Ledger:
    return Ledger(TherapyDays(ZoneInfo("Asia/Seoul"), 4))


def test_sums_are_whole_numbers_and_leave_out_what_was_not_reported() -> None:
    play = a_play(1, BEFORE_FOUR)
    total = sums([replace(play, accuracy=8_000, score=50), replace(play, accuracy=9_000), play])
    assert (total.plays, total.repetitions, total.successes) == (3, 30, 21)
    assert total.milliseconds == 90_000
    assert (total.accuracy, total.accuracies) == (17_000, 2)
    assert total.score == 50


def test_a_duplicate_is_never_counted() -> None:
    ledger = a_ledger()
    assert ledger.write(a_play(1, BEFORE_FOUR))
    assert not ledger.write(a_play(1, BEFORE_FOUR))
    assert not ledger.write(replace(a_play(1, BEFORE_FOUR), repetitions=99))
    assert len(ledger) == 1
    assert sums(ledger.on(FIRST)).repetitions == 10


def test_motion_and_hand_are_summed_apart() -> None:
    play = a_play(1, BEFORE_FOUR)
    parts = sums_by_motion([play, replace(play, hand="right"), play])
    assert {key: part.plays for key, part in parts.items()} == {
        ("mass_grasp", "left"): 2,
        ("mass_grasp", "right"): 1,
    }


def test_a_session_over_the_edge_of_a_day_belongs_to_its_first_play() -> None:
    ledger = a_ledger()
    # The later play arrives first.
    ledger.write(a_play(2, BEFORE_FOUR + timedelta(minutes=4)))
    ledger.write(a_play(1, BEFORE_FOUR))
    assert ledger.played_days == [FIRST, SECOND]
    assert sums(ledger.on(FIRST)).plays == sums(ledger.on(SECOND)).plays == 1
    (session,) = ledger.sessions()[FIRST].items()
    assert session[0] == UUID(int=1)
    assert session[1].sums.plays == 2
    assert session[1].ended_at == BEFORE_FOUR + timedelta(minutes=4, seconds=30)
    assert SECOND not in ledger.sessions()


def test_between_takes_both_ends() -> None:
    ledger = a_ledger()
    for number in range(5):
        ledger.write(a_play(number, BEFORE_FOUR + timedelta(days=number)))
    assert len(ledger.between(SECOND, SECOND + timedelta(days=2))) == 3
