"""Puts together what clients hand in, and what follows from what is known of subscriptions."""

from dataclasses import dataclass
from datetime import timedelta

from dodam.features.accounts.events.withdrawal import AccountErased
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.billing.handlers.erasure import ErasureReactions
from dodam.features.billing.jobs.subscriptions import SubscriptionWork
from dodam.features.billing.models.tasks import AcknowledgePurchase, ClaimPurchase, TakeStock
from dodam.features.billing.routes.entitlement import EntitlementController
from dodam.features.billing.routes.subscriptions import SubscriptionsController
from dodam.features.billing.service.acknowledging import Acknowledging
from dodam.features.billing.service.entitlements import Entitlements
from dodam.features.billing.service.erasure import Erasure
from dodam.features.billing.service.free_periods import FreePeriods
from dodam.features.billing.service.receipts import Receipts
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.features.billing.wiring.lanes import GOOGLE_PLAY, HOUSE_WORK, asking
from dodam.platform.assembly import Assembly
from dodam.platform.rate_limit import Limit, RateLimits
from dodam.platform.work import Policy

# Google gives back what is not acknowledged within three days.
_ACKNOWLEDGING = Policy(
    lane=GOOGLE_PLAY, longest_delay=timedelta(minutes=5), patience=timedelta(days=3), priority=2
)


@dataclass(frozen=True)
class Core:
    """What all of billing stands on."""

    stores: Stores
    subscriptions: Subscriptions
    entitlements: Entitlements
    free_periods: FreePeriods


def wire_subscriptions(
    assembly: Assembly,
    core: Core,
    withdrawals: Withdrawals,
    rate_limits: RateLimits,
    handed_in: Limit,
) -> None:
    """`handed_in` bounds the purchases that one account hands in."""
    database, clock = assembly.database, assembly.clock
    subscriptions = core.subscriptions
    receipts = Receipts(
        database, clock, core.stores, subscriptions, core.entitlements, rate_limits, handed_in
    )
    assembly.services |= {
        "entitlements": core.entitlements,
        "stores": core.stores,
        "subscriptions": subscriptions,
        "receipts": receipts,
    }
    assembly.routes += [EntitlementController, SubscriptionsController]
    acknowledging = Acknowledging(database, clock, core.stores, subscriptions)
    work = SubscriptionWork(database, subscriptions, acknowledging, receipts)
    assembly.kinds.perform(TakeStock, work.take_stock, HOUSE_WORK)
    assembly.kinds.perform(AcknowledgePurchase, work.acknowledge, _ACKNOWLEDGING)
    assembly.kinds.perform(ClaimPurchase, work.claim, asking(GOOGLE_PLAY, priority=2))
    assembly.chores |= {
        "look-at-subscriptions": ("*/5 * * * *", subscriptions.sweep),
        "forget-old-payments": ("17 4 * * *", subscriptions.forget_old),
    }
    erasure = ErasureReactions(Erasure(withdrawals, core.free_periods, receipts))
    assembly.outbox.subscribe(AccountErased, "billing.erase_with_account", erasure.account_erased)
