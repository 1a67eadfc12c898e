"""Sessions over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import Example, Reference
from litestar.params import PathParameter, RawBody

from dodam.features.accounts.models.permissions import Permission
from dodam.features.children.service.access import ChildAccess
from dodam.features.therapy.models.plays import UploadReceipt
from dodam.features.therapy.models.sessions import Session, SessionEvent, Sessions
from dodam.features.therapy.routes.child import ChildId
from dodam.features.therapy.routes.progress import From, To
from dodam.features.therapy.service.session_events import SessionEvents
from dodam.features.therapy.service.sessions import SessionsOfChild
from dodam.platform.database import Database
from dodam.platform.http.access import guardians_and_staff_who_may
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.http.records import Records, taking_records
from dodam.platform.tokens import Caller

_RECORDS = Records(SessionEvent, free="payload")
_SESSION_ID = "01933c5e-7a00-7000-8000-00000000b001"
_STARTED = {
    "id": "01933c5e-7a00-7000-8000-00000000c001",
    "session_id": _SESSION_ID,
    "kind": "started",
    "at": "2026-11-23T17:31:00+09:00",
    "device_id": "01933c5e-7a00-7000-8000-00000000d001",
}
_FINISHED = {
    **_STARTED,
    "id": "01933c5e-7a00-7000-8000-00000000c002",
    "kind": "finished",
    "at": "2026-11-23T17:52:30+09:00",
}
_EXAMPLES: dict[str, Example | Reference] = {
    "one": Example("A session begins", value=_STARTED),
    "two": Example("A whole session", value=[_STARTED, _FINISHED]),
}
SessionId = Annotated[UUID, PathParameter(examples=[Example("A session", value=_SESSION_ID)])]


class SessionsController(Controller):
    path = "/children/{child_id:uuid}"
    tags = ["plays"]

    @post(
        "/session-events",
        status_code=200,
        operation_class=taking_records(SessionEvent, _EXAMPLES),
        summary="Upload session events",
        operation_id="uploadSessionEvents",
        responses=problem_responses(400, 401, 403, 404, 413),
    )
    async def upload(
        self,
        child_id: ChildId,
        request: Request[Caller, object, State],
        body: RawBody,
        db: NamedDependency[Database],
        session_events: NamedDependency[SessionEvents],
        caller: NamedDependency[Caller],
    ) -> UploadReceipt:
        """Tell that a session was started, paused, resumed or finished: one event or up to 500.

        As with plays they may come in any order, days late, even twice, and the answer names the
        fate of each. What is never told is made out from the plays.
        """
        events = await _RECORDS.decode(body)
        async with db.transaction() as tx:
            return await session_events.receive(
                tx, caller.account_id, child_id, events, caller_language(request)
            )

    @get(
        "/sessions",
        opt=guardians_and_staff_who_may(Permission.TREAT_CHILDREN),
        summary="List sessions of play",
        operation_id="listPlaySessions",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def between(
        self,
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        sessions_of_child: NamedDependency[SessionsOfChild],
        from_day: From = None,
        to_day: To = None,
    ) -> Sessions:
        """Sessions by the day they began on, the last 31 days without a range: how each stands."""
        async with access.looking(child_id, "sessions") as (db, child):
            return await sessions_of_child.between(db, child, from_day, to_day)

    @get(
        "/sessions/{session_id:uuid}",
        opt=guardians_and_staff_who_may(Permission.TREAT_CHILDREN),
        summary="One session of play",
        operation_id="showPlaySession",
        responses=problem_responses(401, 403, 404),
    )
    async def of(
        self,
        child_id: ChildId,
        session_id: SessionId,
        access: NamedDependency[ChildAccess],
        sessions_of_child: NamedDependency[SessionsOfChild],
    ) -> Session:
        """How a session stands: its state, times, totals, devices and what is odd about it."""
        async with access.looking(child_id, "sessions") as (db, child):
            return await sessions_of_child.of(db, child, session_id)
