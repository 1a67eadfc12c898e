"""Children, their diagnoses and who treats them over HTTP."""

from dodam.features.children.routes.access import child_access
from dodam.features.children.routes.care_teams import CaseloadsController, OwnCareTeamController
from dodam.features.children.routes.children import ChildrenController
from dodam.features.children.routes.classifications import ClassificationsController
from dodam.features.children.routes.consents import ChildConsentController
from dodam.features.children.routes.diagnoses import DiagnosesController

__all__ = [
    "CaseloadsController",
    "ChildConsentController",
    "ChildrenController",
    "ClassificationsController",
    "DiagnosesController",
    "OwnCareTeamController",
    "child_access",
]
