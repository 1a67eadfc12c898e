"""What therapy earns: a ticket for a day that is played on, and one for a day whose plan is done.

By the settings that a server has unless it is told others.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from dodam_sim.families.attendance import History
from dodam_sim.families.client import Guardian
from dodam_sim.families.game_answers import TicketPage

FRESH = timedelta(days=1)
"""A day earns tickets if its plays come in no later than the day after."""

_LOOKS, _PAUSE_SECONDS = 100, 0.1


@dataclass(frozen=True, slots=True)
class EarnedByTherapy:
    """The last day that was played, and the reasons for which it earns a ticket each.

    `is_sure`: it was sent in time. Where the weeks ended earlier, only a run of that time was.
    """

    day: date
    reasons: frozenset[str]
    is_sure: bool


def earned_by_therapy(history: History) -> EarnedByTherapy:
    """All plays are sent when the weeks are over, so no day but the last one earns."""
    last = max(history.ledger.played_days, default=history.first_day)
    earns = {
        "attendance": history.played(last),
        "goal_reached": history.status(last) == "done",
    }
    return EarnedByTherapy(
        last,
        frozenset(reason for reason, is_so in earns.items() if is_so),
        is_sure=last >= history.today - FRESH,
    )


async def tickets_come(guardian: Guardian, child_id: UUID, history: History) -> None:
    """Wait until therapy has earned what it must, which takes the server a moment."""
    therapy = earned_by_therapy(history)
    if not therapy.is_sure:
        return
    for _ in range(_LOOKS):
        page = await guardian.get(f"/v1/children/{child_id}/tickets", TicketPage)
        if therapy.reasons <= {line.reason for line in page.entries}:
            return
        await guardian.sleep(_PAUSE_SECONDS)
