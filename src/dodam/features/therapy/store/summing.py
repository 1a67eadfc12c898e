"""What the tables of sums hold of plays, as expressions over the plays' columns."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from dodam.features.therapy.tables import (
    DAILY_ACTIVITY_LOG,
    DAILY_MOTION_LOG,
    THERAPY_RESULT,
)

Columns = ReadOnlyColumnCollection[str, Any]
Expression = sa.ColumnElement[Any]

_MILLISECOND = sa.literal_column("interval '1 millisecond'", sa.Interval)
_KEEP_THE_LEAST = frozenset({"therapy_day", "started_at", "first_play_at"})
_KEEP_THE_GREATEST = frozenset({"ended_at", "last_play_at"})


def keys(table: sa.Table) -> list[str]:
    return [column.name for column in table.primary_key.columns]


def summed(table: sa.Table, play: Columns) -> dict[str, Expression]:
    """What each column of a table of sums, beside its keys, is of a group of plays."""
    started = sa.func.min(play.started_at)
    ended = sa.func.max(play.started_at + play.duration_ms * _MILLISECOND)
    spans: dict[sa.Table, Mapping[str, Expression]] = {
        DAILY_ACTIVITY_LOG: {"first_play_at": started, "last_play_at": ended},
        DAILY_MOTION_LOG: {},
        THERAPY_RESULT: {
            "therapy_day": sa.func.min(play.therapy_day),
            "started_at": started,
            "ended_at": ended,
        },
    }
    return {
        **spans[table],
        "plays": sa.func.count(),
        "repetitions": sa.func.sum(play.repetitions),
        "successes": sa.func.sum(play.successes),
        "active_ms": sa.func.sum(play.duration_ms),
        "accuracy_bp": sa.func.coalesce(sa.func.sum(play.accuracy_bp), 0),
        "accuracy_plays": sa.func.count(play.accuracy_bp),
        "score": sa.func.coalesce(sa.func.sum(play.score), 0),
    }


def together(name: str, old: Expression, new: Expression) -> Expression:
    """What a column is of two groups of plays, by what it is of each."""
    if name in _KEEP_THE_LEAST | _KEEP_THE_GREATEST:
        choose: Callable[..., Expression] = (
            sa.func.least if name in _KEEP_THE_LEAST else sa.func.greatest
        )
        return choose(old, new)
    return old + new
