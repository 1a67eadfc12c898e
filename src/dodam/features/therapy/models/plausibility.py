"""What is odd about a play: kept, counted, and marked for whoever looks at it."""

from enum import StrEnum


class Flag(StrEnum):
    """Why somebody should look at a play."""

    FAST = "fast"
    WRONG_HAND = "wrong_hand"
    NO_REPETITIONS = "no_repetitions"
    BEFORE_THERAPY = "before_therapy"
    BEFORE_BIRTH = "before_birth"
