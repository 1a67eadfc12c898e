"""Figures across all children over HTTP."""

from litestar import Controller, get
from litestar.di import NamedDependency

from dodam.features.accounts.models.permissions import Permission
from dodam.features.therapy.models.figures import Figures
from dodam.features.therapy.routes.progress import From, To
from dodam.features.therapy.service.figures import FiguresOfAll
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses


class FiguresController(Controller):
    path = "/staff/figures"
    tags = ["figures"]

    @get(
        opt=staff_who_may(Permission.READ_FIGURES),
        summary="Figures across all children",
        operation_id="showFigures",
        responses=problem_responses(400, 401, 403),
    )
    async def show(
        self,
        db: NamedDependency[Database],
        figures: NamedDependency[FiguresOfAll],
        from_day: From = None,
        to_day: To = None,
    ) -> Figures:
        """Active children, plays, minutes, new accounts and new children by day.

        Nothing of test accounts is in it.
        """
        async with db.reading() as reading:
            return await figures.of(reading, from_day, to_day)
