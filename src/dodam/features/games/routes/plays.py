"""Asking for plays of mini-games, over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Request, delete, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from dodam.features.children.service.access import ChildAccess
from dodam.features.games.models.plays import NewPlay, Play
from dodam.features.games.routes.parameters import ChildId
from dodam.features.games.service.plays import Plays
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.tokens import Caller

_PLAY_ID = "01933c5e-7a00-7000-8000-00000000f001"
_BRUSHING = Example("A play of brushing", value={"id": _PLAY_ID, "game": "brushing"})
_PlayId = Annotated[UUID, PathParameter(examples=[Example("A play", value=_PLAY_ID)])]


class PlaysController(Controller):
    path = "/children/{child_id:uuid}/game-plays"
    tags = ["games"]

    @post(
        summary="Ask for a play of a mini-game",
        operation_id="startGame",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def start(
        self,
        request: Request[Caller, object, State],
        child_id: ChildId,
        data: Annotated[NewPlay, Body(examples=[_BRUSHING])],
        access: NamedDependency[ChildAccess],
        game_plays: NamedDependency[Plays],
        caller: NamedDependency[Caller],
    ) -> Play:
        """Have a play granted, and its tickets spent; asked again, it is the same play.

        A closed game is a `game_locked` whose `details` hold the `reasons` and `available_at`;
        `Retry-After` says so too where time opens it. A play counts when it is granted, whenever it
        is played: a tablet that will be offline may ask ahead. Name it in the result as `play_id`.
        """
        async with access.changing(child_id, "game.started") as (tx, child):
            return await game_plays.start(
                tx, caller.account_id, child, data, caller_language(request)
            )

    @delete(
        "/{play_id:uuid}",
        summary="Give a play back",
        operation_id="giveBackGame",
        responses=problem_responses(401, 403, 404, 409),
    )
    async def give_back(
        self,
        child_id: ChildId,
        play_id: _PlayId,
        access: NamedDependency[ChildAccess],
        game_plays: NamedDependency[Plays],
    ) -> None:
        """Give back a play that did not begin, within two minutes: it counts no more, and its
        tickets come back. One that has a result stays.
        """
        async with access.changing(child_id, "game.given_back") as (tx, child):
            await game_plays.give_back(tx, child.id, play_id)
