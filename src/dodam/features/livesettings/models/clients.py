"""Whom settings are chosen for."""

from typing import Any
from uuid import UUID

from msgspec import Struct

from dodam.features.accounts.models.attributes import DeviceProfile
from dodam.features.accounts.models.devices import Platform


class Client(Struct, frozen=True):
    """A child with the device it plays on, as far as it is known.

    `attributes` are the values its guardian's account holds now, by key.
    """

    child_id: UUID
    attributes: dict[str, list[Any]]
    platform: Platform | None = None
    app_version: str | None = None
    device_profile: DeviceProfile | None = None
