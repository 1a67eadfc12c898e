"""Puts billing together."""

from dataclasses import dataclass

from dodam.features.accounts.service.attributes import Attributes
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.audit.service import Audit
from dodam.features.billing.ports import AppStore, GooglePlay
from dodam.features.billing.routes.entitlement import EntitlementController
from dodam.features.billing.service.entitlements import Entitlements
from dodam.features.billing.service.free_periods import FreePeriods
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.platform.assembly import Assembly


@dataclass(frozen=True)
class Below:
    """What billing is handed of the features below it."""

    attributes: Attributes
    withdrawals: Withdrawals
    audit: Audit


@dataclass(frozen=True)
class Billing:
    """What features above billing are handed."""

    entitlements: Entitlements
    free_periods: FreePeriods
    subscriptions: Subscriptions


def wire(
    assembly: Assembly,
    below: Below,
    app_store: AppStore | None,
    google_play: GooglePlay | None,
) -> Billing:
    stores = Stores(app_store, google_play)
    subscriptions = Subscriptions(assembly.clock)
    entitlements = Entitlements(assembly.clock, below.attributes)
    assembly.routes.append(EntitlementController)
    assembly.services |= {
        "entitlements": entitlements,
        "stores": stores,
        "subscriptions": subscriptions,
    }
    return Billing(entitlements, FreePeriods(assembly.clock), subscriptions)
