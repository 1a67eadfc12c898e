"""What a game saves for itself, over HTTP."""

from typing import Annotated

from litestar import Controller, delete, get, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from dodam.features.games.models.saves import NewSave, Save, SavedVersion
from dodam.features.games.routes.parameters import ChildId, GameId
from dodam.features.games.service.saves import Saves
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses
from dodam.platform.tokens import Caller

_FIRST = Example(
    "The first save", value={"version": 0, "data": '{"room":"forest","pets":["rabbit"]}'}
)
_NEXT = Example("One that goes on from version 4", value={"version": 4, "data": "eJyrVkrOyS9O"})


class SavesController(Controller):
    path = "/children/{child_id:uuid}/games/{game_id:str}/save"
    tags = ["games"]

    @get(
        summary="What a mini-game saved",
        operation_id="showGameSave",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def show(
        self,
        child_id: ChildId,
        game_id: GameId,
        db: NamedDependency[Database],
        game_saves: NamedDependency[Saves],
        caller: NamedDependency[Caller],
    ) -> Save:
        """What the game saved for this child last; version 0 and no data where it never did."""
        async with db.reading() as reading:
            return await game_saves.of(reading, caller.account_id, child_id, game_id)

    @put(
        summary="Save for a mini-game",
        operation_id="putGameSave",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def put(
        self,
        child_id: ChildId,
        game_id: GameId,
        data: Annotated[NewSave, Body(examples=[_FIRST, _NEXT])],
        db: NamedDependency[Database],
        game_saves: NamedDependency[Saves],
        caller: NamedDependency[Caller],
    ) -> SavedVersion:
        """Save whatever the game likes, such as which rooms are open; the server never reads it.

        `version` is the one it was made from. Where another tablet saved meanwhile the answer is
        `save_changed` with what there is now, so that the game can put both together and try again.
        """
        async with db.transaction() as tx:
            return await game_saves.keep(tx, caller.account_id, child_id, game_id, data)

    @delete(
        summary="Delete what a mini-game saved",
        operation_id="deleteGameSave",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def delete(
        self,
        child_id: ChildId,
        game_id: GameId,
        db: NamedDependency[Database],
        game_saves: NamedDependency[Saves],
        caller: NamedDependency[Caller],
    ) -> None:
        """Keep nothing of it. Its version goes on, so no tablet takes a later save for its own."""
        async with db.transaction() as tx:
            await game_saves.delete(tx, caller.account_id, child_id, game_id)
