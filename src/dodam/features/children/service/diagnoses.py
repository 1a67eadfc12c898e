"""Recording and correcting diagnoses. A change never overwrites: it adds a version."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from dodam.features.audit.models import Actor
from dodam.features.children.errors import DiagnosisNotFound, IdTaken
from dodam.features.children.models.children import Child, age
from dodam.features.children.models.classifications import Level
from dodam.features.children.models.diagnoses import (
    SCALES,
    Diagnosis,
    DiagnosisChanges,
    DiagnosisVersion,
    NewDiagnosis,
    StoredDiagnosis,
)
from dodam.features.children.service.classifications import Classifications
from dodam.features.children.store import diagnoses as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import FieldError, InvalidInput
from dodam.platform.i18n import Language, Text
from dodam.platform.ids import new_id

_CONTENT = DiagnosisChanges.__struct_fields__
# Two scales of manual ability for two ages: a child has one of them.
_INSTEAD_OF = {"macs": "mini_macs", "mini_macs": "macs"}

_DATE = Text(
    en="A diagnosis is made between the child's birth and today.",
    ko="진단일은 출생일부터 오늘까지의 날짜여야 해요.",
)
_ASSESSED = Text(
    en="A child is assessed between its birth and today.",
    ko="평가일은 출생일부터 오늘까지의 날짜여야 해요.",
)
_NOTHING_ASSESSED = Text(
    en="There is no level that was assessed on this date.",
    ko="이 날짜에 평가한 단계가 없어요. 척도의 단계를 함께 넣어 주세요.",
)
_TOO_YOUNG = Text(
    en="The child was too young for this scale.",
    ko="이 척도를 적용하기에는 아동의 나이가 어려요.",
)
_TOO_OLD = Text(
    en="The child was too old for this scale.",
    ko="이 척도를 적용하기에는 아동의 나이가 많아요.",
)
_NOT_BOTH = Text(
    en="Give either macs or mini_macs, by the child's age.",
    ko="macs와 mini_macs 중 아동의 나이에 맞는 하나만 넣어 주세요.",
)


class Diagnoses:
    def __init__(self, clock: Clock, classifications: Classifications) -> None:
        self._clock = clock
        self._classifications = classifications

    async def all_of(self, db: Reading, child: Child, language: Language) -> list[Diagnosis]:
        """The child's diagnoses, the latest first, with titles in a language."""
        standing = await store.LIST.all(db, child=child.id)
        return [self._shown(each, language) for each in standing]

    async def of(
        self, db: Reading, child: Child, diagnosis_id: UUID, language: Language
    ) -> Diagnosis:
        """Raises DiagnosisNotFound."""
        return self._shown(await _standing(db, child, diagnosis_id), language)

    async def history(
        self, db: Reading, child: Child, diagnosis_id: UUID, language: Language
    ) -> list[DiagnosisVersion]:
        """Every version, newest first, of a deleted diagnosis too. Raises DiagnosisNotFound."""
        versions = await store.HISTORY.all(db, child=child.id, diagnosis=diagnosis_id)
        if not versions:
            raise DiagnosisNotFound
        return [
            DiagnosisVersion(title=self._title(each, language), **msgspec.structs.asdict(each))
            for each in versions
        ]

    async def manual_ability(self, db: Reading, child: Child) -> Level | None:
        """The child's level of MACS or Mini-MACS by the newest assessment, where there is any."""
        assessed = [
            (each.assessed_on or date.min, each.changed_at, level)
            for each in await store.LIST.all(db, child=child.id)
            if (level := each.macs or each.mini_macs) is not None
        ]
        return max(assessed)[-1] if assessed else None

    async def record(
        self, tx: Transaction, by: Actor, child: Child, form: NewDiagnosis, language: Language
    ) -> tuple[Diagnosis, bool]:
        """The diagnosis, and whether it is new: an id sent again finds what it made.

        Raises InvalidInput, IdTaken.
        """
        diagnosis_id = form.id or new_id()
        known = await store.NEWEST.first(tx, child=child.id, diagnosis=diagnosis_id)
        if known is not None and known.deleted:
            raise IdTaken
        blank = StoredDiagnosis(
            id=diagnosis_id,
            code=form.code,
            diagnosed_on=form.diagnosed_on,
            changed_at=self._clock.now(),
            changed_by=by.id,
        )
        wanted = self._changed(child, blank, _given(form))
        if known is not None:
            return self._shown(known, language), False
        await _add(tx, child, wanted)
        return self._shown(wanted, language), True

    async def change(
        self,
        tx: Transaction,
        by: Actor,
        child: Child,
        diagnosis_id: UUID,
        changes: DiagnosisChanges,
        language: Language,
    ) -> Diagnosis:
        """Change the fields that were given. Raises DiagnosisNotFound, InvalidInput."""
        standing = await _standing(tx, child, diagnosis_id)
        wanted = self._changed(child, standing, _given(changes))
        if wanted != standing:
            wanted = self._next(wanted, by)
            await _add(tx, child, wanted)
        return self._shown(wanted, language)

    async def delete(self, tx: Transaction, by: Actor, child: Child, diagnosis_id: UUID) -> None:
        """Hide the diagnosis; its history stays. Raises DiagnosisNotFound."""
        standing = await _standing(tx, child, diagnosis_id)
        deleted = msgspec.structs.replace(standing, deleted=True)
        await _add(tx, child, self._next(deleted, by))

    def _next(self, wanted: StoredDiagnosis, by: Actor) -> StoredDiagnosis:
        return msgspec.structs.replace(
            wanted, version=wanted.version + 1, changed_at=self._clock.now(), changed_by=by.id
        )

    def _changed(
        self, child: Child, standing: StoredDiagnosis, given: Mapping[str, Any]
    ) -> StoredDiagnosis:
        """The diagnosis with what was given. Raises InvalidInput.

        What stands already is not judged anew: it was right when it was recorded.
        """
        today = child.local_date(self._clock.now())
        levels = {scale: given[scale] for scale in SCALES if given.get(scale) is not None}
        replaced = dict.fromkeys(_INSTEAD_OF[scale] for scale in levels if scale in _INSTEAD_OF)
        wanted = msgspec.structs.replace(standing, **{**replaced, **given})
        dated = given.get("assessed_on") is not None
        if not dated:
            is_new = any(level != getattr(standing, scale) for scale, level in levels.items())
            assessed_on = today if is_new else standing.assessed_on
            wanted = msgspec.structs.replace(
                wanted, assessed_on=assessed_on if wanted.levels else None
            )
        wrong: list[FieldError] = []
        if "diagnosed_on" in given and not child.birth_date <= wanted.diagnosed_on <= today:
            wrong.append(FieldError("diagnosed_on", "out_of_range", _DATE))
        if levels.keys() >= _INSTEAD_OF.keys():
            wrong.append(FieldError("mini_macs", "not_both", _NOT_BOTH))
        if dated and not wanted.levels:
            wrong.append(FieldError("assessed_on", "nothing_assessed", _NOTHING_ASSESSED))
        if wanted.assessed_on is not None and (dated or levels):
            if child.birth_date <= wanted.assessed_on <= today:
                years = age(child.birth_date, wanted.assessed_on)
                wrong += self._outside(wanted.levels if dated else levels, years)
            else:
                wrong.append(FieldError("assessed_on", "out_of_range", _ASSESSED))
        if wrong:
            raise InvalidInput(fields=wrong)
        return wanted

    def _outside(self, levels: Iterable[str], years: int) -> Iterable[FieldError]:
        """The scales that are not defined for a child of this age."""
        for scale in levels:
            defined = self._classifications.scales[scale]
            if years < defined.youngest:
                yield FieldError(scale, "too_young", _TOO_YOUNG)
            elif years > defined.oldest:
                yield FieldError(scale, "too_old", _TOO_OLD)

    def _shown(self, stored: StoredDiagnosis, language: Language) -> Diagnosis:
        content = {
            name: getattr(stored, name) for name in Diagnosis.__struct_fields__ if name != "title"
        }
        return Diagnosis(title=self._title(stored, language), **content)

    def _title(self, stored: StoredDiagnosis, language: Language) -> str | None:
        return self._classifications.title(stored.code, language)


async def _add(tx: Transaction, child: Child, version: StoredDiagnosis) -> None:
    await store.ADD_VERSION.execute(tx, child_id=child.id, **msgspec.structs.asdict(version))


async def _standing(db: Reading, child: Child, diagnosis_id: UUID) -> StoredDiagnosis:
    newest = await store.NEWEST.first(db, child=child.id, diagnosis=diagnosis_id)
    if newest is None or newest.deleted:
        raise DiagnosisNotFound
    return newest


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
