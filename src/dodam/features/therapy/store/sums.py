"""Statements on the running sums of one child, and of all."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY

from dodam.features.content.models.motions import TherapyHand
from dodam.features.therapy.models.results import Sums
from dodam.features.therapy.store.plans import THIS_CHILD
from dodam.features.therapy.tables import (
    DAILY_ACTIVITY_LOG,
    DAILY_MOTION_LOG,
    THERAPY_RESULT,
)
from dodam.platform.statements import Query


class MotionSums(Sums, frozen=True, kw_only=True):
    therapy_day: date
    motion: str
    hand: TherapyHand


class DaySums(Sums, frozen=True, kw_only=True):
    therapy_day: date
    first_play_at: datetime
    last_play_at: datetime


class SessionSums(Sums, frozen=True, kw_only=True):
    session_id: UUID
    therapy_day: date
    started_at: datetime
    ended_at: datetime


class DayRow(Struct, frozen=True):
    therapy_day: date


def _between(table: sa.Table) -> Sequence[sa.ColumnElement[bool]]:
    return (
        table.c.child_id == THIS_CHILD,
        table.c.therapy_day.between(sa.bindparam("from_day"), sa.bindparam("to_day")),
    )


def _sum_columns(table: sa.Table) -> list[sa.Column[object]]:
    return [column for column in table.columns if column.name != "child_id"]


MOTION_SUMS = Query(
    sa.select(*_sum_columns(DAILY_MOTION_LOG))
    .where(*_between(DAILY_MOTION_LOG))
    .order_by(*DAILY_MOTION_LOG.primary_key.columns),
    MotionSums,
)
DAY_SUMS = Query(
    sa.select(*_sum_columns(DAILY_ACTIVITY_LOG))
    .where(*_between(DAILY_ACTIVITY_LOG))
    .order_by(DAILY_ACTIVITY_LOG.c.therapy_day),
    DaySums,
)
SESSION_SUMS = Query(
    sa.select(*_sum_columns(THERAPY_RESULT))
    .where(*_between(THERAPY_RESULT))
    .order_by(THERAPY_RESULT.c.started_at, THERAPY_RESULT.c.session_id),
    SessionSums,
)
ATTENDED_DAYS = Query(
    sa.select(DAILY_ACTIVITY_LOG.c.therapy_day)
    .where(DAILY_ACTIVITY_LOG.c.child_id == THIS_CHILD)
    .order_by(DAILY_ACTIVITY_LOG.c.therapy_day),
    DayRow,
)


class PlayedByAll(Struct, frozen=True):
    therapy_day: date
    children: int
    plays: int
    active_ms: int


def _total(column: sa.Column[object]) -> sa.Label[int]:
    return sa.cast(sa.func.sum(column), sa.BigInteger).label(column.name)


PLAYED_BY_ALL = Query(
    sa.select(
        DAILY_ACTIVITY_LOG.c.therapy_day,
        sa.func.count().label("children"),
        _total(DAILY_ACTIVITY_LOG.c.plays),
        _total(DAILY_ACTIVITY_LOG.c.active_ms),
    )
    .where(
        DAILY_ACTIVITY_LOG.c.therapy_day.between(sa.bindparam("from_day"), sa.bindparam("to_day")),
        DAILY_ACTIVITY_LOG.c.child_id != sa.all_(sa.bindparam("without", type_=ARRAY(sa.Uuid))),
    )
    .group_by(DAILY_ACTIVITY_LOG.c.therapy_day),
    PlayedByAll,
)
