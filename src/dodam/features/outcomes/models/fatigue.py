"""How a child tires within a session."""

from collections.abc import Sequence

from dodam.features.outcomes.models.estimates import Verdict, verdict
from dodam.features.outcomes.models.results import Fatigue
from dodam.features.outcomes.models.statistics import middle
from dodam.features.therapy.models.play_facts import StretchFacts

# In each of the two thirds, so that a single repetition is no third.
FEWEST_REPETITIONS = 5


def fatigue(stretches: Sequence[StretchFacts]) -> Fatigue:
    """The verdict is that of success, and where that is unclear that of pace."""
    success = middle(
        each.last_successes / each.last_repetitions - each.first_successes / each.first_repetitions
        for each in stretches
    )
    pace = middle(
        each.last_repetitions / each.last_ms * each.first_ms / each.first_repetitions - 1
        for each in stretches
    )
    found = verdict(success)
    return Fatigue(
        stretches=len(stretches),
        success_change=success and success.rounded(),
        pace_change=pace and pace.rounded(),
        verdict=verdict(pace) if found is Verdict.NO_CLEAR_CHANGE else found,
    )
