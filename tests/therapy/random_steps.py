"""What random families may choose from: where and when they live, what is planned for them."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from .by_hand import Answer

ZONES = (
    "Asia/Seoul",
    "America/New_York",
    "America/Santiago",  # clocks change at midnight
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",
    "Asia/Kathmandu",
)
# Shortly before clocks change in one zone or another, and an ordinary day.
BEGINNINGS = tuple(
    datetime.fromisoformat(at).replace(tzinfo=UTC)
    for at in (
        "2026-03-07T23:30",
        "2026-04-03T12:00",
        "2026-09-05T10:00",
        "2026-10-30T22:15",
        "2026-12-30T15:00",
        "2026-06-10T03:45",
    )
)
MOTIONS = ("mass_grasp", "bimanual_hold", "wrist_flexion")
HANDS = ("left", "right", "both")
REASONS = ("illness", "holiday", "hospital", "travel", "other")


WHICH_CHILD = st.integers(0, 1)


@st.composite
def _items(draw: st.DrawFn) -> list[Answer]:
    items: list[Answer] = []
    for motion in draw(st.sets(st.sampled_from(MOTIONS), min_size=1)):
        if draw(st.booleans()):
            items.append({"motion": motion, "target_repetitions": draw(st.integers(1, 30))})
        else:
            items.append({"motion": motion, "target_minutes": draw(st.integers(1, 5))})
    return items


@st.composite
def plan_forms(draw: st.DrawFn) -> Answer:
    """The days of a plan, which name their hands or leave that to a rule."""
    rule = draw(st.none() | st.sampled_from(("affected", "alternate", "ratio")))
    days: list[Answer] = []
    for weekday in draw(st.sets(st.integers(1, 7), min_size=1)):
        day: Answer = {"weekday": weekday, "items": draw(_items())}
        if rule is None:
            day["hand"] = draw(st.sampled_from(("left", "right")))
        days.append(day)
    if rule is None:
        return {"days": days}
    hand_rule: Answer = {"rule": rule}
    if rule == "ratio":
        hand_rule["affected_share"] = draw(st.sampled_from((0.25, 0.5, 0.6, 0.75, 1.0)))
    return {"days": days, "hand_rule": hand_rule}


MINUTES_AGO = st.one_of(st.integers(0, 90), st.integers(0, 3 * 1440), st.integers(0, 30 * 1440))
