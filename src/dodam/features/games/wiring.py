"""Puts the mini-games together."""

from dataclasses import dataclass

from dodam.features.accounts.service.attributes import Attributes
from dodam.features.audit.service import Audit
from dodam.features.billing.service import Entitlements
from dodam.features.children.service.children import Children
from dodam.features.content.service.media import Media
from dodam.features.games.service.definitions import PublishedGames
from dodam.features.games.service.plays import Plays
from dodam.features.games.service.standings import Standings
from dodam.features.livesettings.service.live_settings import LiveSettings
from dodam.features.rewards.service.tickets import Tickets
from dodam.features.therapy.service.progress import Progress
from dodam.platform.assembly import Assembly


@dataclass(frozen=True)
class Below:
    """What it is built on."""

    attributes: Attributes
    children: Children
    media: Media
    progress: Progress
    entitlements: Entitlements
    live_settings: LiveSettings
    tickets: Tickets
    audit: Audit


@dataclass(frozen=True)
class Games:
    """What the feature offers outside of its routes."""

    published: PublishedGames
    standings: Standings
    plays: Plays


def wire(assembly: Assembly, below: Below) -> Games:
    del below
    published = PublishedGames()
    standings = Standings()
    plays = Plays()
    assembly.services |= {"published_games": published, "standings": standings, "plays": plays}
    return Games(published, standings, plays)
