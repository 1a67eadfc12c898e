"""What a child's plays come to, for the features above; voided ones are in none of it."""

from datetime import date, timedelta

from dodam.features.children.models.children import Child
from dodam.features.content.models.motions import TherapyHand
from dodam.features.therapy.models.play_facts import (
    DayFacts,
    EverPlayed,
    PaceFacts,
    StretchFacts,
)
from dodam.features.therapy.store import play_facts as store
from dodam.platform.database import Reading


class PlayFacts:
    """Ranges are of therapy days, both ends included."""

    async def by_day(self, db: Reading, child: Child, first: date, last: date) -> list[DayFacts]:
        """By day, motion, hand and difficulty, in that order."""
        return await store.DAYS.all(db, child=child.id, from_day=first, to_day=last)

    async def of_motion(
        self, db: Reading, child: Child, motion: str, hand: TherapyHand, first: date, last: date
    ) -> list[DayFacts]:
        """Those of one motion and hand."""
        return await store.DAYS_OF_ONE.all(
            db, child=child.id, motion=motion, hand=hand, from_day=first, to_day=last
        )

    async def beginnings(self, db: Reading, child: Child, period: timedelta) -> list[DayFacts]:
        """Of each motion and hand the days within a period from its very first play on."""
        return await store.BEGINNINGS.all(db, child=child.id, days=period.days)

    async def paces(self, db: Reading, child: Child, first: date, last: date) -> list[PaceFacts]:
        return await store.PACES.all(db, child=child.id, from_day=first, to_day=last)

    async def stretches(
        self, db: Reading, child: Child, first: date, last: date, *, fewest: int
    ) -> list[StretchFacts]:
        """Those with at least `fewest` repetitions in the first and in the last third."""
        return await store.STRETCHES.all(
            db, child=child.id, from_day=first, to_day=last, fewest=fewest
        )

    async def ever(self, db: Reading, child: Child) -> EverPlayed:
        [played] = await store.EVER_PLAYED.all(db, child=child.id)
        return played
