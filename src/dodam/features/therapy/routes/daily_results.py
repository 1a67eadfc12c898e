"""Results of days over HTTP."""

from litestar import Controller, get
from litestar.di import NamedDependency

from dodam.features.children.service.children import Children
from dodam.features.therapy.models.results import DailyResults
from dodam.features.therapy.routes.child import ChildId
from dodam.features.therapy.routes.progress import From, To
from dodam.features.therapy.service.daily_results import ResultsOfDays
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses
from dodam.platform.tokens import Caller


class DailyResultsController(Controller):
    path = "/children/{child_id:uuid}/daily-results"
    tags = ["progress"]

    @get(
        summary="Daily results",
        operation_id="listDailyResults",
        responses=problem_responses(400, 401, 404),
    )
    async def between(
        self,
        child_id: ChildId,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        results: NamedDependency[ResultsOfDays],
        caller: NamedDependency[Caller],
        from_day: From = None,
        to_day: To = None,
    ) -> DailyResults:
        """Each day as it stood in its evening, which is what was sent out; the last 31 days.

        A day without a plan and without plays has none, nor has a day before its evening.
        """
        async with db.reading() as reading:
            child = await children.of(reading, caller.account_id, child_id)
            return await results.between(reading, child, from_day, to_day)
