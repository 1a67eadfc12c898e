"""Results of mini-games over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import Example, Reference
from litestar.params import QueryParameter, RawBody

from dodam.features.accounts.models.permissions import Permission
from dodam.features.children.service.access import ChildAccess
from dodam.features.games.models.results import GameResultPage, GameResultRecord
from dodam.features.games.routes.parameters import ChildId, GameId
from dodam.features.games.service.results import Results
from dodam.features.therapy.models.plays import UploadReceipt
from dodam.platform.database import Database
from dodam.platform.http.access import guardians_and_staff_who_may
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.http.records import Records, taking_records
from dodam.platform.tokens import Caller

_RECORDS = Records(GameResultRecord, free="result")
_RESULT = {
    "id": "01933c5e-7a00-7000-8000-00000000e001",
    "game": "up_stairs",
    "version": 1,
    "play_id": "01933c5e-7a00-7000-8000-00000000f001",
    "started_at": "2026-11-23T17:55:00+09:00",
    "duration_ms": 61000,
    "result": {
        "hand": "left",
        "floors": 42,
        "best_combo": 9,
        "seconds": 60.5,
        "ended_by": "time",
    },
    "device": "Galaxy Tab S9",
}
_EXAMPLES: dict[str, Example | Reference] = {
    "one": Example("One result", value=_RESULT),
    "two": Example(
        "Two results, one of which waited on the tablet",
        value=[
            _RESULT,
            {
                **_RESULT,
                "id": "01933c5e-7a00-7000-8000-00000000e002",
                "play_id": "01933c5e-7a00-7000-8000-00000000f002",
                "started_at": "2026-11-22T18:10:00+09:00",
            },
        ],
    ),
}


class ResultsController(Controller):
    path = "/children/{child_id:uuid}"
    tags = ["games"]

    @post(
        "/game-results",
        status_code=200,
        operation_class=taking_records(GameResultRecord, _EXAMPLES),
        summary="Upload results of mini-games",
        operation_id="uploadGameResults",
        responses=problem_responses(400, 401, 403, 404, 413),
    )
    async def upload(
        self,
        child_id: ChildId,
        request: Request[Caller, object, State],
        body: RawBody,
        db: NamedDependency[Database],
        game_results: NamedDependency[Results],
        caller: NamedDependency[Caller],
    ) -> UploadReceipt:
        """Upload one result or up to 500, of any games, in any order, days late, even twice.

        Each is checked by the schema of the version it names, however old, and the answer tells
        what became of it, as with plays. Of a game with limits or locks the first result of a
        granted play counts; another is kept with the notice `beyond_limits`, and counts nowhere.
        """
        records = await _RECORDS.decode(body)
        async with db.transaction() as tx:
            return await game_results.receive(
                tx, caller.account_id, child_id, records, caller_language(request)
            )

    @get(
        "/games/{game_id:str}/results",
        opt=guardians_and_staff_who_may(Permission.TREAT_CHILDREN),
        summary="List results of a mini-game",
        operation_id="listGameResults",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def page(
        self,
        child_id: ChildId,
        game_id: GameId,
        access: NamedDependency[ChildAccess],
        game_results: NamedDependency[Results],
        before: Annotated[
            UUID | None, QueryParameter(description="The `next_before` of the page before.")
        ] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    ) -> GameResultPage:
        """The child's results as they were uploaded, the latest first, those that do not count too.

        Of a retired game too.
        """
        async with access.looking(child_id, "game_results") as (db, child):
            return await game_results.page(db, child, game_id, before=before, limit=limit)
