"""Statements on corrections, and on plays as whoever corrects them sees them."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct, structs
from sqlalchemy.dialects.postgresql import ARRAY

from dodam.features.therapy.models.corrections import CorrectionKind, PlayStanding
from dodam.features.therapy.models.plausibility import Flag
from dodam.features.therapy.store.plans import THIS_CHILD
from dodam.features.therapy.store.plays import NewPlay
from dodam.features.therapy.tables import CORRECTED_PLAY, CORRECTION, PLAY_RECORD
from dodam.platform.statements import Query, Statement


class PlayToCorrect(NewPlay, frozen=True):
    standing: PlayStanding

    def given_to(self, child_id: UUID, day: date, flags: list[Flag]) -> NewPlay:
        """The same play of another child, on whose therapy day it may lie differently."""
        same = NewPlay(*(getattr(self, name) for name in NewPlay.__struct_fields__))
        return structs.replace(same, child_id=child_id, therapy_day=day, flags=flags)


class CorrectionRow(Struct, frozen=True):
    number: int
    kind: CorrectionKind
    reason: str | None
    made_by: UUID
    made_at: datetime
    other_child_id: UUID | None


class CorrectedPlayRow(Struct, frozen=True):
    number: int
    play_id: UUID
    before: PlayStanding
    after: PlayStanding


_PLAY, _CORRECTION, _CORRECTED = PLAY_RECORD.c, CORRECTION.c, CORRECTED_PLAY.c
_ROW = tuple(_CORRECTION[name] for name in CorrectionRow.__struct_fields__)
_IDS = sa.bindparam("ids", type_=ARRAY(sa.Uuid))
_THESE = (_PLAY.child_id == THIS_CHILD, _PLAY.id == sa.any_(_IDS))

_last = (
    sa.select(_CORRECTED.after)
    .where(_CORRECTED.child_id == _PLAY.child_id, _CORRECTED.play_id == _PLAY.id)
    .order_by(_CORRECTED.number.desc())
    .limit(1)
    .scalar_subquery()
)
_standing = sa.case(
    (_PLAY.voided_at.is_(None), sa.literal_column("'counted'", sa.Text)), else_=_last
)
_no_flags = sa.literal_column("'{}'", ARRAY(sa.Text))
PLAYS = Query(
    sa.select(
        *(_PLAY[name] for name in NewPlay.__struct_fields__ if name != "flags"),
        sa.func.coalesce(_PLAY.flags, _no_flags).label("flags"),
        _standing.label("standing"),
    ).where(*_THESE),
    PlayToCorrect,
)
# A play that was voided before keeps the time.
VOID = Statement(
    sa.update(PLAY_RECORD)
    .where(*_THESE)
    .values(
        voided_at=sa.func.coalesce(
            _PLAY.voided_at, sa.bindparam("at", type_=sa.DateTime(timezone=True))
        )
    )
)
COUNT_AGAIN = Statement(sa.update(PLAY_RECORD).where(*_THESE).values(voided_at=sa.null()))

# Whoever corrects holds the child, so that numbers have no gaps.
_next = sa.select(sa.func.coalesce(sa.func.max(_CORRECTION.number), 0) + 1).where(
    _CORRECTION.child_id == sa.bindparam("child_id", type_=sa.Uuid)
)
ADD = Query(
    sa.insert(CORRECTION)
    .values(
        number=_next.scalar_subquery(),
        **{
            column.name: sa.bindparam(column.name)
            for column in CORRECTION.columns
            if column.name != "number"
        },
    )
    .returning(*_ROW),
    CorrectionRow,
)
_given = {"play_id": sa.Uuid(), "before": sa.Text(), "after": sa.Text()}
_given_plays = (
    sa.func.unnest(*(sa.bindparam(name, type_=ARRAY(kind)) for name, kind in _given.items()))
    .table_valued(*(sa.column(name, kind) for name, kind in _given.items()))
    .render_derived(name="given")
)
ADD_PLAYS = Statement(
    sa.insert(CORRECTED_PLAY).from_select(
        ["child_id", "number", *_given],
        sa.select(
            sa.bindparam("child_id", type_=sa.Uuid),
            sa.bindparam("number", type_=sa.Integer),
            *_given_plays.c,
        ),
    )
)

PAGE = Query(
    sa.select(*_ROW)
    .where(
        _CORRECTION.child_id == THIS_CHILD,
        _CORRECTION.number < sa.bindparam("before", type_=sa.Integer),
    )
    .order_by(_CORRECTION.number.desc())
    .limit(sa.bindparam("most", type_=sa.Integer)),
    CorrectionRow,
)
PLAYS_OF = Query(
    sa.select(*(_CORRECTED[name] for name in CorrectedPlayRow.__struct_fields__))
    .where(
        _CORRECTED.child_id == THIS_CHILD,
        _CORRECTED.number == sa.any_(sa.bindparam("numbers", type_=ARRAY(sa.Integer))),
    )
    .order_by(_CORRECTED.number, _CORRECTED.play_id),
    CorrectedPlayRow,
)
