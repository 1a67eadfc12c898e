"""Puts the therapy feature together."""

from dataclasses import dataclass

from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.audit.service import Audit
from dodam.features.children.events import DayMoved
from dodam.features.children.service.care_teams import CareTeams
from dodam.features.children.service.children import Children
from dodam.features.children.service.reporting import ChildReporting
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.therapy.events import DayAttended
from dodam.features.therapy.handlers import Reactions
from dodam.features.therapy.jobs import SummingUp
from dodam.features.therapy.models.daily_results import SumUpDay, SumUpDays
from dodam.features.therapy.models.plans import DefaultPlanRules
from dodam.features.therapy.models.plays import PlayRecord
from dodam.features.therapy.models.sessions import SessionEvent
from dodam.features.therapy.routes import (
    CorrectionsController,
    DailyResultsController,
    ExceptionalDaysController,
    FiguresController,
    PausesController,
    PlansController,
    ProgressController,
    SessionsController,
    TemplatesController,
    UploadsController,
)
from dodam.features.therapy.service.attended import Attended, Streaks
from dodam.features.therapy.service.changes import Changes
from dodam.features.therapy.service.child_records import ChildRecords
from dodam.features.therapy.service.corrections import Corrections
from dodam.features.therapy.service.daily_results import ResultsOfDays
from dodam.features.therapy.service.figures import FiguresOfAll
from dodam.features.therapy.service.goals import Goals
from dodam.features.therapy.service.pauses import Pauses
from dodam.features.therapy.service.plans import Plans
from dodam.features.therapy.service.progress import Progress
from dodam.features.therapy.service.schedule import Schedules
from dodam.features.therapy.service.session_events import SessionEvents
from dodam.features.therapy.service.sessions import SessionsOfChild
from dodam.features.therapy.service.stored_plays import StoredPlays
from dodam.features.therapy.service.templates import Templates
from dodam.features.therapy.service.uploads import Uploads
from dodam.platform.assembly import Assembly
from dodam.platform.work import Lane, Policy

# Most children live in one time zone and have their evening at once: it takes a while, and must
# not keep everything else waiting.
_EVENING = Policy(lane=Lane(name="evening", at_once=1))


@dataclass(frozen=True)
class Below:
    """What it is built on."""

    children: Children
    care_teams: CareTeams
    catalogue: Catalogue
    accounts_reporting: AccountReporting
    children_reporting: ChildReporting
    audit: Audit


@dataclass(frozen=True)
class Therapy:
    """What the feature offers outside of its routes."""

    progress: Progress
    results: ResultsOfDays
    changes: Changes


def wire(
    assembly: Assembly, below: Below, rules: DefaultPlanRules, *, daily_result_hour: int
) -> Therapy:
    children, catalogue = below.children, below.catalogue
    plans = Plans(assembly.clock, catalogue, rules)
    progress = Progress(assembly.clock, plans, catalogue)
    results = ResultsOfDays(
        assembly.clock, children, below.children_reporting, progress, hour=daily_result_hour
    )
    goals = Goals(assembly.clock, catalogue)
    attended = Attended(assembly.clock)
    children.follow(ChildRecords(plans, results))
    assembly.services |= {
        "plans": plans,
        "templates": Templates(assembly.clock, catalogue, plans, below.audit),
        "pauses": Pauses(assembly.clock),
        "schedules": Schedules(assembly.clock, progress),
        "progress": progress,
        "results": results,
        "uploads": Uploads(assembly.database, assembly.clock, children, catalogue, goals, attended),
        "stored_plays": StoredPlays(assembly.clock),
        "corrections": Corrections(
            assembly.database, assembly.clock, below.care_teams, catalogue, goals, attended
        ),
        "session_events": SessionEvents(assembly.clock, children),
        "sessions_of_child": SessionsOfChild(assembly.clock, children),
        "figures": FiguresOfAll(assembly.clock, below.accounts_reporting, below.children_reporting),
    }
    assembly.routes += [
        CorrectionsController,
        DailyResultsController,
        ExceptionalDaysController,
        FiguresController,
        PausesController,
        PlansController,
        ProgressController,
        SessionsController,
        TemplatesController,
        UploadsController,
    ]
    assembly.bodies += [PlayRecord, SessionEvent]
    reactions = Reactions(results, Streaks(assembly.clock, children, progress))
    assembly.outbox.subscribe(DayMoved, "therapy.day_moved", reactions.day_moved)
    assembly.outbox.subscribe(
        DayAttended,
        "therapy.streaks",
        reactions.day_attended,
        in_order_of=lambda event: event.child_id,
    )
    assembly.chores["begin-evenings"] = ("*/5 * * * *", results.begin)
    summing_up = SummingUp(assembly.database, results)
    assembly.kinds.perform(SumUpDays, summing_up.some, _EVENING)
    assembly.kinds.perform(SumUpDay, summing_up.one, _EVENING)
    return Therapy(progress, results, Changes())
