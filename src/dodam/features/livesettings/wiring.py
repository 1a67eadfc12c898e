"""Puts the live settings together."""

from dataclasses import dataclass

from dodam.features.accounts.service.attributes import Attributes
from dodam.features.accounts.service.devices import Devices
from dodam.features.audit.service import Audit
from dodam.features.children.service.care_teams import CareTeams
from dodam.features.livesettings.service.clients import Clients
from dodam.features.livesettings.service.live_settings import LiveSettings
from dodam.platform.assembly import Assembly


@dataclass(frozen=True)
class Below:
    """What it is built on."""

    attributes: Attributes
    devices: Devices
    care_teams: CareTeams
    audit: Audit


@dataclass(frozen=True)
class Settings:
    """What the feature offers outside of its routes."""

    clients: Clients
    live_settings: LiveSettings


def wire(assembly: Assembly, below: Below) -> Settings:
    clients = Clients(below.attributes, below.devices)
    live_settings = LiveSettings()
    assembly.services |= {"clients": clients, "live_settings": live_settings}
    return Settings(clients, live_settings)
