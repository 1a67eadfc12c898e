"""Statements on what members of staff granted."""

import sqlalchemy as sa
from msgspec import Struct

from dodam.features.rewards.models import TicketReason
from dodam.features.rewards.tables import ENTRY, GRANT
from dodam.platform.statements import Query, Statement


class Granted(Struct, frozen=True):
    tickets: int
    reason: str | None


_OF_CHILD = GRANT.c.child_id == sa.bindparam("child")
# Whether a line of a ledger is that of a grant.
IS_OF_GRANT = sa.and_(
    GRANT.c.child_id == ENTRY.c.child_id,
    ENTRY.c.reason == TicketReason.GRANTED_BY_STAFF.value,
    ENTRY.c.reference == sa.cast(GRANT.c.id, sa.Text),
)

FIND = Query(
    sa.select(ENTRY.c.tickets, GRANT.c.reason)
    .join_from(GRANT, ENTRY, IS_OF_GRANT)
    .where(_OF_CHILD, GRANT.c.id == sa.bindparam("grant")),
    Granted,
)
ADD = Statement(
    sa.insert(GRANT).values({column.name: sa.bindparam(column.name) for column in GRANT.columns})
)

ERASE = Statement(sa.delete(GRANT).where(_OF_CHILD))
FORGET_WORDS = Statement(sa.update(GRANT).where(_OF_CHILD).values(reason=sa.null()))
