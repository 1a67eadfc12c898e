"""Puts billing together."""

from dodam.features.accounts.service.attributes import Attributes
from dodam.features.billing.routes import EntitlementController
from dodam.features.billing.service import Entitlements
from dodam.platform.assembly import Assembly


def wire(assembly: Assembly, attributes: Attributes) -> Entitlements:
    entitlements = Entitlements(assembly.clock, attributes)
    assembly.routes.append(EntitlementController)
    assembly.services["entitlements"] = entitlements
    return entitlements
