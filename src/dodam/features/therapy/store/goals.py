"""Statements on goals that uploads reach."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.therapy.models.plans import Plan
from dodam.features.therapy.store.plans import is_not_replaced
from dodam.features.therapy.store.sums import MotionSums
from dodam.features.therapy.tables import DAILY_MOTION_LOG, PLAN, REACHED_GOAL
from dodam.platform.statements import Query


class ChildsPlan(Plan, frozen=True, kw_only=True):
    child_id: UUID


class ChildsSums(MotionSums, frozen=True, kw_only=True):
    child_id: UUID


class ChildDay(Struct, frozen=True):
    child_id: UUID
    therapy_day: date


_CHILDREN: sa.BindParameter[Sequence[UUID]] = sa.bindparam("children", type_=ARRAY(sa.Uuid))
GIVEN_DAYS = (
    sa.func.unnest(_CHILDREN, sa.bindparam("days", type_=ARRAY(sa.Date)))
    .table_valued(sa.column("child_id", sa.Uuid), sa.column("therapy_day", sa.Date))
    .render_derived(name="given")
)


def is_given(table: sa.Table) -> sa.ColumnElement[bool]:
    """Whether a row is of one of the days in the parameters `children` and `days`."""
    return sa.and_(
        table.c.child_id == GIVEN_DAYS.c.child_id, table.c.therapy_day == GIVEN_DAYS.c.therapy_day
    )


# Of days whose goal was not reached before.
SUMS = Query(
    sa.select(*DAILY_MOTION_LOG.columns)
    .join_from(GIVEN_DAYS, DAILY_MOTION_LOG, is_given(DAILY_MOTION_LOG))
    .where(~sa.exists().where(is_given(REACHED_GOAL))),
    ChildsSums,
)
PLANS = Query(
    sa.select(*(PLAN.c[name] for name in ChildsPlan.__struct_fields__)).where(
        PLAN.c.child_id == sa.any_(_CHILDREN),
        is_not_replaced(sa.bindparam("first", type_=sa.Date)),
    ),
    ChildsPlan,
)
NOTE = Query(
    insert(REACHED_GOAL)
    .values({column.name: sa.bindparam(column.name) for column in REACHED_GOAL.columns})
    .on_conflict_do_nothing()
    .returning(REACHED_GOAL.c.child_id, REACHED_GOAL.c.therapy_day),
    ChildDay,
)
