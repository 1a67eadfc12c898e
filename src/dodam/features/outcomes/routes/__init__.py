"""Results, dose and adherence over HTTP."""

from dodam.features.outcomes.routes.adherence import (
    AdherenceController,
    CaseloadAdherenceController,
)
from dodam.features.outcomes.routes.dropout import DropoutController
from dodam.features.outcomes.routes.results import ResultsController

__all__ = [
    "AdherenceController",
    "CaseloadAdherenceController",
    "DropoutController",
    "ResultsController",
]
