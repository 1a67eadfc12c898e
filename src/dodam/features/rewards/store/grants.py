"""Statements on what members of staff granted."""

import sqlalchemy as sa

from dodam.features.rewards.tables import GRANT
from dodam.platform.statements import Statement

_OF_CHILD = GRANT.c.child_id == sa.bindparam("child")

ERASE = Statement(sa.delete(GRANT).where(_OF_CHILD))
FORGET_WHO = Statement(
    sa.update(GRANT).where(_OF_CHILD).values(reason=sa.null(), granted_by=sa.null())
)
