"""Writing mini-games, over HTTP, for the staff."""

from typing import Annotated, Any

from litestar import Controller, Request, delete, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.games.models.authoring import AuthoredGame, Draft, DraftForm, ListedGame
from dodam.features.games.models.trials import Sample, Trial
from dodam.features.games.routes.parameters import GameId
from dodam.features.games.service.drafts import GameDrafts
from dodam.features.games.service.trials import GameTrials
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_Edit = Annotated[
    int,
    QueryParameter(
        name="edit", ge=0, le=2_147_483_646, examples=[Example("The draft's edit", value=3)]
    ),
]
_FISHING: dict[str, Any] = {
    "name": {"ko": "낚시", "en": "Fishing"},
    "description": {"ko": "집게손으로 물고기를 낚아요.", "en": "Catch fish by pinching."},
    "result_schema": {
        "type": "object",
        "properties": {
            "fish": {"type": "integer", "minimum": 0, "maximum": 500},
            "longest_cm": {"type": "number", "minimum": 0, "maximum": 300},
        },
        "required": ["fish"],
        "additionalProperties": False,
    },
    "settings_schema": {
        "type": "object",
        "properties": {"speed": {"type": "number", "minimum": 0.5, "maximum": 3}},
        "required": ["speed"],
        "additionalProperties": False,
    },
    "settings": {"speed": 1},
    "aggregates": [
        {"name": "fish", "kind": "sum", "of": "/fish"},
        {"name": "longest_cm", "kind": "best", "of": "/longest_cm"},
    ],
    "limits": {"plays_a_day": 3},
    "unlock": {"kind": "any", "of": [{"kind": "therapy_done"}, {"kind": "ticket"}]},
    "rewards": [{"name": "full_net", "tickets": 1, "when": {"of": "/fish", "at_least": 20}}],
}

_CATCH = Example(
    "A good catch, under the draft",
    value={"result": {"fish": 23, "longest_cm": 41.5}, "settings": {"speed": 1.2}},
)


class GameDraftsController(Controller):
    path = "/staff/games"
    tags = ["games"]

    @get(
        summary="List every mini-game",
        operation_id="listGamesOfStaff",
        responses=problem_responses(401, 403),
        opt=staff_who_may(Permission.READ_DRAFTS),
    )
    async def list_games(
        self, db: NamedDependency[Database], game_drafts: NamedDependency[GameDrafts]
    ) -> list[ListedGame]:
        """In the order in which they are offered, with those that are retired or only drafted."""
        async with db.reading() as reading:
            return await game_drafts.all(reading)

    @get(
        "/{game_id:str}",
        summary="Show a mini-game",
        operation_id="getGameOfStaff",
        responses=problem_responses(400, 401, 403, 404),
        opt=staff_who_may(Permission.READ_DRAFTS),
    )
    async def show(
        self,
        game_id: GameId,
        db: NamedDependency[Database],
        game_drafts: NamedDependency[GameDrafts],
    ) -> AuthoredGame:
        """What is published of it, and what is drafted."""
        async with db.reading() as reading:
            return await game_drafts.one(reading, game_id)

    @put(
        "/{game_id:str}/draft",
        summary="Write a mini-game's draft",
        operation_id="saveGameDraft",
        responses=problem_responses(400, 401, 403, 409),
        opt=staff_who_may(Permission.MANAGE_GAMES),
    )
    async def save(
        self,
        game_id: GameId,
        data: Annotated[
            DraftForm,
            Body(examples=[Example("A new game", value={"edit": 0, "definition": _FISHING})]),
        ],
        db: NamedDependency[Database],
        game_drafts: NamedDependency[GameDrafts],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Draft:
        """Nobody plays it until it is published. An id that is not taken yet makes a new game.

        `edit` is that of the draft this one is based on: who comes second gets a 409 whose
        `details` hold the present one. What the definition must keep to is on the page on games.
        """
        async with db.transaction() as tx:
            return await game_drafts.save(tx, Actor.calling(caller, origin), game_id, data)

    @delete(
        "/{game_id:str}/draft",
        summary="Discard a mini-game's draft",
        operation_id="discardGameDraft",
        responses=problem_responses(400, 401, 403, 404, 409),
        opt=staff_who_may(Permission.MANAGE_GAMES),
    )
    async def discard(
        self,
        game_id: GameId,
        edit: _Edit,
        db: NamedDependency[Database],
        game_drafts: NamedDependency[GameDrafts],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """What is published stays. A game that was never published goes with its draft."""
        async with db.transaction() as tx:
            await game_drafts.discard(tx, Actor.calling(caller, origin), game_id, edit)

    @post(
        "/{game_id:str}/try",
        summary="Try a mini-game's definition out",
        operation_id="tryGame",
        responses=problem_responses(400, 401, 403, 404, 409),
        status_code=200,
        opt=staff_who_may(Permission.READ_DRAFTS),
    )
    async def try_out(
        self,
        request: Request[Caller, object, State],
        game_id: GameId,
        data: Annotated[Sample, Body(examples=[_CATCH])],
        db: NamedDependency[Database],
        game_trials: NamedDependency[GameTrials],
    ) -> Trial:
        """What would come of a result, under the draft or under a version: nothing is kept."""
        async with db.reading() as reading:
            return await game_trials.try_out(reading, game_id, data, caller_language(request))
