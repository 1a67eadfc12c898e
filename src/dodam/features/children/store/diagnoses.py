"""Statements on diagnoses, whose rows are versions."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from dodam.features.children.models.diagnoses import StoredDiagnosis
from dodam.features.children.tables import DIAGNOSIS
from dodam.platform.statements import Query, Statement

_VERSION = tuple(DIAGNOSIS.c[name] for name in StoredDiagnosis.__struct_fields__)
_OF_CHILD = DIAGNOSIS.c.child_id == sa.bindparam("child")
_THIS = DIAGNOSIS.c.id == sa.bindparam("diagnosis")

_newest = (
    sa.select(*_VERSION)
    .ext(distinct_on(DIAGNOSIS.c.id))
    .where(_OF_CHILD)
    .order_by(DIAGNOSIS.c.id, DIAGNOSIS.c.version.desc())
    .subquery("newest")
)
LIST = Query(
    sa.select(*_newest.c)
    .where(sa.not_(_newest.c.deleted))
    .order_by(_newest.c.diagnosed_on.desc(), _newest.c.id.desc()),
    StoredDiagnosis,
)
_history = sa.select(*_VERSION).where(_OF_CHILD, _THIS).order_by(DIAGNOSIS.c.version.desc())
HISTORY = Query(_history, StoredDiagnosis)
NEWEST = Query(_history.limit(1), StoredDiagnosis)
ADD_VERSION = Statement(
    sa.insert(DIAGNOSIS).values(
        {column.name: sa.bindparam(column.name) for column in DIAGNOSIS.columns}
    )
)
