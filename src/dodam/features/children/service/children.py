"""Registering, changing, removing, restoring and erasing a guardian's children."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import available_timezones

import msgspec

from dodam.features.children.errors import ChildLimitReached, ChildNotFound, IdTaken
from dodam.features.children.events import (
    ChildRegistered,
    ChildRemoved,
    ChildRestored,
    DayMoved,
    ErasureDue,
)
from dodam.features.children.models.children import (
    Child,
    ChildChanges,
    GuardiansChild,
    NewChild,
    therapy_day,
)
from dodam.features.children.models.removal import Erasure, RemovedChild
from dodam.features.children.ports import ErasurePolicy, Follower
from dodam.features.children.service.consents import ChildConsents
from dodam.features.children.store import children as store
from dodam.features.children.store import removal
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import FieldError, InvalidInput
from dodam.platform.i18n import Text
from dodam.platform.ids import new_id
from dodam.platform.origin import Origin

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
    def __init__(
        self,
        clock: Clock,
        erasure: ErasurePolicy,
        consents: ChildConsents,
        *,
        limit: int,
        day_start_hour: int,
        removal_grace: timedelta,
    ) -> None:
        self._clock = clock
        self._erasure = erasure
        self._consents = consents
        self._limit = limit
        self._day_start_hour = day_start_hour
        self._removal_grace = removal_grace
        self._followers: list[Follower] = []

    def follow(self, follower: Follower) -> None:
        """Have a feature told; called while the process is wired, lower features first."""
        self._followers.append(follower)

    async def register(
        self, tx: Transaction, guardian_id: UUID, form: NewChild, origin: Origin
    ) -> tuple[Child, bool]:
        """The child, and whether it is new: a client-made id sent again finds what it made.

        Raises InvalidInput, ConsentRequired, GuardianConsentRequired, ChildLimitReached, IdTaken.
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
        await self._check_limit(tx, guardian_id)
        guardians, childs = await self._consents.begin(tx, guardian_id, form)
        values = {name: getattr(form, name) for name in _EDITABLE}
        values["day_start_hour"] = hour
        values["name"] = form.name.strip()
        child = await store.INSERT.first(
            tx,
            id=form.id or new_id(),
            guardian_id=guardian_id,
            therapy_starts_on=starts_on,
            now=now,
            consents=childs,
            guardian_consents=guardians,
            **values,
        )
        if child is None or await removal.ERASED.first(tx, child=child.id) is not None:
            raise IdTaken
        if form.consent is not None:
            await self._consents.note(tx, guardian_id, child.id, form.consent, origin)
        for follower in self._followers:
            await follower.child_registered(tx, child)
        await tx.publish(ChildRegistered(child_id=child.id, guardian_id=guardian_id))
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

    async def for_storing(self, db: Reading, guardian_id: UUID, child_id: UUID) -> Child:
        """The guardian's child, of whom something new is about to be stored.

        Whatever stores data of a child comes by here or by `hold_for_storing`. Raises
        ChildNotFound, ConsentRequired.
        """
        child = await self.of(db, guardian_id, child_id)
        await self._consents.require(db, child)
        return child

    async def consented(self, db: Reading, child_ids: Collection[UUID]) -> list[GuardiansChild]:
        """Those of the children who are there with all consent in force, whoever's they are.

        Whatever is done with children's data unasked, such as telling others, begins here.
        """
        there = await store.THESE.all(db, children=child_ids)
        return [each for each in there if await self._consents.hold(db, each)]

    async def of_all(self, db: Reading, guardian_ids: Collection[UUID]) -> list[GuardiansChild]:
        """The children of several guardians."""
        return await store.OF_ALL.all(db, guardians=guardian_ids)

    async def siblings(self, db: Reading, child_id: UUID) -> list[GuardiansChild]:
        """The other children of a child's guardian."""
        return await store.SIBLINGS.all(db, child=child_id)

    async def hold(self, tx: Transaction, guardian_id: UUID, child_id: UUID) -> Child:
        """The guardian's child, which nobody else changes or removes before `tx` ends.

        Raises ChildNotFound.
        """
        child = await store.FIND_FOR_UPDATE.first(tx, child=child_id, guardian=guardian_id)
        if child is None:
            raise ChildNotFound
        return child

    async def hold_for_storing(self, tx: Transaction, guardian_id: UUID, child_id: UUID) -> Child:
        """Like `hold`, for storing something new. Raises ChildNotFound, ConsentRequired."""
        child = await self.hold(tx, guardian_id, child_id)
        await self._consents.require(tx, child)
        return child

    async def change(
        self, tx: Transaction, guardian_id: UUID, child_id: UUID, changes: ChildChanges
    ) -> Child:
        """Change the fields that were given.

        Raises ChildNotFound, ConsentRequired, GuardianConsentRequired, InvalidInput.
        """
        child = await self.hold_for_storing(tx, guardian_id, child_id)
        given = {
            name: value
            for name in _EDITABLE
            if (value := getattr(changes, name)) is not msgspec.UNSET
        }
        if changes.name is not msgspec.UNSET:
            given["name"] = changes.name.strip()
        wanted = msgspec.structs.replace(child, **given)
        self._check(wanted.birth_date, wanted.time_zone)
        if wanted == child:
            return child
        if wanted.birth_date > child.birth_date:
            await self._consents.check_birth_date(tx, guardian_id, wanted)
        changed = await store.UPDATE.first(
            tx,
            child=child_id,
            now=self._clock.now(),
            **{f"new_{name}": getattr(wanted, name) for name in _EDITABLE},
        )
        if changed is None:
            raise ChildNotFound
        if (child.time_zone, child.day_start_hour) != (changed.time_zone, changed.day_start_hour):
            day = child.therapy_day(self._clock.now())
            await tx.publish(DayMoved(child_id=child_id, day=day))
        if (child.affected_hand, child.dominant_hand) != (
            changed.affected_hand,
            changed.dominant_hand,
        ):
            for follower in self._followers:
                await follower.hands_changed(tx, changed)
        return changed

    async def remove(self, tx: Transaction, guardian_id: UUID, child_id: UUID) -> None:
        """Hide the child and all its data at once. Raises ChildNotFound."""
        now = self._clock.now()
        removed = await removal.REMOVE.execute(
            tx,
            child=child_id,
            guardian=guardian_id,
            now=now,
            erase_on=now + self._removal_grace,
        )
        if not removed:
            raise ChildNotFound
        await tx.publish(ChildRemoved(child_id=child_id, guardian_id=guardian_id))

    async def removed(self, db: Reading, guardian_id: UUID) -> list[RemovedChild]:
        """The children that can be restored, the last removed first."""
        return await removal.REMOVED.all(db, guardian=guardian_id, now=self._clock.now())

    async def restore(self, tx: Transaction, guardian_id: UUID, child_id: UUID) -> Child:
        """Bring a removed child back as it was; one that is there stays so.

        Raises ChildNotFound, once its time is over too, and ChildLimitReached.
        """
        await store.LOCK_GUARDIAN.execute(tx, guardian=guardian_id)
        there = await store.FIND.first(tx, child=child_id, guardian=guardian_id)
        if there is not None:
            return there
        held = await removal.LOCK_REMOVED.first(
            tx, child=child_id, guardian=guardian_id, now=self._clock.now()
        )
        if held is None:
            raise ChildNotFound
        await self._check_limit(tx, guardian_id)
        restored = await removal.RESTORE.first(tx, child=child_id)
        if restored is None:
            raise ChildNotFound
        await tx.publish(ChildRestored(child_id=child_id, guardian_id=guardian_id))
        return restored

    async def remove_all_of(self, tx: Transaction, guardian_id: UUID) -> None:
        """Hide the guardian's children together with the account."""
        await store.LOCK_GUARDIAN.execute(tx, guardian=guardian_id)
        for child in await removal.HIDE_ALL.all(tx, guardian=guardian_id, now=self._clock.now()):
            await tx.publish(ChildRemoved(child_id=child.id, guardian_id=guardian_id))

    async def restore_all_of(self, tx: Transaction, guardian_id: UUID) -> None:
        """Bring back those hidden with the account; those removed before stay so."""
        for child in await removal.SHOW_ALL.all(tx, guardian=guardian_id):
            await tx.publish(ChildRestored(child_id=child.id, guardian_id=guardian_id))

    async def erase_all_of(self, tx: Transaction, guardian_id: UUID) -> int:
        """Erase the guardian's children now, hidden ones too; how many there were."""
        await store.LOCK_GUARDIAN.execute(tx, guardian=guardian_id)
        children = await removal.LOCK_ALL.all(tx, guardian=guardian_id)
        for child in children:
            await self._erase(tx, child.id)
        return len(children)

    async def announce_erasures(self, tx: Transaction) -> None:
        """Have every child whose time is over erased, each in a transaction of its own."""
        for child in await removal.DUE.all(tx, now=self._clock.now()):
            await tx.publish(ErasureDue(child_id=child.id))

    async def erase_due(self, tx: Transaction, child_id: UUID) -> None:
        """Erase a removed child, unless it is gone already."""
        if await removal.LOCK_DUE.first(tx, child=child_id, now=self._clock.now()) is not None:
            await self._erase(tx, child_id)

    async def _erase(self, tx: Transaction, child_id: UUID) -> None:
        now = self._clock.now()
        decision = await self._erasure.of(tx, child_id)
        # Higher features first: what they keep may refer to what lower ones do.
        for follower in reversed(self._followers):
            if decision is Erasure.PSEUDONYMISE:
                await follower.pseudonymise_child(tx, child_id)
            else:
                await follower.erase_child(tx, child_id)
        await removal.ERASE_CARE_TEAM.execute(tx, child=child_id)
        if decision is Erasure.PSEUDONYMISE:
            await self._consents.forget_who(tx, child_id)
            await removal.PSEUDONYMISE_DIAGNOSES.execute(tx, child=child_id)
            await removal.PSEUDONYMISE.execute(tx, child=child_id, now=now)
        else:
            await self._consents.erase(tx, child_id)
            await removal.ERASE_DIAGNOSES.execute(tx, child=child_id)
            await removal.ERASE.execute(tx, child=child_id)
            await removal.REMEMBER_ERASED.execute(tx, child=child_id, now=now)

    async def _check_limit(self, tx: Transaction, guardian_id: UUID) -> None:
        alive = await store.COUNT.first(tx, guardian=guardian_id)
        if alive is not None and alive.count >= self._limit:
            raise ChildLimitReached(limit=self._limit)

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
