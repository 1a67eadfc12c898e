"""Namespaces of settings and their drafts over HTTP, for the staff."""

from typing import Annotated

from litestar import Controller, delete, get, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.livesettings.models.namespaces import (
    ListedNamespace,
    Namespace,
    NamespaceForm,
)
from dodam.features.livesettings.models.publications import SettingsDraft, SettingsDraftForm
from dodam.features.livesettings.routes.parameters import NamespaceName
from dodam.features.livesettings.service.drafts import Drafts
from dodam.features.livesettings.service.namespaces import Namespaces
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_GARDEN = Example(
    "A garden that grows",
    value={
        "schema": {
            "type": "object",
            "additionalProperties": False,
            "required": ["rain", "flowers"],
            "properties": {
                "rain": {"type": "boolean"},
                "flowers": {"type": "integer", "minimum": 0, "maximum": 50},
            },
        },
        "defaults": {"rain": False, "flowers": 5},
        "edit": 0,
    },
)
_SLOW_TABLETS = Example(
    "Fewer on slow tablets, rain for a tenth of the others",
    value={
        "edit": 0,
        "value": {"flowers": 8},
        "rules": [
            {
                "name": "slow-tablets",
                "when": {
                    "platforms": ["android"],
                    "device_profiles": ["low"],
                    "app_versions": {"from": "1.4.0", "below": "2.0.0"},
                },
                "value": {"flowers": 3},
            },
            {
                "name": "testers",
                "when": {"attributes": [{"key": "tester", "value": True}]},
                "value": {"rain": True},
            },
            {
                "name": "first-rain",
                "when": {"rollout": {"percent": 10}},
                "value": {"rain": True},
            },
        ],
        "note": "느린 태블릿에서 끊기지 않게",
    },
)


class NamespacesController(Controller):
    path = "/staff/settings"
    tags = ["settings"]
    opt = staff_who_may(Permission.MANAGE_SETTINGS)

    @get(
        opt=staff_who_may(Permission.READ_DRAFTS),
        summary="List settings",
        operation_id="listSettings",
        responses=problem_responses(401, 403),
    )
    async def list_namespaces(
        self, db: NamedDependency[Database], settings_namespaces: NamedDependency[Namespaces]
    ) -> list[ListedNamespace]:
        """Every namespace of settings, what is in force of it and what is to come, by name."""
        async with db.reading() as reading:
            return await settings_namespaces.all(reading)

    @get(
        "/{namespace:str}",
        opt=staff_who_may(Permission.READ_DRAFTS),
        summary="Show what settings look like",
        operation_id="showNamespace",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def show(
        self,
        namespace: NamespaceName,
        db: NamedDependency[Database],
        settings_namespaces: NamedDependency[Namespaces],
    ) -> Namespace:
        """Their JSON Schema and their defaults."""
        async with db.reading() as reading:
            return await settings_namespaces.one(reading, namespace)

    @put(
        "/{namespace:str}",
        summary="Say what settings look like",
        operation_id="putNamespace",
        responses=problem_responses(400, 401, 403, 409),
    )
    async def change(
        self,
        namespace: NamespaceName,
        data: Annotated[NamespaceForm, Body(examples=[_GARDEN])],
        db: NamedDependency[Database],
        settings_namespaces: NamedDependency[Namespaces],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Namespace:
        """Make a namespace, change it, or bring a retired one back.

        Its defaults hold at once wherever nothing else is published. What is in force or scheduled
        must keep to the schema; errors name what does not, as `versions[3].rules[0].value.flowers`.
        Those of mini-games (`games.…`) and of the product (`difficulty`, `app`) are not changed
        here: of them only values are published.
        """
        async with db.transaction() as tx:
            return await settings_namespaces.put(tx, Actor.calling(caller, origin), namespace, data)

    @delete(
        "/{namespace:str}",
        summary="Retire settings",
        operation_id="retireNamespace",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def retire(
        self,
        namespace: NamespaceName,
        db: NamedDependency[Database],
        settings_namespaces: NamedDependency[Namespaces],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """No client is given them any more; their versions stay and can still be looked at."""
        async with db.transaction() as tx:
            await settings_namespaces.retire(tx, Actor.calling(caller, origin), namespace)

    @get(
        "/{namespace:str}/draft",
        opt=staff_who_may(Permission.READ_DRAFTS),
        summary="Show the draft of settings",
        operation_id="showSettingsDraft",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def draft(
        self,
        namespace: NamespaceName,
        db: NamedDependency[Database],
        settings_drafts: NamedDependency[Drafts],
    ) -> SettingsDraft:
        """What may be published next; without a draft what is in force, as edit 0."""
        async with db.reading() as reading:
            return await settings_drafts.of(reading, namespace)

    @put(
        "/{namespace:str}/draft",
        summary="Change the draft of settings",
        operation_id="putSettingsDraft",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def change_draft(
        self,
        namespace: NamespaceName,
        data: Annotated[SettingsDraftForm, Body(examples=[_SLOW_TABLETS])],
        db: NamedDependency[Database],
        settings_drafts: NamedDependency[Drafts],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> SettingsDraft:
        """A value for everybody, merged over the defaults, and rules for some.

        Of the rules the first of which all conditions hold wins, and its value is merged over the
        one for everybody (JSON Merge Patch, RFC 7396: null takes a member away). Everything that
        could come of it must keep to the schema. `edit` is that of the draft it builds on; was it
        changed meanwhile, the answer is 409 `edited_meanwhile`.
        """
        async with db.transaction() as tx:
            return await settings_drafts.put(tx, Actor.calling(caller, origin), namespace, data)
