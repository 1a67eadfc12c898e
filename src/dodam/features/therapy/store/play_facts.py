"""Statements that add up a child's plays in ways no running sum does."""

from typing import Any

import sqlalchemy as sa

from dodam.features.therapy.models.play_facts import (
    DayFacts,
    EverPlayed,
    PaceFacts,
    StretchFacts,
)
from dodam.features.therapy.store.plans import THIS_CHILD
from dodam.features.therapy.tables import DAILY_ACTIVITY_LOG, DAILY_MOTION_LOG, PLAY_RECORD
from dodam.platform.statements import Query

_THIRDS = 3

_PLAY = PLAY_RECORD.c
_KIND = (_PLAY.motion, _PLAY.hand, _PLAY.difficulty)
_COUNTED = (_PLAY.child_id == THIS_CHILD, _PLAY.voided_at.is_(None))
_IN_RANGE = (
    *_COUNTED,
    _PLAY.therapy_day.between(
        sa.bindparam("from_day", type_=sa.Date), sa.bindparam("to_day", type_=sa.Date)
    ),
)
_LASTED = _PLAY.duration_ms > 0


def _total(
    value: sa.ColumnElement[int], where: sa.ColumnElement[bool] | None = None
) -> sa.Cast[int]:
    added = sa.func.sum(value)
    chosen = added if where is None else added.filter(where)
    return sa.cast(sa.func.coalesce(chosen, sa.literal_column("0")), sa.BigInteger)


_accuracy = sa.cast(_PLAY.accuracy_bp, sa.BigInteger)
_FACTS: list[sa.Label[Any]] = [
    sa.func.count().label("plays"),
    _total(_PLAY.repetitions).label("repetitions"),
    _total(_PLAY.successes).label("successes"),
    _total(_PLAY.duration_ms).label("active_ms"),
    _total(_PLAY.repetitions, _LASTED).label("timed_repetitions"),
    sa.func.count(_PLAY.accuracy_bp).label("accuracy_plays"),
    _total(_accuracy).label("accuracy_bp"),
    _total(_accuracy * _accuracy).label("accuracy_bp_squared"),
]
_days = (
    sa.select(_PLAY.therapy_day, *_KIND, *_FACTS)
    .where(*_IN_RANGE)
    .group_by(_PLAY.therapy_day, *_KIND)
    .order_by(_PLAY.therapy_day, *_KIND)
)
DAYS = Query(_days, DayFacts)
DAYS_OF_ONE = Query(
    _days.where(_PLAY.motion == sa.bindparam("motion"), _PLAY.hand == sa.bindparam("hand")),
    DayFacts,
)

# The first day of each motion and hand there ever was: of the sums, which are a few rows a day.
_began = (
    sa.select(
        DAILY_MOTION_LOG.c.motion,
        DAILY_MOTION_LOG.c.hand,
        sa.func.min(DAILY_MOTION_LOG.c.therapy_day).label("day"),
    )
    .where(DAILY_MOTION_LOG.c.child_id == THIS_CHILD)
    .group_by(DAILY_MOTION_LOG.c.motion, DAILY_MOTION_LOG.c.hand)
    .subquery("began")
)
# Lateral, so that years of plays that came later are not read.
_beginning = (
    sa.select(_PLAY.therapy_day, *_KIND, *_FACTS)
    .where(
        *_COUNTED,
        _PLAY.motion == _began.c.motion,
        _PLAY.hand == _began.c.hand,
        _PLAY.therapy_day >= _began.c.day,
        _PLAY.therapy_day < _began.c.day + sa.bindparam("days", type_=sa.Integer),
    )
    .group_by(_PLAY.therapy_day, *_KIND)
    .correlate(_began)
    .lateral("beginning")
)
BEGINNINGS = Query(
    sa.select(*_beginning.c)
    .join_from(_began, _beginning, sa.true())
    .order_by(_beginning.c.therapy_day, *(_beginning.c[column.name] for column in _KIND)),
    DayFacts,
)

_ms_a_repetition = sa.cast(_PLAY.duration_ms, sa.Double) / sa.cast(_PLAY.repetitions, sa.Double)


def _quartile(share: str) -> sa.ColumnElement[float]:
    return sa.func.percentile_cont(sa.literal_column(share)).within_group(_ms_a_repetition)


PACES = Query(
    sa.select(
        *_KIND,
        (sa.func.grouping(_PLAY.difficulty) == sa.literal_column("1")).label("all_levels"),
        _quartile("0.25").label("lower"),
        _quartile("0.5").label("median"),
        _quartile("0.75").label("upper"),
    )
    .where(*_IN_RANGE, _LASTED, _PLAY.repetitions > 0)
    .group_by(sa.func.grouping_sets(sa.tuple_(*_KIND), sa.tuple_(_PLAY.motion, _PLAY.hand))),
    PaceFacts,
)

_stretch = (_PLAY.session_id, *_KIND)
_until_its_end = sa.func.sum(_PLAY.duration_ms).over(
    partition_by=_stretch, order_by=(_PLAY.started_at, _PLAY.id), rows=(None, 0)
)
_middle = _until_its_end - sa.cast(_PLAY.duration_ms, sa.Double) / 2
_whole = sa.func.sum(_PLAY.duration_ms).over(partition_by=_stretch)
_placed = (
    sa.select(
        *_stretch,
        _PLAY.repetitions,
        _PLAY.successes,
        _PLAY.duration_ms,
        (_middle * _THIRDS / _whole).label("place"),
    )
    .where(*_IN_RANGE, _LASTED)
    .subquery("placed")
    .c
)
_in_first = _placed.place < 1
_in_last = _placed.place >= _THIRDS - 1
_fewest = sa.bindparam("fewest", type_=sa.Integer)
STRETCHES = Query(
    sa.select(
        _placed.motion,
        _placed.hand,
        *(
            _total(_placed[column], third).label(f"{name}_{what}")
            for name, third in (("first", _in_first), ("last", _in_last))
            for what, column in (
                ("repetitions", "repetitions"),
                ("successes", "successes"),
                ("ms", "duration_ms"),
            )
        ),
    )
    .group_by(*(_placed[column.name] for column in _stretch))
    .having(
        sa.and_(*(_total(_placed.repetitions, third) >= _fewest for third in (_in_first, _in_last)))
    ),
    StretchFacts,
)

EVER_PLAYED = Query(
    sa.select(
        _total(DAILY_ACTIVITY_LOG.c.active_ms).label("active_ms"),
        sa.func.max(DAILY_ACTIVITY_LOG.c.therapy_day).label("last_day"),
    ).where(DAILY_ACTIVITY_LOG.c.child_id == THIS_CHILD),
    EverPlayed,
)
