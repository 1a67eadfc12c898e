"""What may befall a store's messages on their way."""

from datetime import timedelta
from random import Random

from msgspec import Struct


class Mishaps(Struct, frozen=True, kw_only=True):
    """Shares (0 to 1) of all messages: `lost` never arrive, however often they are sent; `twice`
    are sent again although they arrived; `late` wait up to `late_by`. `shuffled`: what is to be
    sent at one time is sent in any order.
    """

    lost: float = 0
    twice: float = 0
    late: float = 0
    late_by: timedelta = timedelta(hours=12)
    shuffled: bool = False

    def draw(self, dice: Random) -> "Fate":
        return Fate(
            lost=dice.random() < self.lost,
            twice=dice.random() < self.twice,
            late_by=self.late_by * dice.random() if dice.random() < self.late else timedelta(),
        )


class Fate(Struct, frozen=True):
    """What befalls one message."""

    lost: bool
    twice: bool
    late_by: timedelta


NONE = Mishaps()
