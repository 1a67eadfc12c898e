"""Statements on drafts."""

from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.livesettings.models.contents import Content, SettingsRule
from dodam.features.livesettings.models.publications import SettingsDraft
from dodam.features.livesettings.tables.settings import DRAFT, NAMESPACE
from dodam.platform.statements import Query


class Drafted(Struct, frozen=True):
    """What a draft says, and over which defaults."""

    namespace: str
    defaults: dict[str, Any]
    value: dict[str, Any]
    rules: list[SettingsRule]

    @property
    def content(self) -> Content:
        return Content(self.value, self.rules)


_DRAFT = tuple(DRAFT.c[name] for name in SettingsDraft.__struct_fields__)
_THIS = DRAFT.c.namespace == sa.bindparam("of_namespace")
_insert = (
    insert(DRAFT)
    .values(
        edit=1, **{name.name: sa.bindparam(name.name) for name in DRAFT.c if name.name != "edit"}
    )
    .on_conflict_do_nothing(index_elements=[DRAFT.c.namespace])
)

ALL = Query(
    sa.select(DRAFT.c.namespace, NAMESPACE.c.defaults, DRAFT.c.value, DRAFT.c.rules).join_from(
        DRAFT, NAMESPACE
    ),
    Drafted,
)
FIND = Query(sa.select(*_DRAFT).where(_THIS), SettingsDraft)
# Nothing comes back where somebody was first: where there is one, or it has another edit.
BEGIN = Query(_insert.returning(*_DRAFT), SettingsDraft)
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
    SettingsDraft,
)
TAKE = Query(
    sa.update(DRAFT)
    .where(_THIS, DRAFT.c.edit == sa.bindparam("based_on"))
    .values(edit=DRAFT.c.edit + 1)
    .returning(*_DRAFT),
    SettingsDraft,
)
