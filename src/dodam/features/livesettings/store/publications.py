"""Statements on published versions."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import distinct_on

from dodam.features.livesettings.models.contents import Content, SettingsRule
from dodam.features.livesettings.models.publications import Publication
from dodam.features.livesettings.tables.settings import PUBLICATION
from dodam.platform.statements import Query, Statement


class Published(Publication, frozen=True, kw_only=True):
    """A version, with what it says, and of what."""

    namespace: str
    value: dict[str, Any]
    rules: list[SettingsRule]

    @property
    def content(self) -> Content:
        return Content(self.value, self.rules)


class Counted(Publication, frozen=True, kw_only=True):
    """A version, with the number of its rules."""

    rules: int


class Name(Struct, frozen=True):
    namespace: str
    version: int
    published_at: datetime


_PUBLICATION = tuple(PUBLICATION.c[name] for name in Publication.__struct_fields__)
_PUBLISHED = tuple(PUBLICATION.c[name] for name in Published.__struct_fields__)
_NAME = tuple(PUBLICATION.c[name] for name in Name.__struct_fields__)
_OF_NAMESPACE = PUBLICATION.c.namespace == sa.bindparam("of_namespace")
_NOW = sa.bindparam("now", type_=sa.DateTime(timezone=True))
_STANDS = PUBLICATION.c.cancelled_at.is_(None)
_BEGUN = PUBLICATION.c.takes_effect_at <= _NOW
_TO_COME = PUBLICATION.c.takes_effect_at > _NOW
_IN_TURN = (PUBLICATION.c.takes_effect_at, PUBLICATION.c.version)
# Of versions that take effect together the one published last holds.
_LAST_FIRST = (PUBLICATION.c.takes_effect_at.desc(), PUBLICATION.c.version.desc())


def _in_force(*columns: sa.Column[object]) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(*columns)
        .ext(distinct_on(PUBLICATION.c.namespace))
        .where(_STANDS, _BEGUN)
        .order_by(PUBLICATION.c.namespace, *_LAST_FIRST)
    )


def _to_come(*columns: sa.Column[object]) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*columns).where(_STANDS, _TO_COME).order_by(*_IN_TURN)


ALL_IN_FORCE = Query(_in_force(*_PUBLISHED), Published)
ALL_TO_COME = Query(_to_come(*_PUBLISHED), Published)
NAMES_IN_FORCE = Query(_in_force(*_NAME), Name)
NAMES_TO_COME = Query(_to_come(*_NAME), Name)
IN_FORCE = Query(_in_force(*_PUBLISHED).where(_OF_NAMESPACE), Published)
NAME_IN_FORCE = Query(_in_force(*_NAME).where(_OF_NAMESPACE), Name)
TO_COME = Query(_to_come(*_PUBLISHED).where(_OF_NAMESPACE), Published)
FIND = Query(
    sa.select(*_PUBLISHED).where(_OF_NAMESPACE, PUBLICATION.c.version == sa.bindparam("version")),
    Published,
)
PAGE = Query(
    sa.select(*_PUBLICATION, sa.func.jsonb_array_length(PUBLICATION.c.rules).label("rules"))
    .where(_OF_NAMESPACE, PUBLICATION.c.version < sa.bindparam("before"))
    .order_by(PUBLICATION.c.version.desc())
    .limit(sa.bindparam("most")),
    Counted,
)
NEWEST = Query(
    sa.select(*_NAME).where(_OF_NAMESPACE).order_by(PUBLICATION.c.version.desc()).limit(1), Name
)
ADD = Query(
    sa.insert(PUBLICATION)
    .values({column.name: sa.bindparam(column.name) for column in PUBLICATION.columns})
    .returning(*_PUBLISHED),
    Published,
)
CANCEL = Statement(
    sa.update(PUBLICATION)
    .where(PUBLICATION.c.id == sa.bindparam("publication"))
    .values(cancelled_at=sa.bindparam("at"), cancelled_by=sa.bindparam("by"))
)
