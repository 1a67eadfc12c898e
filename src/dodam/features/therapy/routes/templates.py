"""Plan templates over HTTP, for the staff."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.therapy.models.templates import NewTemplate, Template
from dodam.features.therapy.service.templates import Templates
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_GRASP = Example(
    "Grasp and release, four of five days with the affected hand",
    value={
        "name": "Grasp and release, first weeks",
        "days": [
            {
                "weekday": weekday,
                "items": [
                    {"motion": "grasp_release", "target_minutes": 5, "difficulty": 2},
                    {"motion": "bimanual_hold", "target_repetitions": 10},
                ],
            }
            for weekday in (1, 2, 3, 4, 5)
        ],
        "hand_rule": {"rule": "ratio", "affected_share": 0.8},
        "rests_on_holidays_of": "KR",
    },
)
TemplateId = Annotated[
    UUID,
    PathParameter(examples=[Example("A template", value="01900000-0000-7000-8000-0000000000e1")]),
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=500)]


class TemplatesController(Controller):
    path = "/staff/plan-templates"
    tags = ["plans"]
    opt = staff_who_may(Permission.TREAT_CHILDREN)

    @get(
        summary="List plan templates",
        operation_id="listPlanTemplates",
        responses=problem_responses(400, 401, 403),
    )
    async def list_templates(
        self,
        db: NamedDependency[Database],
        templates: NamedDependency[Templates],
        limit: Limit = 200,
    ) -> list[Template]:
        """Those that are not archived, each in its newest version, by name."""
        async with db.reading() as reading:
            return await templates.all(reading, limit)

    @post(
        summary="Make a plan template",
        operation_id="makePlanTemplate",
        responses=problem_responses(400, 401, 403),
    )
    async def make(
        self,
        data: Annotated[NewTemplate, Body(examples=[_GRASP])],
        db: NamedDependency[Database],
        templates: NamedDependency[Templates],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Template:
        """Its days name the `affected` or the `other` hand, or a rule finds the hands of all."""
        async with db.transaction() as tx:
            return await templates.make(tx, Actor.calling(caller, origin), data)

    @put(
        "/{template_id:uuid}",
        summary="Change a plan template",
        operation_id="changePlanTemplate",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def change(
        self,
        template_id: TemplateId,
        data: Annotated[NewTemplate, Body(examples=[_GRASP])],
        db: NamedDependency[Database],
        templates: NamedDependency[Templates],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Template:
        """A new version in the place of the one before. Plans made by it stay as they are."""
        async with db.transaction() as tx:
            return await templates.change(tx, Actor.calling(caller, origin), template_id, data)

    @delete(
        "/{template_id:uuid}",
        summary="Archive a plan template",
        operation_id="archivePlanTemplate",
        responses=problem_responses(401, 403, 404),
    )
    async def archive(
        self,
        template_id: TemplateId,
        db: NamedDependency[Database],
        templates: NamedDependency[Templates],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """It is offered no more. Plans made by it stay as they are."""
        async with db.transaction() as tx:
            await templates.archive(tx, Actor.calling(caller, origin), template_id)
