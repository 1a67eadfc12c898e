"""Care teams over HTTP: for guardians, for those who treat, and for those who assign them."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import PathParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.children.models.care_teams import CareTeamMember, CaseloadChild
from dodam.features.children.routes.children import ChildId
from dodam.features.children.service.care_teams import CareTeams
from dodam.features.children.service.children import Children
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

MemberId = Annotated[
    UUID,
    PathParameter(
        description="A member of staff.",
        examples=[Example("A clinician", value="01900000-0000-7000-8000-0000000000c1")],
    ),
]


class OwnCareTeamController(Controller):
    path = "/children/{child_id:uuid}/care-team"
    tags = ["care"]

    @get(
        summary="Who treats the child",
        operation_id="showCareTeam",
        responses=problem_responses(401, 404),
    )
    async def show(
        self,
        child_id: ChildId,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        care_teams: NamedDependency[CareTeams],
        caller: NamedDependency[Caller],
    ) -> list[CareTeamMember]:
        """The members of staff who see the child's data and make plans for it."""
        async with db.reading() as reading:
            child = await children.of(reading, caller.account_id, child_id)
            return await care_teams.of(reading, child)

    @delete(
        "/{member_id:uuid}",
        summary="Have somebody treat the child no more",
        operation_id="leaveCareTeam",
        responses=problem_responses(401, 404),
    )
    async def remove(
        self,
        child_id: ChildId,
        member_id: MemberId,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        care_teams: NamedDependency[CareTeams],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """From now on the member sees nothing of the child; what was planned stays."""
        async with db.transaction() as tx:
            await children.hold(tx, caller.account_id, child_id)
            await care_teams.remove(tx, Actor.calling(caller, origin), child_id, member_id)


class CaseloadsController(Controller):
    path = "/staff"
    tags = ["care"]

    @get(
        "/caseload",
        opt=staff_who_may(Permission.TREAT_CHILDREN),
        summary="The children one treats",
        operation_id="showCaseload",
        responses=problem_responses(401, 403),
    )
    async def caseload(
        self,
        db: NamedDependency[Database],
        care_teams: NamedDependency[CareTeams],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> list[CaseloadChild]:
        """Every child on whose care team the caller is, by name."""
        async with db.transaction() as tx:
            return await care_teams.caseload(tx, Actor.calling(caller, origin))

    @put(
        "/children/{child_id:uuid}/care-team/{member_id:uuid}",
        opt=staff_who_may(Permission.MANAGE_CASELOADS),
        status_code=204,
        summary="Have a member of staff treat a child",
        operation_id="addToCareTeam",
        responses=problem_responses(401, 403, 404, 409),
    )
    async def add(
        self,
        child_id: ChildId,
        member_id: MemberId,
        db: NamedDependency[Database],
        care_teams: NamedDependency[CareTeams],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """The member sees the child's data and plans for it; the guardian sees who does."""
        async with db.transaction() as tx:
            await care_teams.add(tx, Actor.calling(caller, origin), child_id, member_id)

    @delete(
        "/children/{child_id:uuid}/care-team/{member_id:uuid}",
        opt=staff_who_may(Permission.MANAGE_CASELOADS),
        summary="Have a member of staff treat a child no more",
        operation_id="removeFromCareTeam",
        responses=problem_responses(401, 403, 404),
    )
    async def remove(
        self,
        child_id: ChildId,
        member_id: MemberId,
        db: NamedDependency[Database],
        care_teams: NamedDependency[CareTeams],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """From now on the member sees nothing of the child; what was planned stays."""
        async with db.transaction() as tx:
            await care_teams.remove(tx, Actor.calling(caller, origin), child_id, member_id)
