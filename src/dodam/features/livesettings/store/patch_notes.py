"""Statements on patch notes."""

from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert

from dodam.features.livesettings.models.patch_notes import PatchNoteEdit
from dodam.features.livesettings.tables.patch_notes import PATCH_NOTE, PATCH_NOTE_READ
from dodam.platform.statements import Query, Statement


class ReadNote(Struct, frozen=True):
    note_id: UUID


_NOTE = PATCH_NOTE.c
_COLUMNS = tuple(_NOTE[name] for name in PatchNoteEdit.__struct_fields__)
_THIS = _NOTE.id == sa.bindparam("note")
_newest = (
    sa.select(*_COLUMNS)
    .ext(distinct_on(_NOTE.id))
    .order_by(_NOTE.id, _NOTE.edit.desc())
    .subquery("newest")
)
_NEWEST = sa.select(_newest)

# None where that edit was made by somebody else meanwhile.
ADD = Query(
    insert(PATCH_NOTE)
    .values({column.name: sa.bindparam(column.name) for column in _COLUMNS})
    .on_conflict_do_nothing()
    .returning(*_COLUMNS),
    PatchNoteEdit,
)
EDITS = Query(sa.select(*_COLUMNS).where(_THIS).order_by(_NOTE.edit.desc()), PatchNoteEdit)
NEWEST = Query(
    sa.select(*_COLUMNS).where(_THIS).order_by(_NOTE.edit.desc()).limit(sa.literal_column("1")),
    PatchNoteEdit,
)
ALL = Query(
    _NEWEST.order_by(_newest.c.id.desc()).limit(sa.bindparam("most", type_=sa.Integer)),
    PatchNoteEdit,
)
PUBLISHED = Query(
    _NEWEST.where(_newest.c.publish_at.is_not(None), ~_newest.c.withdrawn), PatchNoteEdit
)

MARK_READ = Statement(
    insert(PATCH_NOTE_READ)
    .values(
        account_id=sa.bindparam("account"),
        note_id=sa.bindparam("note"),
        read_at=sa.bindparam("now"),
    )
    .on_conflict_do_nothing()
)
READ = Query(
    sa.select(PATCH_NOTE_READ.c.note_id).where(
        PATCH_NOTE_READ.c.account_id == sa.bindparam("account"),
        PATCH_NOTE_READ.c.note_id == sa.any_(sa.bindparam("notes", type_=ARRAY(sa.Uuid))),
    ),
    ReadNote,
)
ERASE = Statement(
    sa.delete(PATCH_NOTE_READ).where(PATCH_NOTE_READ.c.account_id == sa.bindparam("account"))
)
