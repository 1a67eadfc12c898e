"""Drop-out risk over HTTP, for those who treat a child; guardians are not shown it."""

from litestar import Controller, Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.children.service.access import ChildAccess
from dodam.features.children.service.care_teams import CareTeams
from dodam.features.outcomes.models.dropout_risk import CaseloadDropoutRisk, DropoutRisk
from dodam.features.outcomes.routes.parameters import ChildId
from dodam.features.outcomes.service.dropout import DropoutRisks
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller


class DropoutController(Controller):
    tags = ["outcomes"]
    opt = staff_who_may(Permission.TREAT_CHILDREN)

    @get(
        "/children/{child_id:uuid}/dropout-risk",
        summary="Whether a child is about to stop",
        operation_id="showDropoutRisk",
        responses=problem_responses(401, 403, 404),
    )
    async def show(
        self,
        child_id: ChildId,
        request: Request[Caller, object, State],
        access: NamedDependency[ChildAccess],
        dropout_risks: NamedDependency[DropoutRisks],
    ) -> DropoutRisk:
        """The probability that nothing is played on any of the next 14 days, with its reasons.

        Fitted to virtual families and never checked on real children: `basis` says so. Excused
        days and pauses raise no risk.
        """
        async with access.looking(child_id, "dropout_risk") as (db, child):
            return await dropout_risks.of(db, child, caller_language(request))

    @get(
        "/staff/caseload/dropout-risk",
        summary="Who of the children one treats is about to stop",
        operation_id="showCaseloadDropoutRisk",
        responses=problem_responses(401, 403),
    )
    async def caseload(
        self,
        request: Request[Caller, object, State],
        db: NamedDependency[Database],
        dropout_risks: NamedDependency[DropoutRisks],
        care_teams: NamedDependency[CareTeams],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> CaseloadDropoutRisk:
        """Every child on whose care team the caller is: who has stopped, then the highest risk."""
        async with db.transaction() as tx:
            by = Actor.calling(caller, origin)
            children = await care_teams.look_at_all(tx, by, "dropout_risk")
            return await dropout_risks.caseload(tx, children, caller_language(request))
