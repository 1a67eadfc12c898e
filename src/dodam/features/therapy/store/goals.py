"""Statements on goals that uploads reach."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.therapy.models.plans import Plan
from dodam.features.therapy.store.sums import MotionSums
from dodam.features.therapy.tables import DAILY_MOTION_LOG, PLAN, REACHED_GOAL
from dodam.platform.statements import Query


class ChildsPlan(Plan, frozen=True):
    child_id: UUID


class ChildsSums(MotionSums, frozen=True, kw_only=True):
    child_id: UUID


class ChildDay(Struct, frozen=True):
    child_id: UUID
    therapy_day: date


_CHILDREN: sa.BindParameter[Sequence[UUID]] = sa.bindparam("children", type_=ARRAY(sa.Uuid))
_given = (
    sa.func.unnest(_CHILDREN, sa.bindparam("days", type_=ARRAY(sa.Date)))
    .table_valued(sa.column("child_id", sa.Uuid), sa.column("therapy_day", sa.Date))
    .render_derived(name="given")
)


def _this_day(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.child_id == _given.c.child_id, table.c.therapy_day == _given.c.therapy_day
    )


# Of days whose goal was not reached before.
SUMS = Query(
    sa.select(*DAILY_MOTION_LOG.columns)
    .join_from(_given, DAILY_MOTION_LOG, _this_day(DAILY_MOTION_LOG))
    .where(~sa.exists().where(_this_day(REACHED_GOAL))),
    ChildsSums,
)
PLANS = Query(sa.select(*PLAN.columns).where(PLAN.c.child_id == sa.any_(_CHILDREN)), ChildsPlan)
NOTE = Query(
    insert(REACHED_GOAL)
    .values({column.name: sa.bindparam(column.name) for column in REACHED_GOAL.columns})
    .on_conflict_do_nothing()
    .returning(REACHED_GOAL.c.child_id, REACHED_GOAL.c.therapy_day),
    ChildDay,
)
