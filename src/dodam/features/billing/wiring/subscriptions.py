"""Puts together what follows from what is known of subscriptions."""

from datetime import timedelta

from dodam.features.billing.jobs.subscriptions import SubscriptionWork
from dodam.features.billing.models.tasks import AcknowledgePurchase, TakeStock
from dodam.features.billing.service.acknowledging import Acknowledging
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.features.billing.wiring.lanes import GOOGLE_PLAY, HOUSE_WORK
from dodam.platform.assembly import Assembly
from dodam.platform.work import Policy

# Google gives back what is not acknowledged within three days.
_ACKNOWLEDGING = Policy(
    lane=GOOGLE_PLAY,
    longest_delay=timedelta(minutes=5),
    patience=timedelta(days=3),
    priority=2,
)


def wire_subscriptions(assembly: Assembly, stores: Stores, subscriptions: Subscriptions) -> None:
    database = assembly.database
    acknowledging = Acknowledging(database, assembly.clock, stores, subscriptions)
    work = SubscriptionWork(database, subscriptions, acknowledging)
    assembly.kinds.perform(TakeStock, work.take_stock, HOUSE_WORK)
    assembly.kinds.perform(AcknowledgePurchase, work.acknowledge, _ACKNOWLEDGING)
    assembly.chores["look-at-subscriptions"] = ("*/5 * * * *", subscriptions.sweep)
