"""What is known of a child's plays, added up as far as a figure on them allows."""

from datetime import date

from msgspec import Struct

from dodam.features.content.models.motions import TherapyHand


class DayFacts(Struct, frozen=True):
    """The plays of one therapy day at one motion, hand and difficulty (null: none was named).

    `timed_repetitions` are those of plays that took any time. `accuracy_bp` adds up the accuracies,
    in basis points, of the `accuracy_plays` plays that reported one, `accuracy_bp_squared` their
    squares.
    """

    therapy_day: date
    motion: str
    hand: TherapyHand
    difficulty: int | None
    plays: int
    repetitions: int
    successes: int
    active_ms: int
    timed_repetitions: int
    accuracy_plays: int
    accuracy_bp: int
    accuracy_bp_squared: int


class PaceFacts(Struct, frozen=True):
    """Quartiles of the milliseconds a repetition took, over plays: at one difficulty, or at all."""

    motion: str
    hand: TherapyHand
    difficulty: int | None
    all_levels: bool
    lower: float
    median: float
    upper: float


class StretchFacts(Struct, frozen=True):
    """Plays of one motion, hand and difficulty in one session: the first third of their active
    time, and the last. A play belongs to the third that its middle lies in.
    """

    motion: str
    hand: TherapyHand
    first_repetitions: int
    first_successes: int
    first_ms: int
    last_repetitions: int
    last_successes: int
    last_ms: int


class EverPlayed(Struct, frozen=True):
    """A child's whole history: active time, and the last therapy day something was played on."""

    active_ms: int
    last_day: date | None
