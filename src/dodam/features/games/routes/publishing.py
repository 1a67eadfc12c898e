"""Publishing mini-games, over HTTP, for the staff."""

from typing import Annotated

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.games.models.authoring import (
    GameOrder,
    ListedVersion,
    PublicationForm,
    RetirementForm,
    Version,
)
from dodam.features.games.routes.parameters import GameId
from dodam.features.games.service.publishing import Publishing
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_LARGEST = 2_147_483_647
_Number = Annotated[int, PathParameter(ge=1, le=_LARGEST, examples=[Example("A version", value=1)])]
_Before = Annotated[int, QueryParameter(name="before", ge=1, le=_LARGEST)]
_Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=100)]


class PublishingController(Controller):
    path = "/staff/games"
    tags = ["games"]

    @post(
        "/{game_id:str}/publish",
        summary="Publish a mini-game",
        operation_id="publishGame",
        responses=problem_responses(400, 401, 403, 404, 409),
        opt=staff_who_may(Permission.MANAGE_GAMES),
    )
    async def publish(
        self,
        game_id: GameId,
        data: Annotated[
            PublicationForm,
            Body(examples=[Example("The draft", value={"edit": 3, "note": "점수판을 더했어요"})]),
        ],
        db: NamedDependency[Database],
        publishing: NamedDependency[Publishing],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Version:
        """The draft becomes the version that is played from now on.

        Results of the versions before are taken for ever. Live settings of the game that are in
        force or scheduled must fit its new schema, else `errors` names them.
        """
        async with db.transaction() as tx:
            return await publishing.publish(tx, Actor.calling(caller, origin), game_id, data)

    @get(
        "/{game_id:str}/versions",
        summary="List a mini-game's versions",
        operation_id="listGameVersions",
        responses=problem_responses(400, 401, 403, 404),
        opt=staff_who_may(Permission.READ_DRAFTS),
    )
    async def versions(
        self,
        game_id: GameId,
        db: NamedDependency[Database],
        publishing: NamedDependency[Publishing],
        before: _Before = _LARGEST,
        limit: _Limit = 50,
    ) -> list[ListedVersion]:
        """The newest first; `before` the last one of a page asks for the next."""
        async with db.reading() as reading:
            return await publishing.versions(reading, game_id, before=before, limit=limit)

    @get(
        "/{game_id:str}/versions/{version:int}",
        summary="Show a version of a mini-game",
        operation_id="getGameVersion",
        responses=problem_responses(400, 401, 403, 404),
        opt=staff_who_may(Permission.READ_DRAFTS),
    )
    async def version(
        self,
        game_id: GameId,
        version: _Number,
        db: NamedDependency[Database],
        publishing: NamedDependency[Publishing],
    ) -> Version:
        """As it was published; to go back to it, write it into the draft and publish that."""
        async with db.reading() as reading:
            return await publishing.version(reading, game_id, version)

    @put(
        "/{game_id:str}/retired",
        summary="Retire or restore a mini-game",
        operation_id="retireGame",
        responses=problem_responses(400, 401, 403, 404, 409),
        status_code=204,
        opt=staff_who_may(Permission.MANAGE_GAMES),
    )
    async def retire(
        self,
        game_id: GameId,
        data: Annotated[
            RetirementForm, Body(examples=[Example("Retire", value={"retired": True})])
        ],
        db: NamedDependency[Database],
        publishing: NamedDependency[Publishing],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """A retired game is not offered any more; results that come late are still taken."""
        async with db.transaction() as tx:
            await publishing.retire(
                tx, Actor.calling(caller, origin), game_id, retired=data.retired
            )

    @put(
        "/order",
        summary="Put the mini-games in order",
        operation_id="orderGames",
        responses=problem_responses(400, 401, 403),
        status_code=204,
        opt=staff_who_may(Permission.MANAGE_GAMES),
    )
    async def order(
        self,
        data: Annotated[
            GameOrder,
            Body(examples=[Example("Two games", value={"games": ["cooking", "brushing"]})]),
        ],
        db: NamedDependency[Database],
        publishing: NamedDependency[Publishing],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """In which they are offered. Every game is named, those that are retired too."""
        async with db.transaction() as tx:
            await publishing.order(tx, Actor.calling(caller, origin), data)
