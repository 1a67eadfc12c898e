"""Statements on days that a child has played on, and on streaks that were told of."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dodam.features.therapy.store.goals import GIVEN_DAYS, ChildDay, is_given
from dodam.features.therapy.tables import PLAY_RECORD, REACHED_STREAK
from dodam.platform.statements import Query

# Those of the days in the parameters `children` and `days` that voided plays lie on.
VOIDED_DAYS = Query(
    sa.select(PLAY_RECORD.c.child_id, PLAY_RECORD.c.therapy_day)
    .distinct()
    .join_from(GIVEN_DAYS, PLAY_RECORD, is_given(PLAY_RECORD))
    .where(PLAY_RECORD.c.voided_at.is_not(None)),
    ChildDay,
)

_given = {column.name: sa.bindparam(column.name, type_=column.type) for column in REACHED_STREAK.c}
_told = REACHED_STREAK.alias("told")
# Nothing comes back where the streak, which began on `begun_on`, was told of at this length. Plays
# that come in late may have moved its beginning, or put streaks together.
NOTE_STREAK = Query(
    insert(REACHED_STREAK)
    .from_select(
        list(_given),
        sa.select(*_given.values()).where(
            ~sa.exists().where(
                _told.c.child_id == _given["child_id"],
                _told.c.length == _given["length"],
                _told.c.therapy_day >= sa.bindparam("begun_on", type_=sa.Date),
            )
        ),
    )
    .on_conflict_do_nothing()
    .returning(REACHED_STREAK.c.child_id, REACHED_STREAK.c.therapy_day),
    ChildDay,
)
