"""Statements on weekly reports."""

from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.crm.tables import REPORT
from dodam.platform.statements import Query, Statement


class WeekKey(Struct, frozen=True):
    week: str


class ReportRow(Struct, frozen=True):
    week: str
    content: dict[str, Any] | None


_NOW = sa.bindparam("now", type_=sa.DateTime(timezone=True))
_UNTIL = sa.bindparam("until", type_=sa.DateTime(timezone=True))
_THIS = REPORT.c.week == sa.bindparam("of_week")
_MINE = (_THIS, REPORT.c.busy_until == _UNTIL)
_UNWRITTEN = REPORT.c.written_at.is_(None)

WANT = Statement(insert(REPORT).values(week=sa.bindparam("of_week")).on_conflict_do_nothing())
UNWRITTEN = Query(sa.select(REPORT.c.week).where(_UNWRITTEN).order_by(REPORT.c.week), WeekKey)
# Nothing comes back if the report is written, or another worker writes it.
CLAIM = Query(
    sa.update(REPORT)
    .where(_THIS, _UNWRITTEN, sa.or_(REPORT.c.busy_until.is_(None), REPORT.c.busy_until <= _NOW))
    .values(busy_until=_UNTIL)
    .returning(REPORT.c.week, REPORT.c.content),
    ReportRow,
)
KEEP = Statement(sa.update(REPORT).where(_THIS).values(content=sa.bindparam("new_content")))
IS_UNWRITTEN = Query(sa.select(REPORT.c.week).where(_THIS, _UNWRITTEN), WeekKey)
RELEASE = Statement(sa.update(REPORT).where(*_MINE).values(busy_until=sa.null()))
WRITTEN = Statement(
    sa.update(REPORT)
    .where(*_MINE)
    .values(page_id=sa.bindparam("page"), written_at=_NOW, busy_until=sa.null())
)
