"""Exceptional days and pauses over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.children.service.access import ChildAccess
from dodam.features.children.service.children import Children
from dodam.features.therapy.models.pauses import ExceptionalDay, NewPause, Pause, PauseEnd
from dodam.features.therapy.routes.child import ChildId
from dodam.features.therapy.service.pauses import Pauses
from dodam.platform.database import Database
from dodam.platform.http.access import guardians_and_staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.tokens import Caller, CallerKind

_ILLNESS = Example("A day of illness", value={"reason": "illness", "note": "fever"})
_HOSPITAL = Example(
    "A stay at the hospital, its end unknown",
    value={"from_day": "2026-12-01", "reason": "hospital", "note": "surgery of the left hand"},
)
_LAST_DAY = Example("The last day that is excused", value={"on": "2026-12-24"})

Day = Annotated[
    date,
    PathParameter(description="A therapy day.", examples=[Example("A day", value="2026-12-24")]),
]
PauseId = Annotated[
    UUID, PathParameter(examples=[Example("A pause", value="01900000-0000-7000-8000-0000000000f1")])
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=200)]


class PausesController(Controller):
    path = "/children/{child_id:uuid}/pauses"
    tags = ["plans"]
    opt = guardians_and_staff_who_may(Permission.TREAT_CHILDREN)

    @get(
        summary="List pauses",
        operation_id="listPauses",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def list_pauses(
        self,
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        pauses: NamedDependency[Pauses],
        limit: Limit = 50,
    ) -> list[Pause]:
        """The child's pauses, the one that begins last first."""
        async with access.looking(child_id, "pauses") as (db, child):
            return await pauses.of(db, child, limit)

    @post(
        summary="Pause therapy",
        operation_id="makePause",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def make(
        self,
        child_id: ChildId,
        data: Annotated[NewPause, Body(examples=[_HOSPITAL])],
        access: NamedDependency[ChildAccess],
        pauses: NamedDependency[Pauses],
        caller: NamedDependency[Caller],
    ) -> Pause:
        """Excuse a stretch of days, until it is ended where no end is given.

        Not playing on them is neither missed nor the end of a streak; what is played counts.
        """
        member_id = caller.account_id if caller.kind is CallerKind.STAFF else None
        async with access.changing(child_id, "pause.made") as (tx, child):
            return await pauses.begin(tx, child, data, member_id)

    @post(
        "/{pause_id:uuid}/end",
        status_code=200,
        summary="End a pause",
        operation_id="endPause",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def end(
        self,
        child_id: ChildId,
        pause_id: PauseId,
        data: Annotated[PauseEnd, Body(examples=[_LAST_DAY])],
        access: NamedDependency[ChildAccess],
        pauses: NamedDependency[Pauses],
    ) -> Pause:
        """Make a pause shorter. Ended on the day before its first it excuses nothing."""
        async with access.changing(child_id, "pause.ended", pause=str(pause_id)) as (tx, child):
            return await pauses.end(tx, child, pause_id, data.on)


class ExceptionalDaysController(Controller):
    path = "/children/{child_id:uuid}/exceptional-days/{day:date}"
    tags = ["plans"]

    @put(
        status_code=204,
        summary="Mark a day as exceptional",
        operation_id="markExceptionalDay",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def mark(
        self,
        child_id: ChildId,
        day: Day,
        data: Annotated[ExceptionalDay, Body(examples=[_ILLNESS])],
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        pauses: NamedDependency[Pauses],
        caller: NamedDependency[Caller],
    ) -> None:
        """Excuse a day: not playing on it is neither missed nor the end of a streak."""
        async with db.transaction() as tx:
            child = await children.hold_for_storing(tx, caller.account_id, child_id)
            await pauses.mark_exceptional(tx, child, day, data)

    @delete(
        summary="Unmark an exceptional day",
        operation_id="unmarkExceptionalDay",
        responses=problem_responses(401, 404),
    )
    async def unmark(
        self,
        child_id: ChildId,
        day: Day,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        pauses: NamedDependency[Pauses],
        caller: NamedDependency[Caller],
    ) -> None:
        """Make a day an ordinary one again; it may have been one already."""
        async with db.transaction() as tx:
            child = await children.of(tx, caller.account_id, child_id)
            await pauses.unmark_exceptional(tx, child, day)
