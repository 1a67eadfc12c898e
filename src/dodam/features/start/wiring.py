"""Puts the start of a client together."""

from dodam.features.start.routes import StartController
from dodam.features.start.service import Below, Starts
from dodam.platform.assembly import Assembly

__all__ = ["Below", "wire"]


def wire(assembly: Assembly, below: Below) -> None:
    assembly.services["starts"] = Starts(assembly.clock, below)
    assembly.routes.append(StartController)
