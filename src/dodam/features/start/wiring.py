"""Puts the start of a client together."""

from dataclasses import dataclass

from dodam.features.billing.service import Entitlements
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.content.service.media import Media
from dodam.features.games.service.plays import Plays
from dodam.features.livesettings.service.clients import Clients
from dodam.features.livesettings.service.live_settings import LiveSettings
from dodam.features.rewards.service.tickets import Tickets
from dodam.features.therapy.service.progress import Progress
from dodam.platform.assembly import Assembly


@dataclass(frozen=True)
class Below:
    """What it is built on."""

    clients: Clients
    live_settings: LiveSettings
    catalogue: Catalogue
    media: Media
    progress: Progress
    plays: Plays
    tickets: Tickets
    entitlements: Entitlements


def wire(assembly: Assembly, below: Below) -> None:
    del assembly, below
