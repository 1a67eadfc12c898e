"""Deciding on levels for a child. A decision is never changed: the next one replaces it."""

from datetime import timedelta
from typing import Any

from msgspec.structs import asdict

from dodam.features.audit.models import Actor
from dodam.features.children.models.children import Child
from dodam.features.content.models.motions import TherapyHand
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.difficulty import errors, store
from dodam.features.difficulty.models.levels import Decision, Exercise, NewDecision
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import FieldError, InvalidInput

_LONGEST = timedelta(days=366)


class Decisions:
    def __init__(self, clock: Clock, catalogue: Catalogue) -> None:
        self._clock = clock
        self._catalogue = catalogue

    async def standing(self, db: Reading, child: Child) -> list[Decision]:
        """Those that hold today, for each motion and hand one at most."""
        today = child.therapy_day(self._clock.now())
        return [
            each
            for each in await store.NEWEST_OF_ALL.all(db, child=child.id)
            if each.lowest is not None and (each.until is None or today <= each.until)
        ]

    async def history(self, db: Reading, child: Child, exercise: Exercise) -> list[Decision]:
        """Every version, newest first."""
        return await store.HISTORY.all(db, child=child.id, **asdict(exercise))

    async def make(
        self, tx: Transaction, by: Actor, child: Child, exercise: Exercise, form: NewDecision
    ) -> Decision:
        """Decide; made again as it stands, it stays as it is. Raises MotionNotFound, InvalidInput.

        The caller holds the child, so that versions have no gap and no twin.
        """
        motion = (await self._catalogue.motions(tx)).get(exercise.motion)
        if motion is None:
            raise errors.MotionNotFound
        today = child.therapy_day(self._clock.now())
        wrong: list[FieldError] = []
        if motion.bimanual and exercise.hand is not TherapyHand.BOTH:
            wrong.append(errors.BOTH_HANDS)
        if form.highest < form.lowest:
            wrong.append(errors.LEVELS_REVERSED)
        if form.until is not None and not today <= form.until <= today + _LONGEST:
            wrong.append(errors.UNTIL_OUT_OF_RANGE)
        if wrong:
            raise InvalidInput(fields=wrong)
        newest = await store.NEWEST.first(tx, child=child.id, **asdict(exercise))
        content: dict[str, Any] = {**asdict(form), "reason": form.reason.strip()}
        if newest is not None and content.items() <= asdict(newest).items():
            return newest
        decision = Decision(
            version=newest.version + 1 if newest else 1,
            motion=exercise.motion,
            hand=exercise.hand,
            made_at=self._clock.now(),
            made_by=by.id,
            **content,
        )
        await store.ADD.execute(tx, child_id=child.id, **asdict(decision))
        return decision

    async def lift(self, tx: Transaction, by: Actor, child: Child, exercise: Exercise) -> None:
        """Decide no more; nothing may have been decided."""
        newest = await store.NEWEST.first(tx, child=child.id, **asdict(exercise))
        if newest is None or newest.lowest is None:
            return
        lifted = Decision(
            version=newest.version + 1,
            motion=exercise.motion,
            hand=exercise.hand,
            made_at=self._clock.now(),
            made_by=by.id,
        )
        await store.ADD.execute(tx, child_id=child.id, **asdict(lifted))
