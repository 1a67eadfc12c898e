"""Plans, uploads and progress over HTTP."""

from dodam.features.therapy.routes.corrections import CorrectionsController
from dodam.features.therapy.routes.daily_results import DailyResultsController
from dodam.features.therapy.routes.figures import FiguresController
from dodam.features.therapy.routes.pauses import ExceptionalDaysController, PausesController
from dodam.features.therapy.routes.plans import PlansController
from dodam.features.therapy.routes.progress import ProgressController
from dodam.features.therapy.routes.sessions import SessionsController
from dodam.features.therapy.routes.templates import TemplatesController
from dodam.features.therapy.routes.uploads import UploadsController

__all__ = [
    "CorrectionsController",
    "DailyResultsController",
    "ExceptionalDaysController",
    "FiguresController",
    "PausesController",
    "PlansController",
    "ProgressController",
    "SessionsController",
    "TemplatesController",
    "UploadsController",
]
