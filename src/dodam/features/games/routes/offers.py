"""The mini-games a child is offered, over HTTP."""

from litestar import Controller, Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency

from dodam.features.children.service.access import ChildAccess
from dodam.features.games.models.plays import OfferedGame
from dodam.features.games.routes.parameters import ChildId, GameId
from dodam.features.games.service.plays import Plays
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.tokens import Caller


class OffersController(Controller):
    path = "/children/{child_id:uuid}/games"
    tags = ["games"]

    @get(
        summary="List the mini-games of a child",
        operation_id="listGames",
        responses=problem_responses(401, 403, 404),
    )
    async def all_of(
        self,
        request: Request[Caller, object, State],
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        game_plays: NamedDependency[Plays],
        caller: NamedDependency[Caller],
    ) -> list[OfferedGame]:
        """Every mini-game in order: whether it is open to the child, and what the child reached.

        A closed one says what keeps it so in stable codes and in sentences to show, what it costs,
        and `available_at`, from which on time will have opened it.
        """
        async with access.looking(child_id, "games") as (db, child):
            return await game_plays.offers(db, caller.account_id, child, caller_language(request))

    @get(
        "/{game_id:str}",
        summary="One mini-game of a child",
        operation_id="showGame",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def one(
        self,
        request: Request[Caller, object, State],
        child_id: ChildId,
        game_id: GameId,
        access: NamedDependency[ChildAccess],
        game_plays: NamedDependency[Plays],
        caller: NamedDependency[Caller],
    ) -> OfferedGame:
        """A mini-game as in the list. One that is not offered any more is closed as `retired`."""
        async with access.looking(child_id, "games") as (db, child):
            return await game_plays.offer(
                db, caller.account_id, child, game_id, caller_language(request)
            )
