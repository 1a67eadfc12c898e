"""What is known of a client, gathered from its account and its device."""

from uuid import UUID

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
        raise NotImplementedError
