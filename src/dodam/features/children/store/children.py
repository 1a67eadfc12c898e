"""Statements on children who are there."""

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.children.models.children import Child, GuardiansChild
from dodam.features.children.tables import CHILD
from dodam.platform.statements import Query, Statement


class Count(Struct):
    count: int


_EDITABLE = (
    CHILD.c.name,
    CHILD.c.birth_date,
    CHILD.c.sex,
    CHILD.c.grade,
    CHILD.c.affected_hand,
    CHILD.c.dominant_hand,
    CHILD.c.time_zone,
    CHILD.c.language,
    CHILD.c.day_start_hour,
)
CHILD_COLUMNS = (
    CHILD.c.id,
    *_EDITABLE,
    CHILD.c.therapy_starts_on,
    CHILD.c.created_at,
    CHILD.c.updated_at,
    CHILD.c.guardian_consents.op("||")(CHILD.c.consents).label("consents"),
)
ALIVE = CHILD.c.removed_at.is_(None)
GUARDIANS = CHILD.c.guardian_id == sa.bindparam("guardian")
THIS = CHILD.c.id == sa.bindparam("child")

# What adds to one guardian's children waits for each other, so that the limit holds.
LOCK_GUARDIAN = Statement(
    sa.select(
        sa.func.pg_advisory_xact_lock(
            sa.func.hashtextextended(sa.cast(sa.bindparam("guardian", type_=sa.Uuid), sa.Text), 0)
        )
    )
)
COUNT = Query(
    sa.select(sa.func.count().label("count")).select_from(CHILD).where(GUARDIANS, ALIVE), Count
)
LIST = Query(
    sa.select(*CHILD_COLUMNS).where(GUARDIANS, ALIVE).order_by(CHILD.c.created_at, CHILD.c.id),
    Child,
)
THESE = Query(
    sa.select(*CHILD_COLUMNS, CHILD.c.guardian_id).where(
        CHILD.c.id == sa.any_(sa.bindparam("children", type_=ARRAY(sa.Uuid))), ALIVE
    ),
    GuardiansChild,
)
OF_ALL = Query(
    sa.select(*CHILD_COLUMNS, CHILD.c.guardian_id).where(
        CHILD.c.guardian_id == sa.any_(sa.bindparam("guardians", type_=ARRAY(sa.Uuid))), ALIVE
    ),
    GuardiansChild,
)
_other = CHILD.alias("other")
SIBLINGS = Query(
    sa.select(*CHILD_COLUMNS, CHILD.c.guardian_id).where(
        CHILD.c.guardian_id
        == sa.select(_other.c.guardian_id)
        .where(_other.c.id == sa.bindparam("child"))
        .scalar_subquery(),
        CHILD.c.id != sa.bindparam("child"),
        ALIVE,
    ),
    GuardiansChild,
)
FIND = Query(sa.select(*CHILD_COLUMNS).where(THIS, GUARDIANS, ALIVE), Child)
# Others may refer to the child meanwhile, as plays that arrive do.
FIND_FOR_UPDATE = Query(
    sa.select(*CHILD_COLUMNS).where(THIS, GUARDIANS, ALIVE).with_for_update(key_share=True), Child
)

# Nothing comes back when the id is in use.
INSERT = Query(
    insert(CHILD)
    .values(
        id=sa.bindparam("id"),
        guardian_id=sa.bindparam("guardian_id"),
        therapy_starts_on=sa.bindparam("therapy_starts_on"),
        created_at=sa.bindparam("now"),
        updated_at=sa.bindparam("now"),
        consents=sa.bindparam("consents"),
        guardian_consents=sa.bindparam("guardian_consents"),
        **{column.name: sa.bindparam(column.name) for column in _EDITABLE},
    )
    .on_conflict_do_nothing(index_elements=[CHILD.c.id])
    .returning(*CHILD_COLUMNS),
    Child,
)
UPDATE = Query(
    sa.update(CHILD)
    .where(THIS)
    .values(
        updated_at=sa.bindparam("now"),
        **{column.name: sa.bindparam(f"new_{column.name}") for column in _EDITABLE},
    )
    .returning(*CHILD_COLUMNS),
    Child,
)
