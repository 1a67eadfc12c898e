"""Which level holds, of those that the plan, the care team and the plays ask for."""

from msgspec import Struct

from dodam.features.difficulty.models.levels import Cause, Decision, Source, Standing


class Choice(Struct, frozen=True):
    """A level, who decided it, and why."""

    level: int
    source: Source
    cause: Cause


def chosen(standing: Standing, planned: Choice | None, decision: Decision | None) -> Choice:
    """The level of an exercise; `planned` is the one that its plan fixes."""
    choice = planned or Choice(standing.level, Source.STAIRCASE, standing.cause)
    if decision is None or choice.source is Source.PRESCRIBED:
        return choice
    return _held(choice, decision)


def _held(choice: Choice, decision: Decision) -> Choice:
    """A choice within the care team's range, which is the care team's where it changes it."""
    if decision.lowest is None or decision.highest is None:
        return choice
    if decision.lowest == decision.highest:
        return Choice(decision.lowest, Source.CARE_TEAM, Cause.FIXED)
    level = max(decision.lowest, min(choice.level, decision.highest))
    if level == choice.level:
        return choice
    return Choice(level, Source.CARE_TEAM, Cause.HELD_IN_RANGE)
