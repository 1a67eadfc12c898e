"""Statements on what results add up to."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.games.models.tallies import Tally
from dodam.features.games.store.results import THIS_CHILD, THIS_GAME
from dodam.features.games.tables.results import STANDING
from dodam.platform.database import Transaction
from dodam.platform.statements import Query, Statement


class Held(Struct, frozen=True):
    child_id: UUID


_STANDING = STANDING.c
_FIELDS = Tally.__struct_fields__
_of_child = sa.select(*(_STANDING[name] for name in _FIELDS)).where(
    _STANDING.child_id == THIS_CHILD
)
OF_CHILD = Query(_of_child, Tally)
HOLD = Query(
    _of_child.where(_STANDING.game == sa.any_(sa.bindparam("games", type_=ARRAY(sa.Text))))
    .order_by(_STANDING.game)
    .with_for_update(),
    Tally,
)
# Those that are held by others are being added to, and so counted anew by whoever holds them.
HOLD_OLDER = Query(
    sa.select(_STANDING.child_id)
    .where(_STANDING.game == THIS_GAME, _STANDING.version < sa.bindparam("version"))
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True),
    Held,
)

_given = (
    sa.func.unnest(
        *(
            sa.bindparam(name, type_=ARRAY(_STANDING[name].type))
            for name in (_STANDING.child_id.name, *_FIELDS)
        )
    )
    .table_valued(
        *(sa.column(name, _STANDING[name].type) for name in (_STANDING.child_id.name, *_FIELDS))
    )
    .render_derived(name="given")
)
_insert = insert(STANDING).from_select(["child_id", *_FIELDS], sa.select(*_given.c))
_KEEP = Statement(
    _insert.on_conflict_do_update(
        index_elements=[_STANDING.child_id, _STANDING.game],
        set_={name: _insert.excluded[name] for name in _FIELDS if name != "game"},
    )
)


async def keep(tx: Transaction, tallies: Sequence[tuple[UUID, Tally]]) -> None:
    """Store tallies of children, each of which is held or new."""
    await _KEEP.execute(
        tx,
        child_id=[child_id for child_id, _ in tallies],
        **{name: [getattr(tally, name) for _, tally in tallies] for name in _FIELDS},
    )
