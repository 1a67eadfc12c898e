"""Puts the live settings together."""

from dataclasses import dataclass

from dodam.features.accounts.events.withdrawal import AccountErased
from dodam.features.accounts.service.attributes import Attributes
from dodam.features.accounts.service.devices import Devices
from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.audit.service import Audit
from dodam.features.children.service.care_teams import CareTeams
from dodam.features.children.service.children import Children
from dodam.features.livesettings.handlers import Reactions
from dodam.features.livesettings.routes.namespaces import NamespacesController
from dodam.features.livesettings.routes.patch_notes import PatchNotesController
from dodam.features.livesettings.routes.previews import PreviewsController
from dodam.features.livesettings.routes.settings import SettingsController
from dodam.features.livesettings.routes.staff_patch_notes import StaffPatchNotesController
from dodam.features.livesettings.routes.versions import VersionsController
from dodam.features.livesettings.service.clients import Clients
from dodam.features.livesettings.service.drafts import Drafts
from dodam.features.livesettings.service.in_force import InForce
from dodam.features.livesettings.service.live_settings import LiveSettings
from dodam.features.livesettings.service.namespaces import Namespaces
from dodam.features.livesettings.service.patch_notes import PatchNotes
from dodam.features.livesettings.service.previews import Previews
from dodam.features.livesettings.service.publications import Publications
from dodam.platform.assembly import Assembly


@dataclass(frozen=True)
class Below:
    """What it is built on."""

    attributes: Attributes
    devices: Devices
    withdrawals: Withdrawals
    reporting: AccountReporting
    children: Children
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
    drafts = Drafts(assembly.clock, below.audit)
    publications = Publications(assembly.clock, in_force, drafts, below.audit)
    previews = Previews(
        in_force,
        publications,
        clients,
        below.children,
        below.care_teams,
        below.reporting,
        below.audit,
    )
    patch_notes = PatchNotes(assembly.clock, below.audit, below.withdrawals)
    assembly.services |= {
        "clients": clients,
        "live_settings": live_settings,
        "settings_namespaces": namespaces,
        "settings_drafts": drafts,
        "settings_publications": publications,
        "settings_previews": previews,
        "patch_notes": patch_notes,
    }
    assembly.routes += [
        SettingsController,
        NamespacesController,
        VersionsController,
        PreviewsController,
        PatchNotesController,
        StaffPatchNotesController,
    ]
    assembly.outbox.subscribe(
        AccountErased, "livesettings.erase_with_account", Reactions(patch_notes).account_erased
    )
    return Settings(clients, live_settings, patch_notes)
