"""Members of staff over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.accounts.models.staff import (
    Invitation,
    OwnMembership,
    StaffChanges,
    StaffMember,
)
from dodam.features.accounts.service.staff import Staff
from dodam.features.audit.models import Actor
from dodam.platform.database import Database
from dodam.platform.http.access import ANY_STAFF, staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

StaffMemberId = Annotated[
    UUID,
    PathParameter(
        description="A member's id.",
        examples=[Example("A member of staff", value="01900000-0000-7000-8000-0000000000bb")],
    ),
]
_COORDINATOR = Example(
    "A trial coordinator",
    value={
        "email": "coordinator@dodam.example",
        "name": "이서연",
        "roles": ["trial_coordinator"],
        "language": "ko",
    },
)


class StaffController(Controller):
    path = "/staff"
    tags = ["staff"]
    opt = staff_who_may(Permission.MANAGE_STAFF)

    @get(
        "/me",
        opt=ANY_STAFF,
        summary="Show one's own membership",
        operation_id="showOwnMembership",
        responses=problem_responses(401, 403, 404),
    )
    async def me(
        self,
        db: NamedDependency[Database],
        staff: NamedDependency[Staff],
        caller: NamedDependency[Caller],
    ) -> OwnMembership:
        """The caller's roles, and what they permit."""
        async with db.reading() as reading:
            return await staff.own(reading, caller)

    @post(
        "/members",
        summary="Invite a member of staff",
        operation_id="inviteStaff",
        responses=problem_responses(400, 401, 403, 409),
    )
    async def invite(
        self,
        data: Annotated[Invitation, Body(examples=[_COORDINATOR])],
        db: NamedDependency[Database],
        staff: NamedDependency[Staff],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> StaffMember:
        """A link to join with is mailed; it holds for three days."""
        async with db.transaction() as tx:
            return await staff.invite(tx, Actor.calling(caller, origin), data)

    @get(
        "/members",
        summary="List the members of staff",
        operation_id="listStaff",
        responses=problem_responses(401, 403),
    )
    async def list_members(
        self, db: NamedDependency[Database], staff: NamedDependency[Staff]
    ) -> list[StaffMember]:
        """The one invited first first."""
        async with db.reading() as reading:
            return await staff.all(reading)

    @patch(
        "/members/{member_id:uuid}",
        summary="Change a member's roles or access",
        operation_id="changeStaff",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def change(
        self,
        member_id: StaffMemberId,
        data: Annotated[
            StaffChanges,
            Body(examples=[Example("Leaves the team", value={"disabled": True})]),
        ],
        db: NamedDependency[Database],
        staff: NamedDependency[Staff],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> StaffMember:
        """Signs the member out at once, everywhere. Nobody changes their own membership."""
        async with db.transaction() as tx:
            return await staff.change(tx, Actor.calling(caller, origin), member_id, data)

    @post(
        "/members/{member_id:uuid}/second-factor-reset",
        status_code=204,
        summary="Invite a member anew",
        operation_id="resetSecondFactor",
        responses=problem_responses(401, 403, 404, 409),
    )
    async def reset_second_factor(
        self,
        member_id: StaffMemberId,
        db: NamedDependency[Database],
        staff: NamedDependency[Staff],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """For a lost authenticator or a lost invitation: signs the member out and mails a link."""
        async with db.transaction() as tx:
            await staff.reset_second_factor(tx, Actor.calling(caller, origin), member_id)
