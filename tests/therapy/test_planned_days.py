"""T02, T09: the days that plans ask for, found for years at once, are those found one by one."""

from datetime import date, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from dodam.features.therapy.models.plans import Plan, plan_day, planned_days
from tests.clock import NOON

FIRST = date(2026, 1, 1)
DAYS = st.integers(-40, 80).map(lambda number: FIRST + timedelta(days=number))


@st.composite
def plans(draw: st.DrawFn, version: int) -> Plan:
    starts_on = draw(DAYS)
    ends_on = draw(st.none() | st.just(date.max) | st.integers(0, 30))
    if isinstance(ends_on, int):
        ends_on = starts_on + timedelta(days=ends_on)
    plan = {
        "version": version,
        "source": draw(st.sampled_from(("default", "guardian", "clinician", "protocol"))),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "ended_on": draw(st.none() | DAYS),
        "rests_on": draw(st.lists(DAYS, max_size=3)),
        "created_at": datetime.combine(starts_on, NOON.timetz()),
        "days": [
            {
                "weekday": weekday,
                "hand": "left",
                "items": [{"motion": "mass_grasp", "target_minutes": 1}],
            }
            for weekday in draw(st.sets(st.integers(1, 7), min_size=1))
        ],
    }
    return msgspec.convert(plan, Plan)


@given(data=st.data(), first=DAYS, length=st.integers(0, 60))
def test_T02_planned_days_are_those_of_each_day(
    data: st.DataObject, first: date, length: int
) -> None:
    made = [data.draw(plans(version)) for version in range(1, data.draw(st.integers(0, 4)) + 1)]
    days = [first + timedelta(days=number) for number in range(length + 1)]
    found = list(planned_days(made, first, days[-1]))
    assert found == [day for day in days if plan_day(made, day) is not None]
