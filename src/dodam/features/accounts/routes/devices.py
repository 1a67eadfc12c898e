"""An account's devices over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, HeaderParameter, PathParameter

from dodam.features.accounts.models.devices import Device, DeviceSettings, NewDevice
from dodam.features.accounts.service.devices import Devices
from dodam.platform.database import Database
from dodam.platform.http.caching import ETAG_HEADER, UNCHANGED, answer_unless_unchanged
from dodam.platform.http.problems import problem_responses
from dodam.platform.tokens import Caller

_EXAMPLE_ID = "0b0e7a3e-6c3e-4f0a-9a39-5c8f2d1b7e10"
DeviceId = Annotated[
    UUID,
    PathParameter(
        description="The installation's own id.",
        examples=[Example("A tablet", value=_EXAMPLE_ID)],
    ),
]
_TABLET = Example(
    "A tablet",
    value={
        "id": _EXAMPLE_ID,
        "platform": "android",
        "model": "SM-X210",
        "os_version": "14",
        "app_version": "1.4.0",
        "screen_width": 1920,
        "screen_height": 1200,
        "memory_mb": 3600,
        "gpu": "Adreno 619",
    },
)
# Asked for anew each time, for an attribute may be granted at any time.
_CACHING = {"cache-control": "private, no-cache", "vary": "Authorization"}


class DevicesController(Controller):
    path = "/devices"
    tags = ["devices"]

    @get(summary="List devices", operation_id="listDevices", responses=problem_responses(401))
    async def list_devices(
        self,
        db: NamedDependency[Database],
        devices: NamedDependency[Devices],
        caller: NamedDependency[Caller],
    ) -> list[Device]:
        """The one seen last first, 50 at most."""
        async with db.reading() as reading:
            return await devices.all_of(reading, caller.account_id)

    @post(
        status_code=200,
        summary="Register or renew a device",
        operation_id="registerDevice",
        responses=problem_responses(400, 401),
    )
    async def register(
        self,
        data: Annotated[NewDevice, Body(examples=[_TABLET])],
        db: NamedDependency[Database],
        devices: NamedDependency[Devices],
        caller: NamedDependency[Caller],
    ) -> Device:
        """Send it at every start of the game: what it says replaces what was known of the device.

        An account keeps the 50 devices it was seen on last.
        """
        async with db.transaction() as tx:
            return await devices.register(tx, caller.account_id, data)

    @delete(
        "/{device_id:uuid}",
        summary="Remove a device",
        operation_id="removeDevice",
        responses=problem_responses(401, 404),
    )
    async def remove(
        self,
        device_id: DeviceId,
        db: NamedDependency[Database],
        devices: NamedDependency[Devices],
        caller: NamedDependency[Caller],
    ) -> None:
        """Forget the device; its session, if it has one, is ended under `/v1/sessions`."""
        async with db.transaction() as tx:
            await devices.remove(tx, caller.account_id, device_id)

    @get(
        "/{device_id:uuid}/settings",
        summary="Show the settings for a device",
        operation_id="showDeviceSettings",
        response_headers=[ETAG_HEADER],
        responses={**UNCHANGED, **problem_responses(401, 404)},
    )
    async def settings(
        self,
        device_id: DeviceId,
        db: NamedDependency[Database],
        devices: NamedDependency[Devices],
        caller: NamedDependency[Caller],
        if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
    ) -> Response[DeviceSettings]:
        """The settings at which the game runs best there, and why these (`chosen_by`).

        The account's attribute `device_profile` decides; without it the first rule that fits the
        device; without one a middling profile. Send the `ETag` of an earlier answer as
        `If-None-Match` to get 304 when nothing changed.
        """
        async with db.reading() as reading:
            settings = await devices.settings(reading, caller.account_id, device_id)
        return answer_unless_unchanged(settings, if_none_match, _CACHING)
