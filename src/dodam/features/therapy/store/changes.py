"""Statements on what was added of late, and on given days and sessions of many children."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dodam.features.therapy.models.changes import Touched
from dodam.features.therapy.store.goals import GIVEN_DAYS, ChildsSums, is_given
from dodam.features.therapy.store.sums import DaySums, SessionSums
from dodam.features.therapy.tables import (
    CORRECTED_PLAY,
    CORRECTION,
    DAILY_ACTIVITY_LOG,
    DAILY_MOTION_LOG,
    PLAY_RECORD,
    THERAPY_RESULT,
)
from dodam.platform.statements import Query


class ChildsDay(DaySums, frozen=True, kw_only=True):
    child_id: UUID


class ChildsSession(SessionSums, frozen=True, kw_only=True):
    child_id: UUID


_CHILDREN: sa.BindParameter[Sequence[UUID]] = sa.bindparam("children", type_=ARRAY(sa.Uuid))
_SINCE: sa.BindParameter[Sequence[datetime]] = sa.bindparam(
    "since", type_=ARRAY(sa.DateTime(timezone=True))
)
_OLDEST = sa.bindparam("oldest", type_=sa.DateTime(timezone=True))
_asked = (
    sa.func.unnest(_CHILDREN, _SINCE)
    .table_valued(sa.column("child_id", sa.Uuid), sa.column("since", sa.DateTime(timezone=True)))
    .render_derived(name="asked")
)
# First by time alone, for which there is a small index, and never child by child through years.
_recent = (
    sa.select(
        PLAY_RECORD.c.child_id,
        PLAY_RECORD.c.therapy_day,
        PLAY_RECORD.c.session_id,
        PLAY_RECORD.c.received_at,
    )
    .where(PLAY_RECORD.c.received_at >= _OLDEST)
    .cte("recent")
    .prefix_with("materialized", dialect="postgresql")
)
ADDED = Query(
    sa.select(*(_recent.c[name] for name in Touched.__struct_fields__))
    .join_from(_recent, _asked, _recent.c.child_id == _asked.c.child_id)
    .where(_recent.c.received_at >= _asked.c.since)
    .distinct(),
    Touched,
)
CORRECTED = Query(
    sa.select(*(PLAY_RECORD.c[name] for name in Touched.__struct_fields__))
    .join_from(_asked, CORRECTION, CORRECTION.c.child_id == _asked.c.child_id)
    .join(
        CORRECTED_PLAY,
        sa.and_(
            CORRECTED_PLAY.c.child_id == CORRECTION.c.child_id,
            CORRECTED_PLAY.c.number == CORRECTION.c.number,
        ),
    )
    .join(
        PLAY_RECORD,
        sa.and_(
            PLAY_RECORD.c.child_id == CORRECTED_PLAY.c.child_id,
            PLAY_RECORD.c.id == CORRECTED_PLAY.c.play_id,
        ),
    )
    .where(CORRECTION.c.made_at >= _OLDEST, CORRECTION.c.made_at >= _asked.c.since)
    .distinct(),
    Touched,
)

DAYS = Query(
    sa.select(*DAILY_ACTIVITY_LOG.columns).join_from(
        GIVEN_DAYS, DAILY_ACTIVITY_LOG, is_given(DAILY_ACTIVITY_LOG)
    ),
    ChildsDay,
)
MOTIONS = Query(
    sa.select(*DAILY_MOTION_LOG.columns)
    .join_from(GIVEN_DAYS, DAILY_MOTION_LOG, is_given(DAILY_MOTION_LOG))
    .order_by(*DAILY_MOTION_LOG.primary_key.columns),
    ChildsSums,
)
_given_sessions = (
    sa.func.unnest(_CHILDREN, sa.bindparam("sessions", type_=ARRAY(sa.Uuid)))
    .table_valued(sa.column("child_id", sa.Uuid), sa.column("session_id", sa.Uuid))
    .render_derived(name="given")
)
SESSIONS = Query(
    sa.select(*THERAPY_RESULT.columns).join_from(
        _given_sessions,
        THERAPY_RESULT,
        sa.and_(
            THERAPY_RESULT.c.child_id == _given_sessions.c.child_id,
            THERAPY_RESULT.c.session_id == _given_sessions.c.session_id,
        ),
    ),
    ChildsSession,
)
