"""A plan a family makes for the time to come: hands by a rule, days of rest, perhaps an early end.

Plans never begin in the past, so the simulated weeks go by the default; these are for what the
server says of the days ahead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dodam_sim.families.answers import Motion
from dodam_sim.families.chance import lucky, stream
from dodam_sim.families.persona import Child

_RULES: Sequence[Mapping[str, object]] = (
    {"rule": "affected"},
    {"rule": "alternate"},
    {"rule": "ratio", "affected_share": 0.75},
    {"rule": "ratio", "affected_share": 0.6},
)


@dataclass(frozen=True, slots=True)
class PlanAhead:
    """A plan as it is asked for. One that ends on the day before its first is called off."""

    form: Mapping[str, object]
    ends_early_on: date | None


def plan_ahead(child: Child, catalogue: Sequence[Motion], today: date) -> PlanAhead | None:
    """Return the plan its family makes today, if it makes one; about one in three does."""
    chance = stream(child.id, "plan ahead")
    if not lucky(chance, 0.35):
        return None
    starts_in = chance.choice((0, 0, 2, 9))
    starts_on = today + timedelta(days=starts_in)
    days: list[Mapping[str, object]] = []
    for weekday in sorted(chance.sample(range(1, 8), k=chance.randint(2, 6))):
        motions = chance.sample([motion.id for motion in catalogue], k=2)
        items = [
            {"motion": motions[0], "target_repetitions": chance.randint(5, 40)},
            {"motion": motions[1], "target_minutes": chance.randint(1, 10)},
        ]
        days.append({"weekday": weekday, "items": items})
    form: dict[str, object] = {
        "days": days,
        "hand_rule": chance.choice(_RULES),
        "rests_on": [str(today + timedelta(days=chance.randint(1, 20)))],
    }
    if starts_in:
        form["starts_on"] = str(starts_on)
    ends_after = chance.choice((None, 4, 12, -1) if starts_in else (None, 4, 12))
    ends_on = None if ends_after is None else starts_on + timedelta(days=ends_after)
    return PlanAhead(form, ends_on)
