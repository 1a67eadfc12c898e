"""Statements by which mini-games are written."""

from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.games.models.authoring import Draft, ListedGame, ListedVersion, Version
from dodam.features.games.tables.definitions import DRAFT, GAME, VERSION
from dodam.platform.statements import Query, Statement


class GameRow(Struct, frozen=True):
    id: str
    uuid: UUID
    position: int
    retired: bool
    version: int | None


class CountRow(Struct, frozen=True):
    games: int
    last: int


_GAME = tuple(GAME.c[name] for name in GameRow.__struct_fields__)
_DRAFT = tuple(DRAFT.c[name] for name in Draft.__struct_fields__)
_THIS_GAME = GAME.c.id == sa.bindparam("of_game")
_THIS_DRAFT = DRAFT.c.game == sa.bindparam("of_game")
_NEWEST = sa.and_(VERSION.c.game == GAME.c.id, VERSION.c.version == GAME.c.version)

GAMES = Query(
    sa.select(
        GAME.c.id,
        sa.func.coalesce(VERSION.c.definition, DRAFT.c.definition)["name"].label("name"),
        GAME.c.position,
        GAME.c.retired,
        GAME.c.version,
        DRAFT.c.edit,
    )
    .outerjoin(VERSION, _NEWEST)
    .outerjoin(DRAFT, DRAFT.c.game == GAME.c.id)
    .order_by(GAME.c.position, GAME.c.id),
    ListedGame,
)
FIND = Query(sa.select(*_GAME).where(_THIS_GAME), GameRow)
# Whoever changes a game holds it, so that changes follow one another.
HOLD = Query(sa.select(*_GAME).where(_THIS_GAME).with_for_update(), GameRow)
HOLD_ALL = Query(sa.select(*_GAME).order_by(GAME.c.id).with_for_update(), GameRow)
COUNT = Query(
    sa.select(
        sa.func.count().label("games"),
        sa.func.coalesce(sa.func.max(GAME.c.position), 0).label("last"),
    ).select_from(GAME),
    CountRow,
)
ADD = Statement(
    insert(GAME)
    .values(
        id=sa.bindparam("id"),
        uuid=sa.bindparam("uuid"),
        position=sa.bindparam("position"),
        retired=sa.false(),
    )
    .on_conflict_do_nothing(index_elements=[GAME.c.id])
)
FORGET = Statement(sa.delete(GAME).where(_THIS_GAME))
MOVE = Statement(sa.update(GAME).where(_THIS_GAME).values(position=sa.bindparam("to_position")))
RETIRE = Statement(sa.update(GAME).where(_THIS_GAME).values(retired=sa.bindparam("is_retired")))
OFFER = Statement(sa.update(GAME).where(_THIS_GAME).values(version=sa.bindparam("new_version")))

DRAFT_OF = Query(sa.select(*_DRAFT).where(_THIS_DRAFT), Draft)
_insert = insert(DRAFT).values({column.name: sa.bindparam(column.name) for column in DRAFT.c})
SAVE = Query(
    _insert.on_conflict_do_update(
        index_elements=[DRAFT.c.game],
        set_={
            name: _insert.excluded[name]
            for name in ("edit", "definition", "changed_at", "changed_by")
        },
    ).returning(*_DRAFT),
    Draft,
)
DISCARD = Statement(sa.delete(DRAFT).where(_THIS_DRAFT))

PUBLISH = Query(
    sa.insert(VERSION)
    .values({column.name: sa.bindparam(column.name) for column in VERSION.c})
    .returning(*(VERSION.c[name] for name in Version.__struct_fields__)),
    Version,
)
VERSIONS = Query(
    sa.select(*(VERSION.c[name] for name in ListedVersion.__struct_fields__))
    .where(
        VERSION.c.game == sa.bindparam("of_game"),
        VERSION.c.version < sa.bindparam("before", type_=sa.Integer),
    )
    .order_by(VERSION.c.version.desc())
    .limit(sa.bindparam("most", type_=sa.Integer)),
    ListedVersion,
)
VERSION_OF = Query(
    sa.select(*(VERSION.c[name] for name in Version.__struct_fields__)).where(
        VERSION.c.game == sa.bindparam("of_game"), VERSION.c.version == sa.bindparam("of_version")
    ),
    Version,
)
