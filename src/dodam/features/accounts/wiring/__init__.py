"""Puts the accounts feature together, part by part."""

from dodam.features.accounts.wiring.attributes import wire_attributes
from dodam.features.accounts.wiring.core import Core
from dodam.features.accounts.wiring.passwords import wire_passwords
from dodam.features.accounts.wiring.signing_in import wire_signing_in
from dodam.platform.assembly import Assembly

__all__ = ["Core", "wire"]


def wire(assembly: Assembly, core: Core) -> None:
    password_sign_in = wire_signing_in(assembly, core)
    wire_passwords(assembly, core, password_sign_in)
    wire_attributes(assembly, core)
