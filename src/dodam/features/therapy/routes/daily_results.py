"""Results of days over HTTP."""

from litestar import Controller, get
from litestar.di import NamedDependency

from dodam.features.accounts.models.permissions import Permission
from dodam.features.children.service.access import ChildAccess
from dodam.features.therapy.models.results import DailyResults
from dodam.features.therapy.routes.child import ChildId
from dodam.features.therapy.routes.progress import From, To
from dodam.features.therapy.service.daily_results import ResultsOfDays
from dodam.platform.http.access import guardians_and_staff_who_may
from dodam.platform.http.problems import problem_responses


class DailyResultsController(Controller):
    path = "/children/{child_id:uuid}/daily-results"
    tags = ["progress"]
    opt = guardians_and_staff_who_may(Permission.TREAT_CHILDREN)

    @get(
        summary="Daily results",
        operation_id="listDailyResults",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def between(
        self,
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        results: NamedDependency[ResultsOfDays],
        from_day: From = None,
        to_day: To = None,
    ) -> DailyResults:
        """Each day as it stood in its evening, which is what was sent out; the last 31 days.

        A day without a plan and without plays has none, nor has a day before its evening.
        """
        async with access.looking(child_id, "daily_results") as (db, child):
            return await results.between(db, child, from_day, to_day)
