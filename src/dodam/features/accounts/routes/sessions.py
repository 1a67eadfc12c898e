"""Signed-in devices over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import PathParameter

from dodam.features.accounts.models.sessions import EndReason, Session
from dodam.features.accounts.service.sessions import Sessions
from dodam.platform.database import Database
from dodam.platform.http.access import ANYONE_SIGNED_IN
from dodam.platform.http.problems import problem_responses
from dodam.platform.tokens import Caller

SessionId = Annotated[
    UUID,
    PathParameter(
        description="An id from the list of signed-in devices.",
        examples=[Example("A session", value="01900000-0000-7000-8000-0000000000aa")],
    ),
]


class SessionsController(Controller):
    path = "/sessions"
    tags = ["auth"]
    opt = ANYONE_SIGNED_IN

    @get(
        summary="List signed-in devices",
        operation_id="listSessions",
        responses=problem_responses(401),
    )
    async def list_sessions(
        self,
        db: NamedDependency[Database],
        sessions: NamedDependency[Sessions],
        caller: NamedDependency[Caller],
    ) -> list[Session]:
        """The one used last first; `is_current` marks the caller's own."""
        async with db.reading() as reading:
            return await sessions.live(reading, caller)

    @delete(
        "/{session_id:uuid}",
        summary="Sign a device out",
        operation_id="endSession",
        responses=problem_responses(401, 404),
    )
    async def end(
        self,
        session_id: SessionId,
        db: NamedDependency[Database],
        sessions: NamedDependency[Sessions],
        caller: NamedDependency[Caller],
    ) -> None:
        """Its refresh token and its access token are refused from now on."""
        async with db.transaction() as tx:
            await sessions.end(tx, caller.account_id, session_id, EndReason.REVOKED)
