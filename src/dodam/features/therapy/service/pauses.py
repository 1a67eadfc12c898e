"""Excusing days, one at a time or a stretch of them: not playing on them misses nothing."""

from datetime import date, timedelta
from uuid import UUID

from msgspec.structs import asdict, replace

from dodam.features.children.models.children import Child
from dodam.features.therapy import errors
from dodam.features.therapy.models.pauses import ExceptionalDay, NewPause, Pause
from dodam.features.therapy.store import pauses as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.ids import new_id

_FURTHEST = timedelta(days=366)
_DAY = timedelta(days=1)
# Of the guardian's, and as many of the staff's.
_MOST_PAUSES = 500


class Pauses:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def of(self, db: Reading, child: Child, limit: int) -> list[Pause]:
        """The child's pauses, the one that begins last first."""
        return await store.NEWEST_PAUSES.all(db, child=child.id, most=limit)

    async def begin(
        self, tx: Transaction, child: Child, form: NewPause, member_id: UUID | None
    ) -> Pause:
        """Excuse a stretch of days; pauses may overlap. The same again is the one there is, so that
        none is left when that is ended. Raises InvalidInput, TooManyPauses.
        """
        now = self._clock.now()
        today = child.therapy_day(now)
        if abs(form.from_day - today) > _FURTHEST:
            raise InvalidInput(fields=[errors.PAUSE_OUT_OF_RANGE])
        if form.to_day is not None and not form.from_day <= form.to_day <= today + _FURTHEST:
            raise InvalidInput(fields=[errors.PAUSE_REVERSED])
        same = await store.SAME_PAUSE.first(tx, child=child.id, **asdict(form))
        if same is not None:
            return same
        made = await store.COUNT_PAUSES.first(tx, child=child.id, by_staff=member_id is not None)
        if made is not None and made.count >= _MOST_PAUSES:
            raise errors.TooManyPauses(limit=_MOST_PAUSES)
        pause = Pause(
            id=new_id(),
            from_day=form.from_day,
            to_day=form.to_day,
            reason=form.reason,
            note=form.note,
            made_by=member_id,
            created_at=now,
        )
        await store.INSERT_PAUSE.execute(tx, child_id=child.id, **asdict(pause))
        return pause

    async def end(self, tx: Transaction, child: Child, pause_id: UUID, last_day: date) -> Pause:
        """Make a pause shorter; one that ends on the day before its first excuses nothing.

        To end it again on the same day changes nothing. Raises PauseNotFound, InvalidInput.
        """
        pause = await store.FIND_PAUSE.first(tx, child=child.id, pause=pause_id)
        if pause is None:
            raise errors.PauseNotFound
        if pause.to_day == last_day:
            return pause
        is_later = pause.to_day is not None and last_day > pause.to_day
        furthest = child.therapy_day(self._clock.now()) + _FURTHEST
        if is_later or not pause.from_day - _DAY <= last_day <= furthest:
            raise InvalidInput(fields=[errors.PAUSE_END_OUT_OF_RANGE])
        await store.END_PAUSE.execute(tx, child=child.id, pause=pause_id, last_day=last_day)
        return replace(pause, to_day=last_day)

    async def mark_exceptional(
        self, tx: Transaction, child: Child, day: date, exception: ExceptionalDay
    ) -> None:
        """Excuse a single day; what is said of it counts before a pause. Raises InvalidInput."""
        now = self._clock.now()
        if abs(day - child.therapy_day(now)) > _FURTHEST:
            raise InvalidInput(fields=[errors.EXCEPTION_OUT_OF_RANGE])
        await store.PUT_EXCEPTION.execute(
            tx,
            child_id=child.id,
            day=day,
            reason=exception.reason,
            note=exception.note,
            created_at=now,
        )

    async def unmark_exceptional(self, tx: Transaction, child: Child, day: date) -> None:
        """Make a single day an ordinary one; a pause it lies in still excuses it."""
        await store.DROP_EXCEPTION.execute(tx, child=child.id, on_day=day)
