"""Puts billing together."""

from dataclasses import dataclass

from dodam.features.accounts.service.attributes import Attributes
from dodam.features.accounts.service.consents import Consents
from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.audit.service import Audit
from dodam.features.billing.ports import AppStore, GooglePlay
from dodam.features.billing.service.entitlements import Entitlements
from dodam.features.billing.service.free_periods import FreePeriods
from dodam.features.billing.service.ownership import Ownership
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.features.billing.wiring.deeds import wire_deeds
from dodam.features.billing.wiring.figures import wire_figures
from dodam.features.billing.wiring.inbox import wire_inbox
from dodam.features.billing.wiring.reconciliation import wire_reconciliation
from dodam.features.billing.wiring.subscriptions import Core, wire_subscriptions
from dodam.platform.assembly import Assembly
from dodam.platform.rate_limit import Limit, RateLimits


@dataclass(frozen=True)
class Below:
    """What billing is handed of the features below it."""

    attributes: Attributes
    withdrawals: Withdrawals
    consents: Consents
    reporting: AccountReporting
    audit: Audit


@dataclass(frozen=True)
class Limits:
    """How often something may be tried: `forgeries` are a network's forged messages.

    `purchases` are those that one account hands in.
    """

    rate_limits: RateLimits
    forgeries: Limit
    purchases: Limit


@dataclass(frozen=True)
class Billing:
    """What features above billing are handed."""

    entitlements: Entitlements
    free_periods: FreePeriods
    subscriptions: Subscriptions


def wire(
    assembly: Assembly,
    below: Below,
    limits: Limits,
    app_store: AppStore | None,
    google_play: GooglePlay | None,
) -> Billing:
    stores = Stores(app_store, google_play)
    subscriptions = Subscriptions(
        assembly.clock, assembly.log, Ownership(below.withdrawals), below.attributes
    )
    entitlements = Entitlements(assembly.clock, below.attributes)
    free_periods = FreePeriods(assembly.clock)
    inbox = wire_inbox(
        assembly, below.audit, stores, subscriptions, limits.rate_limits, limits.forgeries
    )
    wire_reconciliation(assembly, stores, subscriptions, inbox)
    wire_subscriptions(
        assembly,
        Core(stores, subscriptions, entitlements, free_periods),
        below.withdrawals,
        limits.rate_limits,
        limits.purchases,
    )
    wire_deeds(assembly, stores, subscriptions, below.withdrawals, below.consents, below.audit)
    wire_figures(assembly, below.reporting)
    return Billing(entitlements, free_periods, subscriptions)
