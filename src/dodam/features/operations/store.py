"""Statements on notices, and on what was noticed so far."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.operations.models.notices import Notice
from dodam.features.operations.tables import DEAD_LETTERS_TOLD, LATE_LANE, NOTICE
from dodam.platform.statements import Query, Statement

# A job is held by a statement that takes less.
_SETTLED = sa.text("interval '5 seconds'")


class Until(Struct):
    until: datetime


class KnownLate(Struct):
    lane: str
    lasted: timedelta


ADD = Statement(
    sa.insert(NOTICE).values(
        **{name: sa.bindparam(name) for name in Notice.__struct_fields__},
    )
)
UNSENT = Query(
    sa.select(*(NOTICE.c[name] for name in Notice.__struct_fields__))
    .where(
        NOTICE.c.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid))),
        NOTICE.c.sent_at.is_(None),
    )
    .order_by(NOTICE.c.id),
    Notice,
)
SENT = Statement(
    sa.update(NOTICE)
    .where(NOTICE.c.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid))))
    .values(sent_at=sa.bindparam("sent_at"))
)
FORGET = Statement(sa.delete(NOTICE).where(NOTICE.c.at < sa.bindparam("before")))

LATE_LANES = Query(
    sa.select(LATE_LANE.c.lane, (sa.func.now() - LATE_LANE.c.since).label("lasted")), KnownLate
)
IS_LATE = Statement(
    insert(LATE_LANE)
    .values(lane=sa.bindparam("lane"), since=sa.bindparam("since"))
    .on_conflict_do_nothing()
)
IS_NOT_LATE = Statement(sa.delete(LATE_LANE).where(LATE_LANE.c.lane == sa.bindparam("lane")))

TOLD_UNTIL = Query(sa.select(DEAD_LETTERS_TOLD.c.until).with_for_update(), Until)
TELL_UNTIL_NOW = Query(
    insert(DEAD_LETTERS_TOLD)
    .values(one=sa.true(), until=sa.func.now() - _SETTLED)
    .on_conflict_do_update(index_elements=["one"], set_={"until": sa.func.now() - _SETTLED})
    .returning(DEAD_LETTERS_TOLD.c.until),
    Until,
)
