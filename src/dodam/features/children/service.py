"""Registering, changing and removing a guardian's children."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import available_timezones

import msgspec

from dodam.features.children import store
from dodam.features.children.errors import ChildIdTaken, ChildLimitReached, ChildNotFound
from dodam.features.children.events import ChildHandsChanged, ChildRegistered
from dodam.features.children.models import Child, ChildChanges, NewChild, therapy_day
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import FieldError, InvalidInput
from dodam.platform.i18n import Text
from dodam.platform.ids import new_id

_EDITABLE = ChildChanges.__struct_fields__
_THERAPY_START_RANGE = timedelta(days=366)
_EARLIEST_BIRTH = date(1900, 1, 1)
_ZONES = frozenset(available_timezones())

_BIRTH_DATE = Text(
    en="The birth date lies in the future or too far back.",
    ko="생년월일이 미래이거나 너무 오래된 날짜예요.",
)
_ZONE = Text(en="There is no such IANA time zone.", ko="존재하지 않는 시간대예요.")
_START = Text(
    en="Therapy starts at most 366 days before or after today.",
    ko="치료 시작일은 오늘을 기준으로 앞뒤 366일 이내여야 해요.",
)


class Children:
    def __init__(self, clock: Clock, *, limit: int, day_start_hour: int) -> None:
        self._clock = clock
        self._limit = limit
        self._day_start_hour = day_start_hour

    async def register(
        self, tx: Transaction, guardian_id: UUID, form: NewChild
    ) -> tuple[Child, bool]:
        """The child, and whether it is new: a client-made id sent again finds what it made.

        Raises InvalidInput, ChildLimitReached, ChildIdTaken.
        """
        now = self._clock.now()
        hour = self._day_start_hour if form.day_start_hour is None else form.day_start_hour
        self._check(form.birth_date, form.time_zone)
        today = therapy_day(now, form.time_zone, hour)
        starts_on = form.therapy_starts_on or today
        if abs(starts_on - today) > _THERAPY_START_RANGE:
            raise InvalidInput.of("therapy_starts_on", "out_of_range", _START)

        await store.LOCK_GUARDIAN.execute(tx, guardian=guardian_id)
        if form.id is not None:
            known = await store.FIND.first(tx, child=form.id, guardian=guardian_id)
            if known is not None:
                return known, False
        alive = await store.COUNT.first(tx, guardian=guardian_id)
        if alive is not None and alive.count >= self._limit:
            raise ChildLimitReached(limit=self._limit)
        values = {name: getattr(form, name) for name in _EDITABLE}
        values["day_start_hour"] = hour
        values["name"] = form.name.strip()
        child = await store.INSERT.first(
            tx,
            id=form.id or new_id(),
            guardian_id=guardian_id,
            therapy_starts_on=starts_on,
            now=now,
            **values,
        )
        if child is None:
            raise ChildIdTaken
        await tx.publish(ChildRegistered(child_id=child.id))
        return child, True

    async def all_of(self, db: Reading, guardian_id: UUID) -> list[Child]:
        """The guardian's children, the first registered first."""
        return await store.LIST.all(db, guardian=guardian_id)

    async def of(self, db: Reading, guardian_id: UUID, child_id: UUID) -> Child:
        """The guardian's child. Raises ChildNotFound, for somebody else's too."""
        child = await store.FIND.first(db, child=child_id, guardian=guardian_id)
        if child is None:
            raise ChildNotFound
        return child

    async def anyones(self, db: Reading, child_id: UUID) -> Child | None:
        """A child whoever its guardian is: for work done in nobody's name."""
        return await store.FIND_ANYONES.first(db, child=child_id)

    async def change(
        self, tx: Transaction, guardian_id: UUID, child_id: UUID, changes: ChildChanges
    ) -> Child:
        """Change the fields that were given. Raises ChildNotFound, InvalidInput."""
        child = await store.FIND_FOR_UPDATE.first(tx, child=child_id, guardian=guardian_id)
        if child is None:
            raise ChildNotFound
        given = {
            name: value
            for name in _EDITABLE
            if (value := getattr(changes, name)) is not msgspec.UNSET
        }
        wanted = msgspec.structs.replace(child, **given)
        self._check(wanted.birth_date, wanted.time_zone)
        if wanted == child:
            return child
        changed = await store.UPDATE.first(
            tx,
            child=child_id,
            now=self._clock.now(),
            **{f"new_{name}": getattr(wanted, name) for name in _EDITABLE},
        )
        if changed is None:
            raise ChildNotFound
        if "affected_hand" in given or "dominant_hand" in given:
            await tx.publish(ChildHandsChanged(child_id=child_id))
        return changed

    async def remove(self, tx: Transaction, guardian_id: UUID, child_id: UUID) -> None:
        """Hide the child and all its data at once. Raises ChildNotFound."""
        removed = await store.REMOVE.execute(
            tx, child=child_id, guardian=guardian_id, now=self._clock.now()
        )
        if not removed:
            raise ChildNotFound

    def _check(self, birth_date: date, time_zone: str) -> None:
        wrong: list[FieldError] = []
        # A child born today may live where tomorrow has begun.
        latest_birth = self._clock.now().date() + timedelta(days=1)
        if not _EARLIEST_BIRTH <= birth_date <= latest_birth:
            wrong.append(FieldError("birth_date", "out_of_range", _BIRTH_DATE))
        if time_zone not in _ZONES:
            wrong.append(FieldError("time_zone", "unknown_time_zone", _ZONE))
        if wrong:
            raise InvalidInput(fields=wrong)
