"""Registering devices, and choosing the settings at which the game runs best on each."""

from uuid import UUID

import msgspec

from dodam.features.accounts.errors.devices import DeviceNotFound
from dodam.features.accounts.models.attributes import DEVICE_PROFILE, DeviceProfile
from dodam.features.accounts.models.devices import (
    Device,
    DeviceProfiles,
    DeviceSettings,
    NewDevice,
)
from dodam.features.accounts.service.attributes import Attributes
from dodam.features.accounts.store import devices as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction

# Each new installation is a new device, so old ones pile up; nobody plays on more than this.
_KEPT = 50


class Devices:
    def __init__(self, clock: Clock, attributes: Attributes, profiles: DeviceProfiles) -> None:
        self._clock = clock
        self._attributes = attributes
        self._profiles = profiles

    async def register(self, tx: Transaction, account_id: UUID, form: NewDevice) -> Device:
        """Register a device, or renew what is known of it; the ones seen last are kept."""
        [device] = await store.REGISTER.all(
            tx, account_id=account_id, now=self._clock.now(), **msgspec.structs.asdict(form)
        )
        await store.REMOVE_ALL_BUT_NEWEST.execute(tx, account=account_id, kept=_KEPT)
        return device

    async def all_of(self, db: Reading, account_id: UUID) -> list[Device]:
        """The account's devices, the one seen last first."""
        return await store.LIST.all(db, account=account_id)

    async def remove(self, tx: Transaction, account_id: UUID, device_id: UUID) -> None:
        """Raises DeviceNotFound."""
        if not await store.REMOVE.execute(tx, account=account_id, device=device_id):
            raise DeviceNotFound

    async def one(self, db: Reading, account_id: UUID, device_id: UUID) -> Device:
        """One of the account's devices. Raises DeviceNotFound."""
        device = await store.FIND.first(db, account=account_id, device=device_id)
        if device is None:
            raise DeviceNotFound
        return device

    async def settings(self, db: Reading, account_id: UUID, device_id: UUID) -> DeviceSettings:
        """Raises DeviceNotFound."""
        device = await self.one(db, account_id, device_id)
        attribute = await self._attributes.value_of(db, account_id, DEVICE_PROFILE)
        return self.settings_for(device, attribute)

    def settings_for(self, device: Device, attribute: DeviceProfile | None) -> DeviceSettings:
        """What a device runs at on an account that holds the attribute, or does not."""
        return self._profiles.settings(device, attribute)
