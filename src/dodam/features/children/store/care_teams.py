"""Statements on who of the staff treats whom."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.children.models.care_teams import CaseloadChild
from dodam.features.children.models.children import GuardiansChild
from dodam.features.children.store.children import ALIVE, CHILD_COLUMNS
from dodam.features.children.tables import CARE_TEAM, CHILD
from dodam.platform.statements import Query


class Membership(Struct, frozen=True):
    member_id: UUID
    joined_at: datetime


_MEMBERSHIP = (CARE_TEAM.c.member_id, CARE_TEAM.c.joined_at)
_NOT_LEFT = CARE_TEAM.c.left_at.is_(None)
_CHILDS = CARE_TEAM.c.child_id == sa.bindparam("child")
_MEMBERS = CARE_TEAM.c.member_id == sa.bindparam("member")

TEAM = Query(
    sa.select(*_MEMBERSHIP).where(_CHILDS, _NOT_LEFT).order_by(CARE_TEAM.c.joined_at), Membership
)
CASELOAD = Query(
    sa.select(
        CHILD.c.id, CHILD.c.name, CHILD.c.birth_date, CHILD.c.affected_hand, CARE_TEAM.c.joined_at
    )
    .join_from(CARE_TEAM, CHILD, CHILD.c.id == CARE_TEAM.c.child_id)
    .where(_MEMBERS, _NOT_LEFT, ALIVE)
    .order_by(CHILD.c.name, CHILD.c.id),
    CaseloadChild,
)
_all_treated = (
    sa.select(*CHILD_COLUMNS, CHILD.c.guardian_id)
    .join_from(CARE_TEAM, CHILD, CHILD.c.id == CARE_TEAM.c.child_id)
    .where(_MEMBERS, _NOT_LEFT, ALIVE)
)
ALL_TREATED = Query(_all_treated.order_by(CHILD.c.name, CHILD.c.id), GuardiansChild)
_treated = _all_treated.where(_CHILDS)
TREATED = Query(_treated, GuardiansChild)
TREATED_FOR_UPDATE = Query(
    _treated.with_for_update(key_share=True, of=CHILD),
    GuardiansChild,
)
ALIVE_FOR_UPDATE = Query(
    sa.select(*CHILD_COLUMNS, CHILD.c.guardian_id)
    .where(CHILD.c.id == sa.bindparam("child"), ALIVE)
    .with_for_update(key_share=True),
    GuardiansChild,
)

# Nothing comes back of who is a member already.
JOIN = Query(
    insert(CARE_TEAM)
    .values(
        child_id=sa.bindparam("child"),
        member_id=sa.bindparam("member"),
        joined_at=sa.bindparam("at"),
    )
    .on_conflict_do_nothing(
        index_elements=[CARE_TEAM.c.member_id, CARE_TEAM.c.child_id], index_where=_NOT_LEFT
    )
    .returning(*_MEMBERSHIP),
    Membership,
)
LEAVE = Query(
    sa.update(CARE_TEAM)
    .where(_CHILDS, _MEMBERS, _NOT_LEFT)
    .values(left_at=sa.bindparam("at"))
    .returning(*_MEMBERSHIP),
    Membership,
)
