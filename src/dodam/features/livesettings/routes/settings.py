"""A child's settings over HTTP."""

from typing import Annotated

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import HeaderParameter

from dodam.features.children.service.access import ChildAccess
from dodam.features.livesettings.models.resolved import ChildSettings, NamespaceSettings, Resolved
from dodam.features.livesettings.routes.parameters import ChildId, DeviceId
from dodam.features.livesettings.service.clients import Clients
from dodam.features.livesettings.service.live_settings import LiveSettings
from dodam.platform.http.caching import ETAG_HEADER, UNCHANGED, answer_unless_unchanged
from dodam.platform.http.problems import problem_responses
from dodam.platform.tokens import Caller

# Asked for anew each time: what is published holds at once.
_CACHING = {"cache-control": "private, no-cache", "vary": "Authorization"}


class SettingsController(Controller):
    path = "/children/{child_id:uuid}/settings"
    tags = ["settings"]

    @get(
        summary="Show a child's settings",
        operation_id="showSettings",
        response_headers=[ETAG_HEADER],
        responses={**UNCHANGED, **problem_responses(400, 401, 404)},
    )
    async def show(
        self,
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        caller: NamedDependency[Caller],
        clients: NamedDependency[Clients],
        live_settings: NamedDependency[LiveSettings],
        device_id: DeviceId = None,
        if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
    ) -> Response[ChildSettings]:
        """Every setting of the game for this child on this device, by namespace.

        `games.brushing` are those of the mini-game `brushing`, `difficulty` says what a level
        means, `app` which versions of the app still work. What the device itself should run at is
        under `/v1/devices/{device_id}/settings`. Send the `ETag` of an earlier answer as
        `If-None-Match` to get 304 when nothing changed.
        """
        async with access.looking(child_id, "settings") as (db, child):
            client = await clients.of(db, caller.account_id, child, device_id)
            found = await live_settings.resolve(db, client)
        return answer_unless_unchanged(_shown(found), if_none_match, _CACHING)


def _shown(found: list[Resolved]) -> ChildSettings:
    return ChildSettings(
        {each.namespace: NamespaceSettings(each.version, each.value) for each in found}
    )
