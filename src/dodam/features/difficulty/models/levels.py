"""Words of difficulty: levels, where they come from, and why."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.content.models.motions import TherapyHand
from dodam.platform.masking.sensitive import Sensitive

LOWEST, HIGHEST = 1, 10
GameLevel = Annotated[int, Meta(ge=LOWEST, le=HIGHEST, examples=[4])]


class Exercise(Struct, frozen=True, order=True):
    """One motion with one hand: each has a level of its own."""

    motion: str
    hand: TherapyHand


class Source(StrEnum):
    """Who decides the level; of several the first counts.

    A clinician's plan or a trial's protocol that fixes it; the care team; the guardian's plan; and
    the staircase, which follows the plays.
    """

    PRESCRIBED = "prescribed"
    CARE_TEAM = "care_team"
    PLANNED = "planned"
    STAIRCASE = "staircase"


class Cause(StrEnum):
    """Why a level is what it is.

    The staircase begins by what is known of the child (`start`), `raised` or `lowered` the level,
    `kept` it, or lowered it `after_break`. Otherwise it is `fixed`, or `held_in_range`.
    """

    START = "start"
    RAISED = "raised"
    LOWERED = "lowered"
    KEPT = "kept"
    AFTER_BREAK = "after_break"
    FIXED = "fixed"
    HELD_IN_RANGE = "held_in_range"


class Standing(Struct, frozen=True):
    """Where the staircase stands, since the therapy day `since` (null: it has not begun).

    `repetitions` and `successes` are those its cause rests on: of a step, what led to it; of a
    level that is kept, all at it so far. `evidence` is what they come to. `last_step` is 1, -1 or,
    before any, 0; it is `settled` once a step went back on the one before.
    """

    level: int
    cause: Cause
    since: date | None = None
    repetitions: int = 0
    successes: int = 0
    evidence: int = 0
    last_step: int = 0
    settled: bool = False


Reason = Annotated[
    str, Meta(min_length=1, max_length=500, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$"), Sensitive
]


class NewDecision(Struct, forbid_unknown_fields=True):
    """The care team's decision on a level: from `lowest` to `highest`, which may be one.

    It holds up to and with the day `until`, or until it is lifted.
    """

    lowest: GameLevel
    highest: GameLevel
    reason: Reason
    until: Annotated[date, Sensitive] | None = None


class Decision(Struct, frozen=True):
    """A decision as it was made by the member of staff `made_by`; the next version replaces it.

    Null levels lift the one before. Nobody can be named, and no reason, of a pseudonymised child.
    """

    version: int
    motion: str
    hand: TherapyHand
    made_at: datetime
    made_by: UUID | None
    lowest: int | None = None
    highest: int | None = None
    reason: Annotated[str, Sensitive] | None = None
    until: date | None = None


class Because(Struct, frozen=True):
    """Why, in a stable code and a sentence in the caller's language."""

    code: Cause
    message: str


class Recommendation(Struct, frozen=True):
    """The level a game of this motion asks of this hand today, and why.

    `staircase` is what the plays alone ask for; `repetitions` and `successes` are those it rests
    on.
    """

    motion: str
    hand: TherapyHand
    level: int
    source: Source
    because: Because
    staircase: int
    repetitions: int
    successes: int


class Difficulty(Struct, frozen=True):
    """A child's levels on a therapy day, in the catalogue's order.

    For every motion and hand of the next four weeks' plan, played in the last year, or decided by
    the care team.
    """

    child_id: UUID
    day: date
    levels: list[Recommendation]
