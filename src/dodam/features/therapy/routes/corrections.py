"""Looking at plays, and correcting them, over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.children.service.access import ChildAccess
from dodam.features.therapy.models.corrections import Correction, CorrectionPage, NewCorrection
from dodam.features.therapy.models.stored_plays import PlayPage
from dodam.features.therapy.routes.child import ChildId
from dodam.features.therapy.routes.progress import From, To
from dodam.features.therapy.service.corrections import Corrections
from dodam.features.therapy.service.stored_plays import StoredPlays
from dodam.platform.http.access import guardians_and_staff_who_may, staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_PLAYS = ["01933c5e-7a00-7000-8000-00000000a001"]
_VOID = Example(
    "Plays that were no therapy",
    value={"kind": "void", "plays": _PLAYS, "reason": "The therapist showed the game."},
)
_REASSIGN = Example(
    "Plays of a sibling",
    value={
        "kind": "reassign",
        "plays": _PLAYS,
        "reason": "Played by the brother, says the mother.",
        "to_child_id": "01900000-0000-7000-8000-000000000002",
    },
)
PageSize = Annotated[int, QueryParameter(ge=1, le=100)]


class CorrectionsController(Controller):
    path = "/children/{child_id:uuid}"
    tags = ["plays"]

    @get(
        "/plays",
        opt=guardians_and_staff_who_may(Permission.TREAT_CHILDREN),
        summary="List plays",
        operation_id="listPlays",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def plays(
        self,
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        stored_plays: NamedDependency[StoredPlays],
        from_day: From = None,
        to_day: To = None,
        cursor: Annotated[
            UUID | None, QueryParameter(description="The `next_cursor` of the page before.")
        ] = None,
        limit: PageSize = 50,
    ) -> PlayPage:
        """Plays of a range of days, the latest first: what is odd about each, what was corrected.

        The last 31 days without a range. Games' payloads are left out.
        """
        async with access.looking(child_id, "plays") as (db, child):
            return await stored_plays.page(db, child, from_day, to_day, cursor=cursor, limit=limit)

    @get(
        "/corrections",
        opt=guardians_and_staff_who_may(Permission.TREAT_CHILDREN),
        summary="List corrections",
        operation_id="listCorrections",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def of(
        self,
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        corrections: NamedDependency[Corrections],
        cursor: Annotated[
            int | None,
            QueryParameter(ge=1, le=2**31 - 1, description="The `next_cursor` of the page before."),
        ] = None,
        limit: PageSize = 50,
    ) -> CorrectionPage:
        """What staff did about the child's plays, the newest first: who, when, why and to which."""
        async with access.looking(child_id, "corrections") as (db, child):
            return await corrections.of(db, child, cursor, limit)

    @post(
        "/corrections",
        opt=staff_who_may(Permission.CORRECT_PLAYS),
        summary="Correct plays",
        operation_id="correctPlays",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def make(
        self,
        child_id: ChildId,
        data: Annotated[NewCorrection, Body(examples=[_VOID, _REASSIGN])],
        corrections: NamedDependency[Corrections],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Correction:
        """Take plays out of all sums, put them back, or make them a sibling's; all or none.

        The play stays as it was uploaded, and uploading it again changes nothing. The caller
        treats the child and, where plays go to a sibling, that child too.
        """
        return await corrections.make(Actor.calling(caller, origin), child_id, data)
