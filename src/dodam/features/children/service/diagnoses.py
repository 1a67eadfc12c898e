"""Recording and correcting diagnoses. A change never overwrites: it adds a version."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from dodam.features.children.errors import DiagnosisNotFound, IdTaken
from dodam.features.children.models.children import Child, age
from dodam.features.children.models.diagnoses import (
    Diagnosis,
    DiagnosisChanges,
    DiagnosisVersion,
    NewDiagnosis,
)
from dodam.features.children.service.children import Children
from dodam.features.children.store import diagnoses as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import FieldError, InvalidInput
from dodam.platform.i18n import Text
from dodam.platform.ids import new_id

_CONTENT = DiagnosisChanges.__struct_fields__
# The age in years from which a scale is defined (https://www.macs.nu).
_YOUNGEST = {"macs": 4, "mini_macs": 1}

_DATE = Text(
    en="A diagnosis is made between the child's birth and today.",
    ko="진단일은 출생일부터 오늘까지의 날짜여야 해요.",
)
_TOO_YOUNG = Text(
    en="The child is too young for this scale.",
    ko="이 척도를 적용하기에는 아동의 나이가 어려요.",
)


class Diagnoses:
    def __init__(self, clock: Clock, children: Children) -> None:
        self._clock = clock
        self._children = children

    async def all_of(self, db: Reading, guardian_id: UUID, child_id: UUID) -> list[Diagnosis]:
        """The child's diagnoses, the latest first. Raises ChildNotFound."""
        await self._children.of(db, guardian_id, child_id)
        return await store.LIST.all(db, child=child_id)

    async def of(
        self, db: Reading, guardian_id: UUID, child_id: UUID, diagnosis_id: UUID
    ) -> Diagnosis:
        """Raises ChildNotFound, DiagnosisNotFound."""
        await self._children.of(db, guardian_id, child_id)
        return _shown(await self._standing(db, child_id, diagnosis_id))

    async def history(
        self, db: Reading, guardian_id: UUID, child_id: UUID, diagnosis_id: UUID
    ) -> list[DiagnosisVersion]:
        """Every version, newest first, of a deleted diagnosis too.

        Raises ChildNotFound, DiagnosisNotFound.
        """
        await self._children.of(db, guardian_id, child_id)
        versions = await store.HISTORY.all(db, child=child_id, diagnosis=diagnosis_id)
        if not versions:
            raise DiagnosisNotFound
        return versions

    async def record(
        self, tx: Transaction, guardian_id: UUID, child_id: UUID, form: NewDiagnosis
    ) -> tuple[Diagnosis, bool]:
        """The diagnosis, and whether it is new: an id sent again finds what it made.

        Raises ChildNotFound, ConsentRequired, InvalidInput, IdTaken.
        """
        child = await self._children.hold_for_storing(tx, guardian_id, child_id)
        self._check(child, form)
        diagnosis_id = form.id or new_id()
        known = await store.NEWEST.first(tx, child=child_id, diagnosis=diagnosis_id)
        if known is not None:
            if known.deleted:
                raise IdTaken
            return _shown(known), False
        version = DiagnosisVersion(
            id=diagnosis_id,
            version=1,
            changed_at=self._clock.now(),
            changed_by=guardian_id,
            deleted=False,
            **_given(form),
        )
        return await self._add(tx, child_id, version), True

    async def change(
        self,
        tx: Transaction,
        guardian_id: UUID,
        child_id: UUID,
        diagnosis_id: UUID,
        changes: DiagnosisChanges,
    ) -> Diagnosis:
        """Change the fields that were given.

        Raises ChildNotFound, ConsentRequired, DiagnosisNotFound, InvalidInput.
        """
        child = await self._children.hold_for_storing(tx, guardian_id, child_id)
        standing = await self._standing(tx, child_id, diagnosis_id)
        self._check(child, changes)
        wanted = msgspec.structs.replace(standing, **_given(changes))
        if wanted == standing:
            return _shown(standing)
        return await self._add(tx, child_id, self._next(wanted, guardian_id))

    async def delete(
        self, tx: Transaction, guardian_id: UUID, child_id: UUID, diagnosis_id: UUID
    ) -> None:
        """Hide the diagnosis; its history stays. Raises ChildNotFound, DiagnosisNotFound."""
        await self._children.hold(tx, guardian_id, child_id)
        standing = await self._standing(tx, child_id, diagnosis_id)
        deleted = msgspec.structs.replace(standing, deleted=True)
        await self._add(tx, child_id, self._next(deleted, guardian_id))

    async def _standing(self, db: Reading, child_id: UUID, diagnosis_id: UUID) -> DiagnosisVersion:
        newest = await store.NEWEST.first(db, child=child_id, diagnosis=diagnosis_id)
        if newest is None or newest.deleted:
            raise DiagnosisNotFound
        return newest

    def _next(self, wanted: DiagnosisVersion, by: UUID) -> DiagnosisVersion:
        return msgspec.structs.replace(
            wanted, version=wanted.version + 1, changed_at=self._clock.now(), changed_by=by
        )

    async def _add(self, tx: Transaction, child_id: UUID, version: DiagnosisVersion) -> Diagnosis:
        await store.ADD_VERSION.execute(tx, child_id=child_id, **msgspec.structs.asdict(version))
        return _shown(version)

    def _check(self, child: Child, form: NewDiagnosis | DiagnosisChanges) -> None:
        today = child.local_date(self._clock.now())
        wrong: list[FieldError] = []
        if isinstance(form.diagnosed_on, date) and not (
            child.birth_date <= form.diagnosed_on <= today
        ):
            wrong.append(FieldError("diagnosed_on", "out_of_range", _DATE))
        wrong += [
            FieldError(scale, "too_young", _TOO_YOUNG)
            for scale, years in _YOUNGEST.items()
            if getattr(form, scale) and age(child.birth_date, today) < years
        ]
        if wrong:
            raise InvalidInput(fields=wrong)


def _given(form: NewDiagnosis | DiagnosisChanges) -> dict[str, Any]:
    """The content a form gives, as it is kept."""
    given = {
        name: value for name in _CONTENT if (value := getattr(form, name)) is not msgspec.UNSET
    }
    for name in ("code", "institution", "notes"):
        if given.get(name):
            given[name] = given[name].strip()
    if "code" in given:
        given["code"] = given["code"].upper()
    return given


def _shown(version: DiagnosisVersion) -> Diagnosis:
    return Diagnosis(**{name: getattr(version, name) for name in Diagnosis.__struct_fields__})
