"""Statements on children who are hidden or gone."""

from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.children.models.children import Child
from dodam.features.children.models.removal import RemovedBy, RemovedChild
from dodam.features.children.store.children import ALIVE, CHILD_COLUMNS, GUARDIANS, THIS
from dodam.features.children.tables import CARE_TEAM, CHILD, DIAGNOSIS, ERASED_CHILD
from dodam.platform.statements import Query, Statement


class ChildKey(Struct, frozen=True):
    id: UUID


_NOW = sa.bindparam("now", type_=sa.DateTime(timezone=True))
_RESTORABLE = CHILD.c.erase_at > _NOW
_DUE = CHILD.c.erase_at <= _NOW
_THERE = {"removed_at": sa.null(), "removed_by": sa.null(), "erase_at": sa.null()}

REMOVE = Statement(
    sa.update(CHILD)
    .where(THIS, GUARDIANS, ALIVE)
    .values(removed_at=_NOW, removed_by=RemovedBy.GUARDIAN.value, erase_at=sa.bindparam("erase_on"))
)
REMOVED = Query(
    sa.select(*(CHILD.c[name] for name in RemovedChild.__struct_fields__))
    .where(GUARDIANS, _RESTORABLE)
    .order_by(CHILD.c.removed_at.desc(), CHILD.c.id),
    RemovedChild,
)
LOCK_REMOVED = Query(
    sa.select(CHILD.c.id).where(THIS, GUARDIANS, _RESTORABLE).with_for_update(key_share=True),
    ChildKey,
)
RESTORE = Query(sa.update(CHILD).where(THIS).values(_THERE).returning(*CHILD_COLUMNS), Child)

HIDE_ALL = Query(
    sa.update(CHILD)
    .where(GUARDIANS, ALIVE)
    .values(removed_at=_NOW, removed_by=RemovedBy.WITHDRAWAL.value)
    .returning(CHILD.c.id),
    ChildKey,
)
SHOW_ALL = Query(
    sa.update(CHILD)
    .where(GUARDIANS, CHILD.c.removed_by == RemovedBy.WITHDRAWAL.value)
    .values(_THERE)
    .returning(CHILD.c.id),
    ChildKey,
)

DUE = Query(sa.select(CHILD.c.id).where(_DUE).order_by(CHILD.c.erase_at), ChildKey)
# Plays on their way wait for these locks, and then find the child gone.
LOCK_DUE = Query(sa.select(CHILD.c.id).where(THIS, _DUE).with_for_update(), ChildKey)
LOCK_ALL = Query(
    sa.select(CHILD.c.id).where(GUARDIANS).order_by(CHILD.c.id).with_for_update(), ChildKey
)

ERASE_DIAGNOSES = Statement(
    sa.delete(DIAGNOSIS).where(DIAGNOSIS.c.child_id == sa.bindparam("child"))
)
ERASE_CARE_TEAM = Statement(
    sa.delete(CARE_TEAM).where(CARE_TEAM.c.child_id == sa.bindparam("child"))
)
ERASE = Statement(sa.delete(CHILD).where(THIS))
REMEMBER_ERASED = Statement(insert(ERASED_CHILD).values(id=sa.bindparam("child"), erased_at=_NOW))
ERASED = Query(
    sa.select(ERASED_CHILD.c.id).where(ERASED_CHILD.c.id == sa.bindparam("child")), ChildKey
)


def _year(day: sa.Column[object]) -> sa.ColumnElement[object]:
    """The first of January of a day's year."""
    return sa.cast(sa.func.date_trunc(sa.literal_column("'year'"), day), sa.Date)


PSEUDONYMISE_DIAGNOSES = Statement(
    sa.update(DIAGNOSIS)
    .where(DIAGNOSIS.c.child_id == sa.bindparam("child"))
    .values(
        institution=sa.null(),
        notes=sa.null(),
        changed_by=sa.null(),
        diagnosed_on=_year(DIAGNOSIS.c.diagnosed_on),
        assessed_on=_year(DIAGNOSIS.c.assessed_on),
    )
)
PSEUDONYMISE = Statement(
    sa.update(CHILD)
    .where(THIS)
    .values(
        guardian_id=sa.null(),
        name=sa.null(),
        birth_date=_year(CHILD.c.birth_date),
        removed_at=sa.func.coalesce(CHILD.c.removed_at, _NOW),
        removed_by=sa.func.coalesce(CHILD.c.removed_by, RemovedBy.WITHDRAWAL.value),
        erase_at=sa.null(),
        pseudonymised_at=_NOW,
    )
)
