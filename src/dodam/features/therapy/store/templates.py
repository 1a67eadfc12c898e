"""Statements on plan templates."""

from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import distinct_on

from dodam.features.therapy.models.templates import Template
from dodam.features.therapy.tables import PLAN_TEMPLATE
from dodam.platform.statements import Query, Statement


class TemplateRow(Struct, frozen=True):
    id: UUID


_TEMPLATE = PLAN_TEMPLATE.c
_COLUMNS = tuple(_TEMPLATE[name] for name in Template.__struct_fields__)
_THIS = _TEMPLATE.id == sa.bindparam("template", type_=sa.Uuid)

INSERT = Query(
    sa.insert(PLAN_TEMPLATE)
    .values({column.name: sa.bindparam(column.name) for column in _COLUMNS})
    .returning(*_COLUMNS),
    Template,
)
HOLD = Query(
    sa.select(_TEMPLATE.id).where(_THIS, _TEMPLATE.version == 1).with_for_update(), TemplateRow
)
_newest = (
    sa.select(PLAN_TEMPLATE)
    .ext(distinct_on(_TEMPLATE.id))
    .where(_TEMPLATE.archived_at.is_(None))
    .order_by(_TEMPLATE.id, _TEMPLATE.version.desc())
    .subquery("newest")
)
NEWEST = Query(
    sa.select(*_COLUMNS)
    .where(_THIS, _TEMPLATE.archived_at.is_(None))
    .order_by(_TEMPLATE.version.desc())
    .limit(sa.literal_column("1")),
    Template,
)
ALL = Query(
    sa.select(*(_newest.c[name] for name in Template.__struct_fields__))
    .order_by(_newest.c.name, _newest.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer)),
    Template,
)
# Every version, so that none is offered.
ARCHIVE = Statement(sa.update(PLAN_TEMPLATE).where(_THIS).values(archived_at=sa.bindparam("now")))
