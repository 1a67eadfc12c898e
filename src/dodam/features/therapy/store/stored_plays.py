"""The statement on plays that are looked at."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct

from dodam.features.content.models.motions import HandClassLabel, TherapyHand
from dodam.features.therapy.models.corrections import CorrectionKind, PlayStanding
from dodam.features.therapy.models.plausibility import Flag
from dodam.features.therapy.models.plays import DeviceClock
from dodam.features.therapy.store.plans import THIS_CHILD
from dodam.features.therapy.tables import CORRECTED_PLAY, CORRECTION, PLAY_RECORD
from dodam.platform.statements import Query


class ShownPlay(Struct, frozen=True):
    id: UUID
    session_id: UUID
    motion: str
    hand: TherapyHand
    therapy_day: date
    started_at: datetime
    duration_ms: int
    repetitions: int
    successes: int
    accuracy_bp: int | None
    score: int | None
    difficulty: int | None
    label: HandClassLabel | None
    device: str | None
    clock: DeviceClock
    device_started_at: datetime | None
    received_at: datetime
    flags: list[Flag] | None


class PlayRow(ShownPlay, frozen=True):
    """`number` and what follows are of the play's last correction."""

    overlaps: bool
    standing: PlayStanding
    number: int | None
    kind: CorrectionKind | None
    reason: str | None
    made_by: UUID | None
    made_at: datetime | None


_PLAY, _CORRECTION, _CORRECTED = PLAY_RECORD.c, CORRECTION.c, CORRECTED_PLAY.c
_SECOND = sa.literal_column("interval '1 second'", sa.Interval)
_DAY = sa.literal_column("1", sa.Integer)
_ORDER = (_PLAY.therapy_day, _PLAY.started_at, _PLAY.id)
_CURSOR = sa.bindparam("cursor", type_=sa.Uuid)
_last_shown = PLAY_RECORD.alias("last_shown")

_page = (
    sa.select(
        *(_PLAY[name] for name in ShownPlay.__struct_fields__), _PLAY.child_id, _PLAY.voided_at
    )
    .where(
        _PLAY.child_id == THIS_CHILD,
        _PLAY.therapy_day.between(
            sa.bindparam("from_day", type_=sa.Date), sa.bindparam("to_day", type_=sa.Date)
        ),
        sa.or_(
            _CURSOR.is_(None),
            sa.tuple_(*_ORDER)
            < sa.select(*(_last_shown.c[column.name] for column in _ORDER))
            .where(_last_shown.c.child_id == THIS_CHILD, _last_shown.c.id == _CURSOR)
            .scalar_subquery(),
        ),
    )
    .order_by(*(column.desc() for column in _ORDER))
    .limit(sa.bindparam("most", type_=sa.Integer))
    .subquery("page")
)
_other = PLAY_RECORD.alias("other").c


def _ended(
    play: sa.sql.base.ReadOnlyColumnCollection[str, sa.Column[object]],
) -> sa.ColumnElement[datetime]:
    return play.started_at + play.duration_ms * sa.literal_column(
        "interval '1 millisecond'", sa.Interval
    )


_overlaps = sa.exists().where(
    _other.child_id == _page.c.child_id,
    _other.id != _page.c.id,
    _other.voided_at.is_(None),
    _other.therapy_day.between(_page.c.therapy_day - _DAY, _page.c.therapy_day + _DAY),
    sa.func.least(_ended(_other), _ended(_page.c))
    - sa.func.greatest(_other.started_at, _page.c.started_at)
    > _SECOND,
)
_last = (
    sa.select(
        _CORRECTED.after,
        *(_CORRECTION[name] for name in ("number", "kind", "reason", "made_by", "made_at")),
    )
    .join_from(
        CORRECTED_PLAY,
        CORRECTION,
        sa.and_(
            _CORRECTION.child_id == _CORRECTED.child_id, _CORRECTION.number == _CORRECTED.number
        ),
    )
    .where(_CORRECTED.child_id == _page.c.child_id, _CORRECTED.play_id == _page.c.id)
    .order_by(_CORRECTED.number.desc())
    .limit(1)
    .lateral("last")
)
_standing = sa.case(
    (_page.c.voided_at.is_(None), sa.literal_column("'counted'", sa.Text)), else_=_last.c.after
)
PAGE = Query(
    sa.select(
        *(_page.c[name] for name in ShownPlay.__struct_fields__),
        _overlaps.label("overlaps"),
        _standing.label("standing"),
        *(column for column in _last.c if column.name != "after"),
    )
    .join_from(_page, _last, sa.true(), isouter=True)
    .order_by(*(_page.c[column.name].desc() for column in _ORDER)),
    PlayRow,
)
