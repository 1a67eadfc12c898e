"""Dose and adherence over HTTP."""

from litestar import Controller, Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.children.service.access import ChildAccess
from dodam.features.children.service.care_teams import CareTeams
from dodam.features.outcomes.models.adherence import Adherence, CaseloadAdherence
from dodam.features.outcomes.routes.parameters import ChildId, Weeks
from dodam.features.outcomes.service.adherence import Adherences
from dodam.platform.database import Database
from dodam.platform.http.access import guardians_and_staff_who_may, staff_who_may
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller


class AdherenceController(Controller):
    path = "/children/{child_id:uuid}"
    tags = ["outcomes"]
    opt = guardians_and_staff_who_may(Permission.TREAT_CHILDREN)

    @get(
        "/adherence",
        summary="Dose and adherence",
        operation_id="showAdherence",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def adherence(
        self,
        child_id: ChildId,
        request: Request[Caller, object, State],
        access: NamedDependency[ChildAccess],
        adherences: NamedDependency[Adherences],
        weeks: Weeks = 8,
    ) -> Adherence:
        """Planned and done of each day and week, missed days with their reasons, hours of play.

        A day counts once it is over, if the plan in force asked for it and nothing excused it.
        """
        async with access.looking(child_id, "adherence") as (db, child):
            return await adherences.of(db, child, weeks, caller_language(request))


class CaseloadAdherenceController(Controller):
    path = "/staff/caseload/adherence"
    tags = ["outcomes"]

    @get(
        opt=staff_who_may(Permission.TREAT_CHILDREN),
        summary="Adherence of the children one treats",
        operation_id="showCaseloadAdherence",
        responses=problem_responses(401, 403),
    )
    async def caseload(
        self,
        db: NamedDependency[Database],
        adherences: NamedDependency[Adherences],
        care_teams: NamedDependency[CareTeams],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> list[CaseloadAdherence]:
        """Every child on whose care team the caller is, those in need first."""
        async with db.transaction() as tx:
            by = Actor.calling(caller, origin)
            return await adherences.caseload(tx, await care_teams.look_at_all(tx, by, "adherence"))
