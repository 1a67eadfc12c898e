"""Puts the outcomes feature together."""

from dataclasses import dataclass

from dodam.features.content.service.catalogue import Catalogue
from dodam.features.outcomes.models.dropout_risk import shipped_model
from dodam.features.outcomes.routes import (
    AdherenceController,
    CaseloadAdherenceController,
    DropoutController,
    ResultsController,
)
from dodam.features.outcomes.service.adherence import Adherences
from dodam.features.outcomes.service.dropout import DropoutRisks
from dodam.features.outcomes.service.results import ResultsOfChildren
from dodam.features.outcomes.service.trends import Trends
from dodam.features.therapy.service.plays import PlayFacts
from dodam.features.therapy.service.progress import Progress
from dodam.platform.assembly import Assembly


@dataclass(frozen=True)
class Outcomes:
    """What the feature offers outside of its routes."""

    results: ResultsOfChildren
    trends: Trends
    adherences: Adherences


def wire(assembly: Assembly, catalogue: Catalogue, progress: Progress) -> Outcomes:
    plays = PlayFacts()
    results = ResultsOfChildren(assembly.clock, plays, catalogue)
    trends = Trends(assembly.clock, plays, catalogue)
    adherences = Adherences(assembly.clock, progress, plays)
    assembly.services |= {
        "outcomes": results,
        "trends": trends,
        "adherences": adherences,
        "dropout_risks": DropoutRisks(assembly.clock, progress, shipped_model()),
    }
    assembly.routes += [
        ResultsController,
        AdherenceController,
        CaseloadAdherenceController,
        DropoutController,
    ]
    return Outcomes(results, trends, adherences)
