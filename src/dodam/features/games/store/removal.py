"""Statements on a child's end."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from dodam.features.games.store.results import THIS_CHILD
from dodam.features.games.tables.plays import PLAY
from dodam.features.games.tables.results import RESULT, REWARDED, SAVE, STANDING
from dodam.platform.database import Transaction
from dodam.platform.statements import Query, Statement

ERASE_CHILD = tuple(
    Statement(sa.delete(table).where(table.c.child_id == THIS_CHILD))
    for table in (PLAY, RESULT, STANDING, REWARDED, SAVE)
)
ERASE_SAVES = Statement(sa.delete(SAVE).where(SAVE.c.child_id == THIS_CHILD))
# A device's name may be its owner's.
CUT_DEVICES = Statement(
    sa.update(RESULT)
    .where(RESULT.c.child_id == THIS_CHILD, RESULT.c.device.is_not(None))
    .values(device=sa.null())
)


class Wordy(Struct, frozen=True):
    """A result with text in it."""

    id: UUID
    result: dict[str, Any]


SOME_WITH_WORDS = Query(
    sa.select(RESULT.c.id, RESULT.c.result)
    .where(
        RESULT.c.child_id == THIS_CHILD,
        sa.func.jsonb_path_exists(
            RESULT.c.result,
            sa.cast(
                sa.literal_column("'strict $.** ? (@.type() == \"string\")'"), JSONB.JSONPathType
            ),
        ),
    )
    .limit(1_000),
    Wordy,
)
_given = (
    sa.func.unnest(
        sa.bindparam("ids", type_=ARRAY(sa.Uuid)), sa.bindparam("results", type_=ARRAY(JSONB))
    )
    .table_valued(sa.column("id", sa.Uuid), sa.column("result", JSONB))
    .render_derived(name="given")
)
_REPLACE = Statement(
    sa.update(RESULT)
    .where(RESULT.c.child_id == THIS_CHILD, RESULT.c.id == _given.c.id)
    .values(result=_given.c.result)
)


async def replace_results(tx: Transaction, child_id: UUID, results: Iterable[Wordy]) -> None:
    ids, values = zip(*((each.id, each.result) for each in results), strict=True)
    await _REPLACE.execute(tx, child=child_id, ids=ids, results=values)
