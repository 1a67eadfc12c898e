"""Puts together what takes in the stores' messages, and what deals with them."""

from datetime import timedelta

from dodam.features.audit.service import Audit
from dodam.features.billing.jobs.notifications import NotificationWork
from dodam.features.billing.models.notifications import PushedMessage
from dodam.features.billing.models.tasks import (
    LookUpAtApple,
    LookUpAtGoogle,
    ProcessNotification,
    PullNotifications,
)
from dodam.features.billing.routes.staff_notifications import StaffNotificationsController
from dodam.features.billing.routes.store_notifications import StoreNotificationsController
from dodam.features.billing.service.inbox import Inbox
from dodam.features.billing.service.messages import MessageDesk
from dodam.features.billing.service.processing import Processing
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.features.billing.wiring.lanes import APP_STORE, GOOGLE_PLAY, HOUSE_WORK, asking
from dodam.platform.assembly import Assembly
from dodam.platform.rate_limit import Limit, RateLimits


def wire_inbox(
    assembly: Assembly,
    audit: Audit,
    stores: Stores,
    subscriptions: Subscriptions,
    rate_limits: RateLimits,
    forgeries: Limit,
) -> Inbox:
    database, clock = assembly.database, assembly.clock
    inbox = Inbox(database, clock, stores, rate_limits, forgeries)
    desk = MessageDesk(clock, audit)
    work = NotificationWork(Processing(database, clock, stores, subscriptions), inbox)
    assembly.kinds.perform(ProcessNotification, work.process, HOUSE_WORK)
    assembly.kinds.perform(LookUpAtApple, work.look_up, asking(APP_STORE, priority=1))
    assembly.kinds.perform(LookUpAtGoogle, work.look_up, asking(GOOGLE_PLAY, priority=1))
    assembly.kinds.perform(
        PullNotifications, work.pull, asking(GOOGLE_PLAY, timeout=timedelta(minutes=5))
    )
    assembly.services |= {"inbox": inbox, "message_desk": desk}
    assembly.routes += [StoreNotificationsController, StaffNotificationsController]
    assembly.bodies.append(PushedMessage)
    assembly.chores |= {
        "pull-store-messages": ("* * * * *", inbox.begin_pulling),
        "forget-store-messages": ("23 4 * * *", desk.forget_old),
    }
    return inbox
