"""Statements on published games."""

import sqlalchemy as sa

from dodam.features.games.models.definitions import Game
from dodam.features.games.tables import definitions as tables
from dodam.platform.statements import Query

_GAME = tables.GAME.c
_VERSION = tables.VERSION.c

_games = (
    sa.select(_GAME.id, _VERSION.version, _GAME.position, _GAME.retired, _VERSION.definition)
    .join(tables.VERSION, _VERSION.game == _GAME.id)
    .order_by(_GAME.position, _GAME.id)
)
NEWEST = Query(_games.where(_VERSION.version == _GAME.version), Game)
VERSION = Query(
    _games.where(
        _GAME.id == sa.bindparam("of_game"), _VERSION.version == sa.bindparam("of_version")
    ),
    Game,
)
