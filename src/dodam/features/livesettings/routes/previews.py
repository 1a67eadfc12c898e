"""Looking at settings as somebody else gets them, over HTTP."""

from typing import Annotated

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.livesettings.models.previews import (
    ChildSettingsPreview,
    SettingsPreview,
    SettingsPreviewForm,
)
from dodam.features.livesettings.routes.parameters import ChildId, DeviceId, NamespaceName
from dodam.features.livesettings.service.previews import Previews
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_TESTERS_TABLET = Example(
    "A tester's tablet",
    value={
        "client": {
            "platform": "android",
            "app_version": "1.4.0",
            "device_profile": "low",
            "attributes": {"tester": [True]},
        }
    },
)


class PreviewsController(Controller):
    path = "/staff"
    tags = ["settings"]
    opt = staff_who_may(Permission.READ_DRAFTS)

    @post(
        "/settings/{namespace:str}/preview",
        status_code=200,
        summary="Preview settings",
        operation_id="previewSettings",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def described(
        self,
        namespace: NamespaceName,
        data: Annotated[SettingsPreviewForm, Body(examples=[_TESTERS_TABLET])],
        db: NamedDependency[Database],
        settings_previews: NamedDependency[Previews],
    ) -> SettingsPreview:
        """What a client like this would get of the draft, or of a version, and why.

        Of each rule the conditions are named that do not hold.
        """
        async with db.reading() as reading:
            return await settings_previews.described(reading, namespace, data)

    @post(
        "/children/{child_id:uuid}/settings-preview",
        status_code=200,
        summary="Preview a child's settings",
        operation_id="previewChildSettings",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def child(
        self,
        child_id: ChildId,
        db: NamedDependency[Database],
        settings_previews: NamedDependency[Previews],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
        device_id: DeviceId = None,
    ) -> list[ChildSettingsPreview]:
        """What the child gets now, and what it would get if the drafts were published.

        Of children of test accounts anybody may ask who sees drafts; of others only who treats
        them, for settings can tell of a trial. Every look is in the audit trail.
        """
        async with db.transaction() as tx:
            return await settings_previews.child(
                tx, Actor.calling(caller, origin), child_id, device_id
            )
