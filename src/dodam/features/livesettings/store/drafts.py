"""Statements on drafts."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dodam.features.livesettings.models.publications import Draft
from dodam.features.livesettings.tables.settings import DRAFT
from dodam.platform.statements import Query, Statement

_DRAFT = tuple(DRAFT.c[name] for name in Draft.__struct_fields__)
_THIS = DRAFT.c.namespace == sa.bindparam("of_namespace")
_insert = (
    insert(DRAFT)
    .values(
        edit=1, **{name.name: sa.bindparam(name.name) for name in DRAFT.c if name.name != "edit"}
    )
    .on_conflict_do_nothing(index_elements=[DRAFT.c.namespace])
)

FIND = Query(sa.select(*_DRAFT).where(_THIS), Draft)
# Nothing comes back where somebody was first: where there is one, or it has another edit.
BEGIN = Query(_insert.returning(*_DRAFT), Draft)
CHANGE = Query(
    sa.update(DRAFT)
    .where(_THIS, DRAFT.c.edit == sa.bindparam("based_on"))
    .values(
        edit=DRAFT.c.edit + 1,
        **{
            name: sa.bindparam(name)
            for name in ("value", "rules", "note", "changed_at", "changed_by")
        },
    )
    .returning(*_DRAFT),
    Draft,
)
# Nothing is touched where the draft has another edit by now.
TAKE = Statement(
    sa.update(DRAFT)
    .where(_THIS, DRAFT.c.edit == sa.bindparam("based_on"))
    .values(edit=DRAFT.c.edit + 1)
)
