"""Puts the therapy feature together."""

from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.children.service.children import Children
from dodam.features.children.service.reporting import ChildReporting
from dodam.features.content.service import Catalogue
from dodam.features.therapy.models.plans import DefaultPlanRules
from dodam.features.therapy.models.plays import PlayRecord
from dodam.features.therapy.routes import (
    FiguresController,
    PlansController,
    ProgressController,
    UploadsController,
)
from dodam.features.therapy.service.child_records import ChildRecords
from dodam.features.therapy.service.figures import FiguresOfAll
from dodam.features.therapy.service.goals import Goals
from dodam.features.therapy.service.plans import Plans
from dodam.features.therapy.service.progress import Progress
from dodam.features.therapy.service.uploads import Uploads
from dodam.platform.assembly import Assembly


def wire(
    assembly: Assembly,
    children: Children,
    catalogue: Catalogue,
    rules: DefaultPlanRules,
    accounts_reporting: AccountReporting,
    children_reporting: ChildReporting,
) -> None:
    plans = Plans(assembly.clock, catalogue, rules)
    children.follow(ChildRecords(plans))
    assembly.services["plans"] = plans
    assembly.services["progress"] = Progress(assembly.clock, plans, catalogue)
    assembly.services["uploads"] = Uploads(
        assembly.database, assembly.clock, children, catalogue, Goals(assembly.clock, catalogue)
    )
    assembly.services["figures"] = FiguresOfAll(
        assembly.clock, accounts_reporting, children_reporting
    )
    assembly.routes += [FiguresController, PlansController, ProgressController, UploadsController]
    assembly.bodies.append(PlayRecord)
