"""A child's plan and its exceptional days over HTTP."""

from datetime import date
from typing import Annotated

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from dodam.features.children.service.children import Children
from dodam.features.therapy.models.plans import NewPlan, Plan
from dodam.features.therapy.models.results import ExceptionalDay
from dodam.features.therapy.routes.child import ChildId
from dodam.features.therapy.service.plans import Plans
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses
from dodam.platform.tokens import Caller

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
_ILLNESS = Example("A day of illness", value={"reason": "illness", "note": "fever"})
Day = Annotated[
    date,
    PathParameter(description="A therapy day.", examples=[Example("A day", value="2026-12-24")]),
]


class PlansController(Controller):
    path = "/children/{child_id:uuid}"
    tags = ["plans"]

    @get(
        "/plans",
        summary="List plans",
        operation_id="listPlans",
        responses=problem_responses(401, 404),
    )
    async def list_plans(
        self,
        child_id: ChildId,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        plans: NamedDependency[Plans],
        caller: NamedDependency[Caller],
    ) -> list[Plan]:
        """Every version of the child's plan, newest first."""
        async with db.reading() as reading:
            child = await children.of(reading, caller.account_id, child_id)
            return await plans.of(reading, child)

    @post(
        "/plans",
        summary="Make a plan",
        operation_id="makePlan",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def make_plan(
        self,
        child_id: ChildId,
        data: Annotated[NewPlan, Body(examples=[_THREE_DAYS])],
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        plans: NamedDependency[Plans],
        caller: NamedDependency[Caller],
    ) -> Plan:
        """Make a plan that takes over from its first day on; days before keep theirs."""
        async with db.transaction() as tx:
            child = await children.hold_for_storing(tx, caller.account_id, child_id)
            return await plans.make(tx, child, data)

    @put(
        "/exceptional-days/{day:date}",
        status_code=204,
        summary="Mark a day as exceptional",
        operation_id="markExceptionalDay",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def mark(
        self,
        child_id: ChildId,
        day: Day,
        data: Annotated[ExceptionalDay, Body(examples=[_ILLNESS])],
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        plans: NamedDependency[Plans],
        caller: NamedDependency[Caller],
    ) -> None:
        """Excuse a day: not playing on it is neither missed nor the end of a streak."""
        async with db.transaction() as tx:
            child = await children.hold_for_storing(tx, caller.account_id, child_id)
            await plans.mark_exceptional(tx, child, day, data)

    @delete(
        "/exceptional-days/{day:date}",
        summary="Unmark an exceptional day",
        operation_id="unmarkExceptionalDay",
        responses=problem_responses(401, 404),
    )
    async def unmark(
        self,
        child_id: ChildId,
        day: Day,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        plans: NamedDependency[Plans],
        caller: NamedDependency[Caller],
    ) -> None:
        """Make a day an ordinary one again; it may have been one already."""
        async with db.transaction() as tx:
            child = await children.of(tx, caller.account_id, child_id)
            await plans.unmark_exceptional(tx, child, day)
