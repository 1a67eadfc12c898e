"""Statements on how much is played by many children."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, distinct_on

from dodam.features.therapy.models.plans import PlanSource
from dodam.features.therapy.models.plays import DeviceClock
from dodam.features.therapy.tables import (
    DAILY_ACTIVITY_LOG,
    EXCEPTIONAL_DAY,
    PAUSE,
    PLAN,
    PLAY_RECORD,
)
from dodam.platform.statements import Query


class PlayedRow(Struct, frozen=True):
    child_id: UUID
    last_day: date
    days: list[date]


class Activity(Struct, frozen=True):
    children: int
    plays: int
    active_ms: int


class PlannedDays(Struct, frozen=True):
    days: int
    children: int
    kept: int
    kept_children: int


class Uploads(Struct, frozen=True):
    all: int
    children: int
    late: int
    late_children: int


_CHILDREN: sa.BindParameter[Sequence[UUID]] = sa.bindparam("children", type_=ARRAY(sa.Uuid))
_WITHOUT: sa.BindParameter[Sequence[UUID]] = sa.bindparam("without", type_=ARRAY(sa.Uuid))
_SINCE = sa.bindparam("since", type_=sa.Date)
_FIRST = sa.bindparam("from_day", type_=sa.Date)
_LAST = sa.bindparam("to_day", type_=sa.Date)
_LOG = DAILY_ACTIVITY_LOG.c

_days = sa.func.array_agg(_LOG.therapy_day).filter(_LOG.therapy_day >= _SINCE)
PLAYED = Query(
    sa.select(
        _LOG.child_id,
        sa.func.max(_LOG.therapy_day).label("last_day"),
        sa.func.coalesce(_days, sa.literal_column("'{}'", ARRAY(sa.Date))).label("days"),
    )
    .where(_LOG.child_id == sa.any_(_CHILDREN))
    .group_by(_LOG.child_id),
    PlayedRow,
)

ACTIVITY = Query(
    sa.select(
        sa.func.count(_LOG.child_id.distinct()).label("children"),
        *(
            sa.cast(sa.func.coalesce(sa.func.sum(column), 0), sa.BigInteger).label(column.name)
            for column in (_LOG.plays, _LOG.active_ms)
        ),
    ).where(_LOG.therapy_day.between(_FIRST, _LAST), _LOG.child_id != sa.all_(_WITHOUT)),
    Activity,
)

_day = sa.cast(
    sa.func.generate_series(_FIRST, _LAST, sa.literal_column("interval '1 day'")).column_valued(
        "day"
    ),
    sa.Date,
)
# Of each child, day and source the newest version that has begun.
_newest = (
    sa.select(PLAN, _day.label("day"))
    .ext(distinct_on(PLAN.c.child_id, _day, PLAN.c.source))
    .where(
        PLAN.c.starts_on <= _day,
        sa.or_(PLAN.c.ended_on.is_(None), PLAN.c.ended_on >= PLAN.c.starts_on),
        PLAN.c.child_id != sa.all_(_WITHOUT),
    )
    .order_by(PLAN.c.child_id, _day, PLAN.c.source, PLAN.c.version.desc())
    .subquery("newest")
)
# Of each child and day the plan in force, as `plan_on` finds it.
_in_force = (
    sa.select(_newest.c.child_id, _newest.c.day, _newest.c.days, _newest.c.rests_on)
    .ext(distinct_on(_newest.c.child_id, _newest.c.day))
    .where(
        *(
            sa.or_(last.is_(None), last >= _newest.c.day)
            for last in (_newest.c.ends_on, _newest.c.ended_on)
        )
    )
    .order_by(
        _newest.c.child_id,
        _newest.c.day,
        sa.case(
            {source.value: rank for rank, source in enumerate(PlanSource)}, value=_newest.c.source
        ).desc(),
    )
    .subquery("in_force")
)
_asked_for = _in_force.c.days.contains(
    sa.func.jsonb_build_array(
        sa.func.jsonb_build_object(
            sa.literal_column("'weekday'"),
            sa.cast(sa.extract("isodow", _in_force.c.day), sa.Integer),
            type_=JSONB,
        ),
        type_=JSONB,
    )
)


def _that_day(table: sa.Table, day: sa.Column[object]) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.child_id == _in_force.c.child_id, day == _in_force.c.day)


PLANNED = Query(
    sa.select(
        sa.func.count().label("days"),
        sa.func.count(_in_force.c.child_id.distinct()).label("children"),
        sa.func.count(_LOG.child_id).label("kept"),
        sa.func.count(_LOG.child_id.distinct()).label("kept_children"),
    )
    .join_from(
        _in_force, DAILY_ACTIVITY_LOG, _that_day(DAILY_ACTIVITY_LOG, _LOG.therapy_day), isouter=True
    )
    .where(
        _asked_for,
        _in_force.c.day != sa.all_(_in_force.c.rests_on),
        ~sa.exists().where(_that_day(EXCEPTIONAL_DAY, EXCEPTIONAL_DAY.c.day)),
        ~sa.exists().where(
            PAUSE.c.child_id == _in_force.c.child_id,
            PAUSE.c.from_day <= _in_force.c.day,
            sa.or_(PAUSE.c.to_day.is_(None), PAUSE.c.to_day >= _in_force.c.day),
        ),
    ),
    PlannedDays,
)

_PLAY = PLAY_RECORD.c
_late = sa.and_(
    _PLAY.clock != DeviceClock.UNTRUSTED.value,
    _PLAY.received_at - _PLAY.started_at > sa.literal_column("interval '1 day'", sa.Interval),
)
UPLOADS = Query(
    sa.select(
        sa.func.count().label("all"),
        sa.func.count(_PLAY.child_id.distinct()).label("children"),
        sa.func.count().filter(_late).label("late"),
        sa.func.count(_PLAY.child_id.distinct()).filter(_late).label("late_children"),
    ).where(
        _PLAY.received_at >= sa.bindparam("from_instant"),
        _PLAY.received_at < sa.bindparam("to_instant"),
        _PLAY.child_id != sa.all_(_WITHOUT),
    ),
    Uploads,
)
