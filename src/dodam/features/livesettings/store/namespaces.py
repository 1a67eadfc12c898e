"""Statements on namespaces."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.livesettings.models.namespaces import Namespace, Owner
from dodam.features.livesettings.tables.settings import DRAFT, NAMESPACE
from dodam.platform.statements import Query, Statement


class Given(Struct, frozen=True):
    """A namespace that clients are given, as far as they are concerned."""

    name: str
    defaults: dict[str, Any]


class AtAGlance(Struct, frozen=True):
    name: str
    owner: Owner
    edit: int
    changed_at: datetime
    retired_at: datetime | None
    draft: int | None


_COLUMNS = tuple(NAMESPACE.c[name] for name in Namespace.__struct_fields__)
_THIS = NAMESPACE.c.name == sa.bindparam("namespace")
_insert = insert(NAMESPACE).values(
    {column.name: sa.bindparam(column.name) for column in NAMESPACE.columns}
)

GIVEN = Query(
    sa.select(NAMESPACE.c.name, NAMESPACE.c.defaults)
    .where(NAMESPACE.c.retired_at.is_(None))
    .order_by(NAMESPACE.c.name),
    Given,
)
LIST = Query(
    sa.select(
        NAMESPACE.c.name,
        NAMESPACE.c.owner,
        NAMESPACE.c.edit,
        NAMESPACE.c.changed_at,
        NAMESPACE.c.retired_at,
        DRAFT.c.edit.label("draft"),
    )
    .outerjoin(DRAFT, DRAFT.c.namespace == NAMESPACE.c.name)
    .order_by(NAMESPACE.c.name),
    AtAGlance,
)
FIND = Query(sa.select(*_COLUMNS).where(_THIS), Namespace)
# Who drafts waits for whoever changes what drafts must keep to.
FIND_FOR_SHARE = Query(sa.select(*_COLUMNS).where(_THIS).with_for_update(read=True), Namespace)
PUT = Statement(
    _insert.on_conflict_do_update(
        index_elements=[NAMESPACE.c.name],
        set_={
            column.name: _insert.excluded[column.name]
            for column in NAMESPACE.columns
            if column.name not in {"name", "id"}
        },
    )
)
