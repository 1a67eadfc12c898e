"""A child's plans over HTTP."""

from datetime import date
from typing import Annotated

from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.children.service.access import ChildAccess
from dodam.features.therapy.models.plans import (
    ListedPlan,
    Maker,
    NewPlan,
    PlanEnd,
    PlanSource,
)
from dodam.features.therapy.models.schedule import Schedule
from dodam.features.therapy.models.templates import PlanFromTemplate
from dodam.features.therapy.routes.child import ChildId
from dodam.features.therapy.routes.progress import From
from dodam.features.therapy.service.plans import Plans
from dodam.features.therapy.service.schedule import Schedules
from dodam.features.therapy.service.templates import Templates
from dodam.platform.http.access import guardians_and_staff_who_may, staff_who_may
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.tokens import Caller, CallerKind

_THREE_DAYS = Example(
    "Three days a week",
    value={
        "days": [
            {
                "weekday": weekday,
                "at": "17:30:00",
                "hand": "left",
                "items": [
                    {"motion": "mass_grasp", "target_repetitions": 20},
                    {"motion": "wrist_extension", "target_minutes": 5},
                ],
            }
            for weekday in (1, 3, 5)
        ]
    },
)
_IN_TURNS = Example(
    "Hands take turns, public holidays are free",
    value={
        "days": [
            {
                "weekday": weekday,
                "items": [{"motion": "tip_pinch", "target_repetitions": 15, "difficulty": 3}],
            }
            for weekday in (2, 4)
        ],
        "hand_rule": {"rule": "alternate"},
        "rests_on_holidays_of": "KR",
        "note": "Short and often, please.",
    },
)
_BY_TEMPLATE = Example(
    "A plan by a template",
    value={"template_id": "01900000-0000-7000-8000-0000000000e1", "ends_on": "2027-02-26"},
)
_TOMORROW = Example("The last day it counts", value={"on": "2026-12-24"})

Version = Annotated[int, PathParameter(examples=[Example("A version", value=2)])]
Before = Annotated[
    int | None,
    QueryParameter(name="before", ge=1, description="Only versions below this one."),
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=100)]
UpTo = Annotated[
    date | None,
    QueryParameter(name="to", description="Last day, included; at most 92 days from the first."),
]


def _maker(caller: Caller) -> Maker:
    """Whose plans the caller makes and ends."""
    if caller.kind is not CallerKind.STAFF:
        return Maker((PlanSource.GUARDIAN,))
    if Permission.PRESCRIBE_PROTOCOLS in caller.grants:
        return Maker((PlanSource.CLINICIAN, PlanSource.PROTOCOL), caller.account_id)
    return Maker((PlanSource.CLINICIAN,), caller.account_id)


class PlansController(Controller):
    path = "/children/{child_id:uuid}"
    tags = ["plans"]
    opt = guardians_and_staff_who_may(Permission.TREAT_CHILDREN)

    @get(
        "/plans",
        summary="List plans",
        operation_id="listPlans",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def list_plans(
        self,
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        plans: NamedDependency[Plans],
        before: Before = None,
        limit: Limit = 100,
    ) -> list[ListedPlan]:
        """Versions of the child's plan, of every source, newest first."""
        async with access.looking(child_id, "plans") as (db, child):
            return await plans.listed(db, child, before, limit)

    @post(
        "/plans",
        summary="Make a plan",
        operation_id="makePlan",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def make_plan(
        self,
        child_id: ChildId,
        data: Annotated[NewPlan, Body(examples=[_THREE_DAYS, _IN_TURNS])],
        access: NamedDependency[ChildAccess],
        plans: NamedDependency[Plans],
        caller: NamedDependency[Caller],
    ) -> ListedPlan:
        """Make a plan that takes over from its first day on; days before keep theirs.

        A protocol comes before a clinician's plan, that before the guardian's, and the default
        comes last: the answer says whether the new one counts, or which version does instead.
        """
        async with access.changing(child_id, "plan.made") as (tx, child):
            return await plans.make(tx, child, data, _maker(caller))

    @post(
        "/plans/from-template",
        opt=staff_who_may(Permission.TREAT_CHILDREN),
        summary="Make a plan by a template",
        operation_id="makePlanFromTemplate",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def make_from_template(
        self,
        child_id: ChildId,
        data: Annotated[PlanFromTemplate, Body(examples=[_BY_TEMPLATE])],
        access: NamedDependency[ChildAccess],
        templates: NamedDependency[Templates],
        caller: NamedDependency[Caller],
    ) -> ListedPlan:
        """The plan holds what the template holds now, for this child's hands."""
        template = str(data.template_id)
        async with access.changing(child_id, "plan.made", template=template) as (tx, child):
            return await templates.apply(tx, child, data, _maker(caller))

    @post(
        "/plans/{version:int}/end",
        status_code=200,
        summary="End a plan early",
        operation_id="endPlan",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def end_plan(
        self,
        child_id: ChildId,
        version: Version,
        data: Annotated[PlanEnd, Body(examples=[_TOMORROW])],
        access: NamedDependency[ChildAccess],
        plans: NamedDependency[Plans],
        caller: NamedDependency[Caller],
    ) -> ListedPlan:
        """From the next day on the plan below it counts; days before stay as they were.

        Guardians end guardians' plans, clinicians clinicians'; one that is ended before it began
        never begins.
        """
        async with access.changing(child_id, "plan.ended", version=version) as (tx, child):
            return await plans.end(tx, child, version, data.on, _maker(caller))

    @get(
        "/schedule",
        summary="What is planned, and why",
        operation_id="showSchedule",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def schedule(
        self,
        request: Request[object, object, State],
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        schedules: NamedDependency[Schedules],
        from_day: From = None,
        to_day: UpTo = None,
    ) -> Schedule:
        """Every day of a range, four weeks from today without one: motions, hand and its reason."""
        async with access.looking(child_id, "schedule") as (db, child):
            return await schedules.of(db, child, from_day, to_day, caller_language(request))
