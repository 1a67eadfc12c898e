"""Puts the accounts feature together, part by part."""

from dodam.features.accounts.wiring.attributes import wire_attributes
from dodam.features.accounts.wiring.core import Core
from dodam.features.accounts.wiring.signing_in import wire_signing_in
from dodam.platform.assembly import Assembly

__all__ = ["Core", "wire"]


def wire(assembly: Assembly, core: Core) -> None:
    wire_signing_in(assembly, core)
    wire_attributes(assembly, core)
