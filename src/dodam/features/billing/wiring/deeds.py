"""What is done about subscriptions, and what leaving means for them."""

from datetime import timedelta

from dodam.features.accounts.events.withdrawal import AccountErased, AccountWithdrawn
from dodam.features.accounts.service.consents import Consents
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.audit.service import Audit
from dodam.features.billing.handlers.leaving import LeavingReactions
from dodam.features.billing.jobs.deeds import DeedWork
from dodam.features.billing.models.tasks import AnswerConsumption, DoDeedAtApple, DoDeedAtGoogle
from dodam.features.billing.routes.cancellation import CancellationController
from dodam.features.billing.routes.staff_subscriptions import StaffSubscriptionsController
from dodam.features.billing.service.consumption import Consumption
from dodam.features.billing.service.deeds import Deeds
from dodam.features.billing.service.deeds_at_stores import DeedsAtStores
from dodam.features.billing.service.leaving import Leaving
from dodam.features.billing.service.staff_views import StaffViews
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.features.billing.wiring.lanes import APP_STORE, GOOGLE_PLAY, asking
from dodam.platform.assembly import Assembly
from dodam.platform.work import Policy

# Apple waits twelve hours.
_ANSWER = Policy(lane=APP_STORE, longest_delay=timedelta(minutes=15), patience=timedelta(hours=12))


def wire_deeds(
    assembly: Assembly,
    stores: Stores,
    subscriptions: Subscriptions,
    withdrawals: Withdrawals,
    consents: Consents,
    audit: Audit,
) -> None:
    clock, database = assembly.clock, assembly.database
    deeds = Deeds(clock, subscriptions, audit)
    assembly.services |= {"deeds": deeds, "staff_views": StaffViews(clock)}
    assembly.routes += [CancellationController, StaffSubscriptionsController]

    work = DeedWork(
        DeedsAtStores(clock, database, stores, subscriptions, withdrawals),
        Consumption(clock, database, stores, consents),
    )
    # Somebody who left pays on while it is not done.
    assembly.kinds.perform(DoDeedAtApple, work.do, asking(APP_STORE, priority=1))
    assembly.kinds.perform(DoDeedAtGoogle, work.do, asking(GOOGLE_PLAY, priority=1))
    assembly.kinds.perform(AnswerConsumption, work.answer_consumption, _ANSWER)

    leaving = Leaving(subscriptions, deeds, withdrawals)
    withdrawals.ask_first(leaving)
    reactions = LeavingReactions(leaving, deeds)
    on = assembly.outbox.subscribe
    on(AccountWithdrawn, "billing.end_renewals", reactions.account_withdrawn)
    on(AccountErased, "billing.forget_reasons", reactions.account_erased)
