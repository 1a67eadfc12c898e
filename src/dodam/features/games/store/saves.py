"""Statements on what games save for themselves."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dodam.features.games.models.saves import Save
from dodam.features.games.store.results import THIS_CHILD, THIS_GAME
from dodam.features.games.tables.results import SAVE
from dodam.platform.statements import Query, Statement

FIND = Query(
    sa.select(*(SAVE.c[name] for name in Save.__struct_fields__)).where(
        SAVE.c.child_id == THIS_CHILD, SAVE.c.game == THIS_GAME
    ),
    Save,
)
_insert = insert(SAVE).values(
    child_id=THIS_CHILD,
    game=THIS_GAME,
    **{name: sa.bindparam(name) for name in Save.__struct_fields__},
)
KEEP = Statement(
    _insert.on_conflict_do_update(
        index_elements=[SAVE.c.child_id, SAVE.c.game],
        set_={name: _insert.excluded[name] for name in Save.__struct_fields__},
    )
)
EMPTY = Statement(
    sa.update(SAVE)
    .where(SAVE.c.child_id == THIS_CHILD, SAVE.c.game == THIS_GAME, SAVE.c.data.is_not(None))
    .values(data=sa.null(), version=SAVE.c.version + 1, saved_at=sa.bindparam("saved_at"))
)
