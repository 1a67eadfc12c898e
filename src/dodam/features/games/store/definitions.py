"""Statements on published games."""

from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct

from dodam.features.games.models.definitions import Definition, Game
from dodam.features.games.tables.definitions import GAME, VERSION
from dodam.platform.statements import Query


class DefinitionRow(Struct, frozen=True):
    id: UUID
    definition: Definition
    published_by: UUID | None


_PUBLISHED_GAME = (
    GAME.c.id,
    VERSION.c.version,
    GAME.c.position,
    GAME.c.retired,
    VERSION.c.definition,
)

PUBLISHED = Query(
    sa.select(*_PUBLISHED_GAME)
    .join(VERSION, sa.and_(VERSION.c.game == GAME.c.id, VERSION.c.version == GAME.c.version))
    .order_by(GAME.c.position, GAME.c.id),
    Game,
)
DEFINITION = Query(
    sa.select(*(VERSION.c[name] for name in DefinitionRow.__struct_fields__)).where(
        VERSION.c.game == sa.bindparam("of_game"), VERSION.c.version == sa.bindparam("of_version")
    ),
    DefinitionRow,
)
