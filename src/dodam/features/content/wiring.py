"""Puts the content feature together."""

from dodam.features.content.routes import MotionsController
from dodam.features.content.service import Catalogue
from dodam.platform.assembly import Assembly


def wire(assembly: Assembly) -> Catalogue:
    catalogue = Catalogue()
    assembly.services["catalogue"] = catalogue
    assembly.routes.append(MotionsController)
    return catalogue
