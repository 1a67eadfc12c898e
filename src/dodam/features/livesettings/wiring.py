"""Puts the live settings together."""

from dataclasses import dataclass

from dodam.features.accounts.events.withdrawal import AccountErased
from dodam.features.accounts.service.attributes import Attributes
from dodam.features.accounts.service.devices import Devices
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.audit.service import Audit
from dodam.features.children.service.care_teams import CareTeams
from dodam.features.livesettings.handlers import Reactions
from dodam.features.livesettings.routes.patch_notes import PatchNotesController
from dodam.features.livesettings.routes.staff_patch_notes import StaffPatchNotesController
from dodam.features.livesettings.service.clients import Clients
from dodam.features.livesettings.service.in_force import InForce
from dodam.features.livesettings.service.live_settings import LiveSettings
from dodam.features.livesettings.service.namespaces import Namespaces
from dodam.features.livesettings.service.patch_notes import PatchNotes
from dodam.platform.assembly import Assembly


@dataclass(frozen=True)
class Below:
    """What it is built on."""

    attributes: Attributes
    devices: Devices
    withdrawals: Withdrawals
    care_teams: CareTeams
    audit: Audit


@dataclass(frozen=True)
class Settings:
    """What the feature offers outside of its routes."""

    clients: Clients
    live_settings: LiveSettings
    patch_notes: PatchNotes


def wire(assembly: Assembly, below: Below) -> Settings:
    clients = Clients(below.attributes, below.devices)
    in_force = InForce(assembly.clock)
    namespaces = Namespaces(assembly.clock, in_force, below.audit)
    live_settings = LiveSettings(in_force, namespaces)
    patch_notes = PatchNotes(assembly.clock, below.audit, below.withdrawals)
    assembly.services |= {
        "clients": clients,
        "live_settings": live_settings,
        "patch_notes": patch_notes,
    }
    assembly.routes += [PatchNotesController, StaffPatchNotesController]
    assembly.outbox.subscribe(
        AccountErased, "livesettings.erase_with_account", Reactions(patch_notes).account_erased
    )
    return Settings(clients, live_settings, patch_notes)
