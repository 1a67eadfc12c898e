"""Devices."""

from importlib.resources import files

import msgspec

from dodam.features.accounts import models
from dodam.features.accounts.models.devices import DeviceProfiles
from dodam.features.accounts.routes import DevicesController
from dodam.features.accounts.service.attributes import Attributes
from dodam.features.accounts.service.devices import Devices
from dodam.platform.assembly import Assembly


def wire_devices(assembly: Assembly, attributes: Attributes) -> Devices:
    """Raises msgspec.ValidationError if the profiles that came with this release do not hold up."""
    data = files(models).joinpath("device_profiles.json").read_bytes()
    profiles = msgspec.json.decode(data, type=DeviceProfiles)
    devices = Devices(assembly.clock, attributes, profiles)
    assembly.services["devices"] = devices
    assembly.routes.append(DevicesController)
    return devices
