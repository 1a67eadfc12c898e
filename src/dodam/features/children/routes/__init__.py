"""Children and their diagnoses over HTTP."""

from dodam.features.children.routes.children import ChildrenController
from dodam.features.children.routes.consents import ChildConsentController
from dodam.features.children.routes.diagnoses import DiagnosesController

__all__ = ["ChildConsentController", "ChildrenController", "DiagnosesController"]
