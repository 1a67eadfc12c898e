"""G04: what a lock says, and that it says the truth for any tree of conditions."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dodam.features.games.models.conditions import (
    AllOf,
    AnyCondition,
    AnyOf,
    Attendance,
    Attribute,
    Dates,
    Subscription,
    TherapyDone,
    Ticket,
    parts,
)
from dodam.features.games.models.locks import Facts, Played, lock
from dodam.features.games.models.plays import Lock
from dodam.platform.i18n import Language

from .by_hand import NOW, TODAY, child_in, facts, game_that

DAY = timedelta(days=1)
# Where the hour at which a day begins is left out, and where it comes twice, within ten days.
LEAP_TO_SUMMER = datetime(2026, 3, 28, 12, tzinfo=UTC)
HELD = {"tester": [True], "trial_participant": [{"trial": "HAND-2026", "participant": "A-7"}]}
SAYS_NOTHING_OF_ITSELF = ("trial", "HAND", "시험")


def seen(unlock: AnyCondition | None, known: Facts, played: Played | None = None) -> Lock:
    return lock(game_that(unlock), known, played, Language.ENGLISH)


def codes(found: Lock) -> list[str]:
    return [reason.code for reason in found.reasons]


@pytest.mark.parametrize(
    ("condition", "known", "sentences"),
    [
        (
            Attendance(days=10, streak=3),
            facts(attended_days=8, streak=0),
            [
                "Opens after 10 days of exercise: 2 to go.",
                "Opens after 3 days of exercise with none missed: 3 to go.",
            ],
        ),
        (Attendance(days=10), facts(attended_days=10, streak=0), []),
        (TherapyDone(), facts(exercises_left=2), ["Today's exercises come first: 2 to go."]),
        (TherapyDone(), facts(exercises_left=0), []),
        (Ticket(3), facts(tickets=1), ["Tickets still needed: 2."]),
        (Ticket(3), facts(tickets=3), []),
        (Subscription(), facts(), ["This game comes with a subscription."]),
        (Subscription(), facts(entitled=True), []),
        (Dates(first=date(2026, 3, 19)), facts(), ["Opens on 2026-03-19."]),
        (Dates(last=date(2026, 3, 17)), facts(), ["Was open until 2026-03-17."]),
        (Dates(first=TODAY, last=TODAY), facts(), []),
        (Attribute("tester"), facts(), ["This game is not open to this account."]),
        (Attribute("tester"), facts(attributes=HELD), []),
        (
            Attribute("tester", value=False),
            facts(attributes=HELD),
            ["This game is not open to this account."],
        ),
        (
            Attribute("tester", value=1),
            facts(attributes=HELD),
            ["This game is not open to this account."],
        ),
        (
            Attribute("tester", value=None),
            facts(attributes=HELD),
            ["This game is not open to this account."],
        ),
        (Attribute("trial_participant", {"trial": "HAND-2026"}), facts(attributes=HELD), []),
    ],
)
def test_G04_each_condition_says_what_is_missing(
    condition: AnyCondition, known: Facts, sentences: list[str]
) -> None:
    found = seen(condition, known)
    assert [reason.message for reason in found.reasons] == sentences
    assert found.open is (not sentences)


def test_G04_nobody_learns_which_attribute_opens_a_game() -> None:
    wanted = Attribute("trial_participant", {"trial": "HAND-2027"})
    for language in Language:
        [reason] = lock(game_that(wanted), facts(attributes=HELD), None, language).reasons
        assert not any(word in reason.message for word in SAYS_NOTHING_OF_ITSELF)


def test_G04_reasons_are_sentences_in_the_family_s_language() -> None:
    found = lock(
        game_that(AllOf([TherapyDone(), Ticket(2)])),
        facts(exercises_left=3),
        None,
        Language.KOREAN,
    )
    assert [reason.message for reason in found.reasons] == [
        "오늘의 운동을 먼저 마쳐 주세요. 3개 남았어요.",
        "티켓이 2장 더 필요해요.",
    ]


def test_G04_of_several_ways_the_cheapest_is_taken_and_all_parts_are_paid() -> None:
    reward = AnyOf([Ticket(2), TherapyDone()])
    assert seen(reward, facts(tickets=5)).tickets == 0
    assert seen(reward, facts(tickets=5, exercises_left=1)).tickets == 2
    assert seen(AllOf([reward, Ticket(3)]), facts(tickets=5, exercises_left=1)).tickets == 5
    # Each would do by itself; together they are one too many.
    both = seen(AllOf([Ticket(2), Ticket(3)]), facts(tickets=4))
    assert [reason.message for reason in both.reasons] == ["Tickets still needed: 1."]
    assert both.tickets == 5
    # What is free is not paid for.
    paid = seen(AllOf([reward, Ticket(5)]), facts(tickets=1))
    assert [reason.message for reason in paid.reasons] == ["Tickets still needed: 4."]
    # One ticket is there: done with exercise and attendance, the child needs another.
    parts_of_both = [AllOf([TherapyDone(), Ticket()]), AllOf([Attendance(days=1), Ticket()])]
    both = seen(AllOf(parts_of_both), facts(exercises_left=1, tickets=1))
    assert both.reasons[-1].message == "Tickets still needed: 1."


def test_G04_what_a_game_costs_is_told_while_something_else_keeps_it_closed() -> None:
    found = seen(AllOf([TherapyDone(), Ticket(2)]), facts(exercises_left=1, tickets=2))
    assert (found.tickets, codes(found)) == (2, ["therapy_not_done"])


def test_G04_a_game_that_is_closed_for_good_is_not_promised() -> None:
    over = Dates(last=date(2026, 3, 1))
    april = Dates(first=date(2026, 4, 1))
    assert seen(AllOf([over, april]), facts()).available_at is None
    assert seen(AllOf([Subscription(), april]), facts()).available_at is None
    found = seen(AnyOf([over, Subscription(), april]), facts())
    assert found.available_at == datetime(2026, 3, 31, 19, tzinfo=UTC)
    retired = lock(game_that(april, retired=True), facts(), None, Language.ENGLISH)
    assert (codes(retired), retired.available_at) == (["retired", "not_yet"], None)


def test_G04_of_a_limit_and_a_rest_the_later_one_says_when_to_come_again() -> None:
    since_yesterday = Dates(first=TODAY - DAY)
    game = game_that(since_yesterday, plays_a_day=2, rest_minutes=600)
    began = NOW - timedelta(minutes=5, seconds=1)
    found = lock(game, facts(), Played(2, began), Language.ENGLISH)
    assert [(reason.code, reason.message) for reason in found.reasons] == [
        ("limit_reached", "Today's plays are used up: 2 of 2."),
        ("resting", "There is a break of 600 minutes between plays."),
    ]
    assert found.reasons[0].available_at == datetime(2026, 3, 18, 19, tzinfo=UTC)
    assert found.available_at == found.reasons[1].available_at == began + timedelta(hours=10)
    assert found.plays_left == 0


def test_G04_a_game_of_which_today_is_the_last_day_does_not_open_again_tomorrow() -> None:
    game = game_that(Dates(last=TODAY), plays_a_day=1)
    found = lock(game, facts(), Played(1, NOW - DAY / 24), Language.ENGLISH)
    assert (codes(found), found.available_at) == (["limit_reached"], None)


def test_G04_a_limit_ends_with_the_day_where_clocks_leap_over_its_end() -> None:
    # Clocks leap from two to three, which is when this child's day begins.
    child = replace(child_in("Europe/Berlin"), day_start_hour=2)
    known = Facts(child=child, now=LEAP_TO_SUMMER)
    found = lock(game_that(plays_a_day=1), known, Played(1, LEAP_TO_SUMMER), Language.ENGLISH)
    assert found.available_at == datetime(2026, 3, 29, 1, tzinfo=UTC)


LEAVES = st.one_of(
    st.builds(Ticket, st.integers(1, 3)),
    st.builds(TherapyDone),
    st.builds(Subscription),
    st.builds(Attendance, days=st.integers(1, 3), streak=st.none() | st.integers(1, 3)),
    st.builds(Dates, first=st.dates(TODAY - 3 * DAY, TODAY + 5 * DAY)),
    st.builds(Dates, last=st.dates(TODAY - 3 * DAY, TODAY + 5 * DAY)),
    st.builds(Attribute, st.just("tester")),
)
TREES: st.SearchStrategy[AnyCondition] = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3))
        | st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3))
    ),
    max_leaves=8,
)
KNOWN = st.builds(
    facts,
    attended_days=st.integers(0, 3),
    streak=st.integers(0, 3),
    exercises_left=st.integers(0, 2),
    tickets=st.integers(0, 8),
    entitled=st.booleans(),
    attributes=st.sampled_from([{}, HELD]),
)
Holds = Callable[[AnyCondition], bool]


def truth(known: Facts, day: date) -> Holds:
    def holds(leaf: AnyCondition) -> bool:
        match leaf:
            case Attendance():
                return known.attended_days >= (leaf.days or 0) and known.streak >= (
                    leaf.streak or 0
                )
            case Dates():
                return (leaf.first or day) <= day <= (leaf.last or day)
            case TherapyDone():
                return known.exercises_left == 0
            case Subscription():
                return known.entitled
            case _:
                return bool(known.attributes)

    return holds


def ways(condition: AnyCondition, holds: Holds) -> Iterator[int]:
    """What each way to open it costs, one by one."""
    match condition:
        case Ticket():
            yield condition.tickets
        case AnyOf():
            for part in condition.of:
                yield from ways(part, holds)
        case AllOf():
            for way in product(*(list(ways(part, holds)) for part in condition.of)):
                yield sum(way)
        case _:
            if holds(condition):
                yield 0


@given(TREES, KNOWN)
def test_G04_a_tree_is_open_as_a_plain_truth_table_says_and_costs_no_more(
    tree: AnyCondition, known: Facts
) -> None:
    found = seen(tree, known)
    costs = list(ways(tree, truth(known, TODAY)))
    assert found.open is any(cost <= known.tickets for cost in costs)
    assert found.open is (not found.reasons)
    if costs:
        assert found.tickets == min(costs)
    if codes(found) == ["not_enough_tickets"]:
        missing = min(costs) - known.tickets
        assert found.reasons[0].message == f"Tickets still needed: {missing}."


@given(TREES, KNOWN)
def test_G04_more_tickets_never_close_a_game(tree: AnyCondition, known: Facts) -> None:
    opened = [seen(tree, replace(known, tickets=n)).open for n in range(26)]
    assert opened == sorted(opened)


@given(TREES, KNOWN)
def test_G04_a_game_opens_at_the_first_instant_it_names(tree: AnyCondition, known: Facts) -> None:
    found = seen(tree, known)
    days = (TODAY + n * DAY for n in range(8))
    opens = next(
        (
            day
            for day in days
            if any(cost <= known.tickets for cost in ways(tree, truth(known, day)))
        ),
        None,
    )
    expected = None if found.open or opens is None else known.child.day_ends_at(opens - DAY)
    assert found.available_at == expected


@given(TREES, KNOWN)
def test_G04_whoever_does_all_that_the_reasons_ask_for_may_play(
    tree: AnyCondition, known: Facts
) -> None:
    found = seen(tree, known)
    missing = [int(r.message.split()[-1][:-1]) for r in found.reasons if "Tickets" in r.message]
    done = replace(
        known,
        attended_days=3 if "attendance_too_short" in codes(found) else known.attended_days,
        streak=3 if "streak_too_short" in codes(found) else known.streak,
        exercises_left=0,
        entitled=True,
        attributes=HELD,
        tickets=known.tickets + sum(missing),
    )
    if not {"not_yet", "over"} & set(codes(found)):
        assert seen(tree, done).open


@pytest.mark.parametrize("day", ["9999-12-31", "3000-01-01"])
def test_G04_a_day_no_clock_reaches_is_no_condition(day: str) -> None:
    form = f'{{"kind": "dates", "first": "{day}"}}'.encode()
    with pytest.raises(msgspec.ValidationError, match="before 3000"):
        msgspec.json.decode(form, type=AnyCondition)


def test_G04_the_last_day_there_is_begins_everywhere() -> None:
    last = Dates(first=date(2999, 12, 31))
    for zone in ("Etc/GMT+12", "Pacific/Kiritimati", "Asia/Seoul"):
        child = replace(child_in(zone), day_start_hour=12)
        assert seen(last, Facts(child=child, now=NOW)).available_at is not None
    assert list(parts(last)) == [last]
