"""Statements on results of days, and on when the next ones are due."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct, structs
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.therapy.models.results import DailyResult, DayStatus, ResultDetails, Sums
from dodam.features.therapy.store.goals import GIVEN_DAYS, is_given
from dodam.features.therapy.store.plans import THIS_CHILD
from dodam.features.therapy.tables import DAILY_RESULT, EVENING
from dodam.platform.statements import Query, Statement


class ResultRow(Sums, frozen=True, kw_only=True):
    therapy_day: date
    summed_up_at: datetime
    status: DayStatus
    goal_reached: bool
    planned_motions: int
    reached_motions: int
    planned_repetitions: int
    planned_minutes: int
    current_streak: int
    next_planned_day: date | None
    details: ResultDetails | None

    def result(self) -> DailyResult:
        told = structs.asdict(self)
        values = {name: told[name] for name in DailyResult.__struct_fields__ if name in told}
        details = self.details
        return DailyResult(
            day=self.therapy_day,
            totals=self.totals(),
            by_motion=details.by_motion if details else [],
            next_plan=details.next_plan if details else None,
            week=details.week if details else None,
            **values,
        )


class ChildsResult(ResultRow, frozen=True, kw_only=True):
    child_id: UUID


class ChildRow(Struct, frozen=True):
    child_id: UUID


class Count(Struct, frozen=True):
    count: int


_COLUMNS = tuple(DAILY_RESULT.c[name] for name in ResultRow.__struct_fields__)
_NOW = sa.bindparam("now", type_=sa.DateTime(timezone=True))
_MOST = sa.bindparam("most", type_=sa.Integer)

# Nothing comes back where the day has a result already.
KEEP = Query(
    insert(DAILY_RESULT)
    .values({column.name: sa.bindparam(column.name) for column in DAILY_RESULT.columns})
    .on_conflict_do_nothing()
    .returning(DAILY_RESULT.c.child_id),
    ChildRow,
)
RESULTS = Query(
    sa.select(*_COLUMNS)
    .where(
        DAILY_RESULT.c.child_id == THIS_CHILD,
        DAILY_RESULT.c.therapy_day.between(sa.bindparam("from_day"), sa.bindparam("to_day")),
    )
    .order_by(DAILY_RESULT.c.therapy_day),
    ResultRow,
)
# Of given days, each of a given child.
THESE = Query(
    sa.select(DAILY_RESULT.c.child_id, *_COLUMNS).join_from(
        GIVEN_DAYS, DAILY_RESULT, is_given(DAILY_RESULT)
    ),
    ChildsResult,
)

START = Statement(
    sa.insert(EVENING).values(child_id=sa.bindparam("child_id"), due_at=sa.bindparam("due_at"))
)
_due = sa.select(EVENING.c.child_id).where(EVENING.c.due_at <= _NOW)
COUNT_DUE = Query(
    sa.select(sa.func.count().label("count")).select_from(_due.limit(_MOST).subquery()), Count
)
# Those that another worker is at are left to it.
TAKE_DUE = Query(
    _due.order_by(EVENING.c.due_at).limit(_MOST).with_for_update(skip_locked=True), ChildRow
)
HOLD = Query(
    sa.select(EVENING.c.child_id).where(EVENING.c.child_id == THIS_CHILD).with_for_update(),
    ChildRow,
)
_next = (
    sa.func.unnest(
        sa.bindparam("children", type_=ARRAY(sa.Uuid)),
        sa.bindparam("times", type_=ARRAY(sa.DateTime(timezone=True))),
    )
    .table_valued(sa.column("child_id", sa.Uuid), sa.column("due_at", sa.DateTime(timezone=True)))
    .render_derived(name="next")
)
SET_DUE = Statement(
    sa.update(EVENING).where(EVENING.c.child_id == _next.c.child_id).values(due_at=_next.c.due_at)
)
