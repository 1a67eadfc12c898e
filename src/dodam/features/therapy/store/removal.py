"""Statements on a child's end."""

import sqlalchemy as sa

from dodam.features.therapy.store.plans import THIS_CHILD
from dodam.features.therapy.tables import (
    CORRECTED_PLAY,
    CORRECTION,
    DAILY_ACTIVITY_LOG,
    DAILY_MOTION_LOG,
    DAILY_RESULT,
    EVENING,
    EXCEPTIONAL_DAY,
    FINISHED_SESSION,
    PAUSE,
    PLAN,
    PLAY_RECORD,
    REACHED_GOAL,
    REACHED_STREAK,
    SESSION_EVENT,
    THERAPY_RESULT,
)
from dodam.platform.statements import Statement

ERASE_CHILD = tuple(
    Statement(sa.delete(table).where(table.c.child_id == THIS_CHILD))
    for table in (
        CORRECTED_PLAY,
        CORRECTION,
        PLAY_RECORD,
        DAILY_MOTION_LOG,
        DAILY_ACTIVITY_LOG,
        THERAPY_RESULT,
        EXCEPTIONAL_DAY,
        PAUSE,
        PLAN,
        REACHED_GOAL,
        REACHED_STREAK,
        SESSION_EVENT,
        FINISHED_SESSION,
        DAILY_RESULT,
        EVENING,
    )
)
CUT_NOTES = tuple(
    Statement(sa.update(table).where(table.c.child_id == THIS_CHILD).values(note=sa.null()))
    for table in (EXCEPTIONAL_DAY, PAUSE, PLAN)
)
STOP_EVENINGS = Statement(sa.delete(EVENING).where(EVENING.c.child_id == THIS_CHILD))
# A device's name may be its owner's.
CUT_DEVICES = Statement(
    sa.update(PLAY_RECORD)
    .where(PLAY_RECORD.c.child_id == THIS_CHILD, PLAY_RECORD.c.device.is_not(None))
    .values(device=sa.null())
)
# So may whose device it was.
CUT_DEVICE_IDS = Statement(
    sa.update(SESSION_EVENT)
    .where(SESSION_EVENT.c.child_id == THIS_CHILD)
    .values(device_id=sa.null())
)
# What staff wrote, of a sibling's corrections too where plays went from one to the other.
_with_it = sa.or_(CORRECTION.c.child_id == THIS_CHILD, CORRECTION.c.other_child_id == THIS_CHILD)
CUT_CORRECTIONS = Statement(
    sa.update(CORRECTION).where(_with_it).values(reason=sa.null(), other_child_id=sa.null())
)
