"""Examples the tests share: a small catalogue, a plan, a fixed moment, a play."""

from datetime import UTC, date, datetime
from uuid import UUID

from dodam_sim.families.answers import ConsentDocument, Motion, Plan, PlanDay, PlanItem
from dodam_sim.families.plays import Play

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

CATALOGUE = [
    Motion("mass_grasp", bimanual=False, labels=["fist", "open_palm"]),
    Motion("tip_pinch", bimanual=False, labels=["tip_pinch"]),
    Motion("wrist_extension", bimanual=False, labels=["wrist_extended"]),
    Motion("bimanual_hold", bimanual=True, labels=[]),
]
DOCUMENTS = [
    ConsentDocument(kind, 3) for kind in ("terms", "privacy", "child_data", "child_health")
]


def plan_from(day: date) -> Plan:
    """Return a plan for Monday to Friday that begins on `day`."""
    items = [
        PlanItem("mass_grasp", target_repetitions=30),
        PlanItem("wrist_extension", target_minutes=1),
        PlanItem("bimanual_hold", target_repetitions=20),
    ]
    return Plan(1, day, None, [PlanDay(weekday, "left", items) for weekday in range(1, 6)])


def a_play(number: int, started_at: datetime, session: int = 1) -> Play:
    """Return play `number` of a session: ten repetitions, seven successes, thirty seconds."""
    return Play(
        id=UUID(int=number),
        session_id=UUID(int=session),
        motion="mass_grasp",
        hand="left",
        started_at=started_at,
        duration_ms=30_000,
        repetitions=10,
        successes=7,
    )
