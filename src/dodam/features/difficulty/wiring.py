"""Puts the difficulty feature together."""

from dodam.features.children.service.children import Children
from dodam.features.children.service.diagnoses import Diagnoses
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.difficulty.routes import DifficultyController
from dodam.features.difficulty.service.child_records import ChildRecords
from dodam.features.difficulty.service.decisions import Decisions
from dodam.features.difficulty.service.levels import Levels
from dodam.features.therapy.service.plays import PlayFacts
from dodam.features.therapy.service.progress import Progress
from dodam.platform.assembly import Assembly


def wire(
    assembly: Assembly,
    children: Children,
    diagnoses: Diagnoses,
    catalogue: Catalogue,
    progress: Progress,
) -> None:
    decisions = Decisions(assembly.clock, catalogue)
    children.follow(ChildRecords())
    assembly.services |= {
        "decisions": decisions,
        "levels": Levels(assembly.clock, catalogue, progress, PlayFacts(), diagnoses, decisions),
    }
    assembly.routes.append(DifficultyController)
