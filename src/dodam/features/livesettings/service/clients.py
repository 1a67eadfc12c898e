"""What is known of a client, gathered from its account and its device."""

from typing import Any
from uuid import UUID

import msgspec

from dodam.features.accounts.models.attributes import DEVICE_PROFILE, DeviceProfile
from dodam.features.accounts.models.devices import DeviceSettings
from dodam.features.accounts.service.attributes import Attributes
from dodam.features.accounts.service.devices import Devices
from dodam.features.children.models.children import Child
from dodam.features.livesettings.models.clients import Client
from dodam.platform.database import Reading


class Clients:
    def __init__(self, attributes: Attributes, devices: Devices) -> None:
        self._attributes = attributes
        self._devices = devices

    async def of(
        self, db: Reading, guardian_id: UUID, child: Child, device_id: UUID | None
    ) -> Client:
        """A guardian's child on one of the guardian's devices. Raises DeviceNotFound."""
        client, _ = await self.on_device(db, guardian_id, child, device_id)
        return client

    async def on_device(
        self, db: Reading, guardian_id: UUID, child: Child, device_id: UUID | None
    ) -> tuple[Client, DeviceSettings | None]:
        """The client, and what the game runs best at on its device. Raises DeviceNotFound."""
        held = await self._attributes.values(db, guardian_id)
        profile = _profile(held)
        if device_id is None:
            return Client(child.id, held, device_profile=profile), None
        device = await self._devices.one(db, guardian_id, device_id)
        settings = self._devices.settings_for(device, profile)
        return Client(
            child.id, held, device.platform, device.app_version, settings.profile
        ), settings


def _profile(held: dict[str, list[Any]]) -> DeviceProfile | None:
    """The attribute that decides it, whatever the device; of several the newest, which is first."""
    values = held.get(DEVICE_PROFILE.key)
    return msgspec.convert(values[0], DeviceProfile) if values else None
