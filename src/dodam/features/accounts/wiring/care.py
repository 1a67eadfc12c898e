"""What staff do with guardians' accounts."""

from dodam.features.accounts.routes import CareController
from dodam.features.accounts.service.care import Care
from dodam.features.accounts.service.password_resets import PasswordResets
from dodam.features.accounts.wiring.core import Core
from dodam.platform.assembly import Assembly


def wire_care(assembly: Assembly, core: Core, password_resets: PasswordResets) -> None:
    assembly.services["care"] = Care(password_resets, core.audit)
    assembly.routes.append(CareController)
