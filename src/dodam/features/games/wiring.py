"""Puts the mini-games together."""

from dataclasses import dataclass

from dodam.features.accounts.service.attributes import Attributes
from dodam.features.audit.service import Audit
from dodam.features.billing.service.entitlements import Entitlements
from dodam.features.children.service.children import Children
from dodam.features.content.service.media import Media
from dodam.features.games.jobs import Recounts
from dodam.features.games.models.recounting import RecountGame
from dodam.features.games.models.results import GameResultRecord
from dodam.features.games.routes.drafts import GameDraftsController
from dodam.features.games.routes.offers import OffersController
from dodam.features.games.routes.plays import PlaysController
from dodam.features.games.routes.publishing import PublishingController
from dodam.features.games.routes.results import ResultsController
from dodam.features.games.routes.saves import SavesController
from dodam.features.games.service.built_in import BuiltInGames
from dodam.features.games.service.child_records import ChildRecords
from dodam.features.games.service.definitions import PublishedGames
from dodam.features.games.service.drafts import GameDrafts
from dodam.features.games.service.earning import Earning
from dodam.features.games.service.locks import Locks
from dodam.features.games.service.plays import Plays
from dodam.features.games.service.publishing import Publishing
from dodam.features.games.service.recounting import Recounting
from dodam.features.games.service.results import Results
from dodam.features.games.service.saves import Saves
from dodam.features.games.service.standings import Standings
from dodam.features.games.service.trials import GameTrials
from dodam.features.livesettings.service.live_settings import LiveSettings
from dodam.features.rewards.service.tickets import Tickets
from dodam.features.therapy.service.progress import Progress
from dodam.platform.assembly import Assembly
from dodam.platform.work import Policy


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
    built_in: BuiltInGames


def wire(assembly: Assembly, below: Below) -> Games:
    published = PublishedGames()
    standings = Standings(published)
    plays = Plays(
        assembly.clock,
        published,
        Locks(below.attributes, below.progress, below.entitlements, below.tickets),
        standings,
        below.media,
        below.tickets,
    )
    drafts = GameDrafts(assembly.clock, below.media, below.audit)
    publishing = Publishing(
        assembly.clock, drafts, published, below.live_settings, below.media, below.audit
    )
    below.children.follow(ChildRecords())
    assembly.services |= {
        "game_drafts": drafts,
        "game_trials": GameTrials(assembly.clock),
        "publishing": publishing,
        "published_games": published,
        "standings": standings,
        "game_plays": plays,
        "game_results": Results(
            assembly.clock,
            below.children,
            published,
            plays,
            standings,
            Earning(standings, below.tickets),
        ),
        "game_saves": Saves(assembly.clock, below.children, published),
    }
    assembly.routes += [
        GameDraftsController,
        OffersController,
        PlaysController,
        PublishingController,
        ResultsController,
        SavesController,
    ]
    assembly.bodies += [GameResultRecord]
    recounts = Recounts(assembly.database, Recounting(standings))
    assembly.kinds.perform(RecountGame, recounts.some, Policy())
    return Games(published, standings, plays, BuiltInGames(publishing))
