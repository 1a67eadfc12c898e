"""What no hand can do, and what is odd about a play that is kept all the same.

A quick adult taps 55 to 60 times in ten seconds with one finger (the Finger Tapping Test of the
Halstead-Reitan battery, as in http://www.fepsy.com/tests/tapping/), and half as fast again with two
fingers in turn (Ergonomics 44(15), 2001, doi:10.1080/00140130110107452): nine a second. More than
ten is no movement that was counted rightly. Children tap slower, the younger the slower
(Njiokiktjien et al., Laterality 2(2), 1997, doi:10.1080/713754265), and every motion of the
catalogue is larger than a tap: above four a second somebody should look.
"""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from dodam.features.children.models.children import Child
from dodam.features.content.models.motions import Motion, TherapyHand

_MOST_A_SECOND = 10
_FAST_A_SECOND = 4
# A shorter play is judged as if it had taken this long: tablets round.
_SHORTEST_MS = 1_000
_LONG_MS = 10 * 60_000


class Movement(Protocol):
    """What is judged of a play: `duration_ms` in milliseconds."""

    @property
    def hand(self) -> TherapyHand: ...
    @property
    def repetitions(self) -> int: ...
    @property
    def duration_ms(self) -> int: ...


class Flag(StrEnum):
    """Why somebody should look at a play. It counts like any other.

    `fast` is above four repetitions a second; `wrong_hand` is a bimanual motion with one hand, or a
    one-handed motion with both; `no_repetitions` is none in ten minutes or more.
    """

    FAST = "fast"
    WRONG_HAND = "wrong_hand"
    NO_REPETITIONS = "no_repetitions"
    BEFORE_THERAPY = "before_therapy"
    BEFORE_BIRTH = "before_birth"


def can_be(play: Movement) -> bool:
    """Whether a hand can move as often as the play says."""
    return not _is_above(_MOST_A_SECOND, play)


def flags(
    play: Movement, motion: Motion, child: Child, started_at: datetime, day: date
) -> Iterator[Flag]:
    """What is odd about a play that began at `started_at`, on the therapy day `day`."""
    if _is_above(_FAST_A_SECOND, play):
        yield Flag.FAST
    if motion.bimanual is not (play.hand is TherapyHand.BOTH):
        yield Flag.WRONG_HAND
    if not play.repetitions and play.duration_ms >= _LONG_MS:
        yield Flag.NO_REPETITIONS
    if day < child.therapy_starts_on:
        yield Flag.BEFORE_THERAPY
    if child.local_date(started_at) < child.birth_date:
        yield Flag.BEFORE_BIRTH


def _is_above(a_second: int, play: Movement) -> bool:
    return play.repetitions * 1_000 > a_second * max(play.duration_ms, _SHORTEST_MS)
