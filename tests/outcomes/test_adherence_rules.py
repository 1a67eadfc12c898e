"""X06: adherence against a plain recount, over days that go in any way."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dodam.features.content.models.motions import TherapyHand
from dodam.features.outcomes.models.doses import adherence_day, adherence_period, missed
from dodam.features.therapy.models.days import History
from dodam.features.therapy.models.plans import Plan, PlanDay, PlanItem, PlanSource
from dodam.features.therapy.models.results import ExceptionReason, Sums

FIRST = date(2026, 3, 2)
DAYS = [FIRST + timedelta(days=n) for n in range(21)]
TODAY = DAYS[-3]
# Grasps in repetitions and pinches in minutes, on three weekdays.
GRASPS, PINCHES = 20, 3
WEEKDAYS = (1, 3, 6)
PLAN = Plan(
    version=1,
    source=PlanSource.GUARDIAN,
    starts_on=FIRST + timedelta(days=3),
    ends_on=None,
    days=[
        PlanDay(
            weekday=weekday,
            hand=TherapyHand.LEFT,
            items=[
                PlanItem(motion="mass_grasp", target_repetitions=GRASPS),
                PlanItem(motion="tip_pinch", target_minutes=PINCHES),
            ],
        )
        for weekday in WEEKDAYS
    ],
    created_at=datetime(2026, 3, 1, tzinfo=UTC),
)
PLAYED = st.dictionaries(
    st.sampled_from(DAYS), st.tuples(st.integers(0, 50), st.integers(0, 400_000))
)
EXCUSED = st.dictionaries(st.sampled_from(DAYS), st.sampled_from(ExceptionReason))


@given(PLAYED, EXCUSED, st.integers(0, 20), st.integers(0, 20))
def test_X06_adherence_is_what_can_be_counted_by_hand(
    played: dict[date, tuple[int, int]],
    excused: dict[date, ExceptionReason],
    one: int,
    other: int,
) -> None:
    history = History(
        plans=[PLAN],
        played={
            day: {
                ("mass_grasp", TherapyHand.LEFT): Sums(plays=1, repetitions=repetitions),
                ("tip_pinch", TherapyHand.LEFT): Sums(plays=1, active_ms=active_ms),
            }
            for day, (repetitions, active_ms) in played.items()
        },
        exceptions=excused,
        catalogue={},
        today=TODAY,
    )
    asked = DAYS[min(one, other) : max(one, other) + 1]
    found = adherence_period(history.days(asked[0], asked[-1]), TODAY)

    planned = [day for day in asked if day >= PLAN.starts_on and day.isoweekday() in WEEKDAYS]
    counted = [day for day in planned if day < TODAY and day not in excused]
    fractions: list[float] = []
    for day in counted:
        repetitions, active_ms = played.get(day, (0, 0))
        fractions += [min(1.0, repetitions / GRASPS), min(1.0, active_ms / 60_000 / PINCHES)]
    mean = round(sum(fractions) / len(fractions), 4) if fractions else None
    assert found.adherence == mean
    assert found.planned_days == len(counted)
    assert found.planned.repetitions == GRASPS * len(counted)
    assert found.planned.minutes == PINCHES * len(counted)
    assert found.kept_days == sum(day in played for day in counted)
    assert found.excused_days == sum(day < TODAY and day in excused for day in planned)
    assert found.done.repetitions == sum(played[day][0] for day in asked if day in played)
    gaps = missed(history.days(asked[0], asked[-1]), TODAY)
    assert [each.day for each in gaps] == [
        day for day in planned if day < TODAY and day not in played
    ]
    assert [str(each.reason) for each in gaps] == [
        excused.get(each.day, "unexplained") for each in gaps
    ]
    for day in history.days(asked[0], asked[-1]):
        assert (adherence_day(day, TODAY).adherence is None) is (day.day not in counted)
