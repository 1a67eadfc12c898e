"""Statements on the audit trail: it is added to, and read."""

import sqlalchemy as sa

from dodam.features.audit.models import Entry
from dodam.features.audit.tables import ENTRY
from dodam.platform.statements import Query, Statement

_SUBJECT = sa.bindparam("subject", type_=sa.Uuid)
_ACTOR = sa.bindparam("actor", type_=sa.Uuid)

INSERT = Statement(
    sa.insert(ENTRY).values(
        **{column.name: sa.bindparam(column.name) for column in ENTRY.columns},
    )
)
PAGE = Query(
    sa.select(*(ENTRY.c[name] for name in Entry.__struct_fields__))
    .where(
        sa.or_(_SUBJECT.is_(None), ENTRY.c.subject_id == _SUBJECT),
        sa.or_(_ACTOR.is_(None), ENTRY.c.actor_id == _ACTOR),
        ENTRY.c.at >= sa.bindparam("since"),
        ENTRY.c.at < sa.bindparam("until"),
        sa.tuple_(ENTRY.c.at, ENTRY.c.id)
        < sa.tuple_(sa.bindparam("before_at"), sa.bindparam("before_id")),
    )
    .order_by(ENTRY.c.at.desc(), ENTRY.c.id.desc())
    .limit(sa.bindparam("most")),
    Entry,
)
