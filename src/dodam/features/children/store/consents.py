"""Statements on consent for children."""

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import distinct_on

from dodam.features.accounts.models.consents import ConsentEntry
from dodam.features.children.models.consents import GivenBy
from dodam.features.children.store.children import GUARDIANS, THIS
from dodam.features.children.store.removal import ChildKey
from dodam.features.children.tables import CHILD, CHILD_CONSENT
from dodam.platform.statements import Query, Statement


class Giver(Struct, frozen=True):
    given_by: GivenBy


_CHILDS = CHILD_CONSENT.c.child_id == sa.bindparam("child")
_NEWEST_FIRST = (CHILD_CONSENT.c.at.desc(), CHILD_CONSENT.c.id.desc())

INSERT = Statement(
    sa.insert(CHILD_CONSENT).values(
        {column.name: sa.bindparam(column.name) for column in CHILD_CONSENT.columns}
    )
)
HISTORY = Query(
    sa.select(
        CHILD_CONSENT.c.kind, CHILD_CONSENT.c.version, CHILD_CONSENT.c.given, CHILD_CONSENT.c.at
    )
    .where(_CHILDS)
    .order_by(*_NEWEST_FIRST),
    ConsentEntry,
)
# Whose word each document has last.
GIVERS = Query(
    sa.select(CHILD_CONSENT.c.given_by)
    .where(_CHILDS)
    .ext(distinct_on(CHILD_CONSENT.c.kind))
    .order_by(CHILD_CONSENT.c.kind, *_NEWEST_FIRST),
    Giver,
)
SET_CHILDS = Statement(sa.update(CHILD).where(THIS).values(consents=sa.bindparam("holds")))
# Of removed children too, for they may be restored.
SET_GUARDIANS = Query(
    sa.update(CHILD)
    .where(GUARDIANS)
    .values(guardian_consents=sa.bindparam("holds"))
    .returning(CHILD.c.id),
    ChildKey,
)
ERASE = Statement(sa.delete(CHILD_CONSENT).where(_CHILDS))
FORGET_WHO = Statement(
    sa.update(CHILD_CONSENT)
    .where(_CHILDS)
    .values(account_id=sa.null(), address=sa.null(), user_agent=sa.null())
)
