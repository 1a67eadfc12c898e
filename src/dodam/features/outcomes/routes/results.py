"""Results and trends over HTTP."""

from typing import Annotated

from litestar import Controller, Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.children.service.access import ChildAccess
from dodam.features.content.models.motions import TherapyHand
from dodam.features.outcomes.models.results import Results
from dodam.features.outcomes.models.trends import Measure, Question, Trend
from dodam.features.outcomes.routes.parameters import ChildId, From, To, Weeks
from dodam.features.outcomes.service.results import ResultsOfChildren
from dodam.features.outcomes.service.trends import Trends
from dodam.platform.http.access import guardians_and_staff_who_may
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.tokens import Caller

Motion = Annotated[
    str,
    QueryParameter(
        max_length=40,
        description="Of the catalogue.",
        examples=[Example("A motion", value="mass_grasp")],
    ),
]
Hand = Annotated[
    TherapyHand,
    QueryParameter(
        description="The hand it was played with.", examples=[Example("A hand", value="left")]
    ),
]
Measured = Annotated[Measure, QueryParameter(description="What is to be followed.")]
Difficulty = Annotated[
    int | None,
    QueryParameter(ge=1, le=10, description="Of this difficulty only; of each without it."),
]


def asked(
    motion: Motion,
    hand: Hand,
    measure: Measured = Measure.SUCCESS_RATE,
    weeks: Weeks = 8,
    difficulty: Difficulty = None,
) -> Question:
    return Question(motion, hand, measure, weeks, difficulty)


class ResultsController(Controller):
    path = "/children/{child_id:uuid}/outcomes"
    tags = ["outcomes"]
    opt = guardians_and_staff_who_may(Permission.TREAT_CHILDREN)

    @get(
        summary="Results by motion, hand and difficulty",
        operation_id="showOutcomes",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def results(
        self,
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        outcomes: NamedDependency[ResultsOfChildren],
        from_day: From = None,
        to_day: To = None,
    ) -> Results:
        """How well the child played in a range of days (the last 56 without one).

        Success, accuracy and pace with their uncertainty, fatigue within sessions, left beside
        right, personal bests, and the last two weeks beside the child's own first two. These are
        measures of play and no clinical assessment.
        """
        async with access.looking(child_id, "outcomes") as (db, child):
            return await outcomes.of(db, child, from_day, to_day)

    @get(
        "/trend",
        dependencies={"question": Provide(asked, sync_to_thread=False)},
        summary="The trend of one measure",
        operation_id="showOutcomeTrend",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def trend(
        self,
        child_id: ChildId,
        request: Request[Caller, object, State],
        access: NamedDependency[ChildAccess],
        trends: NamedDependency[Trends],
        question: NamedDependency[Question],
    ) -> Trend:
        """How a measure of one motion and hand changes from week to week.

        The slope compares weeks at the same difficulty only, so that a harder game does not look
        like a worse hand; `words` say what it rests on.
        """
        async with access.looking(child_id, "outcome_trend") as (db, child):
            return await trends.of(db, child, question, caller_language(request))
