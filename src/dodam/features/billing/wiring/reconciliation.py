"""Puts together what finds out what no message told."""

from datetime import timedelta

from dodam.features.billing.jobs.reconciliation import ReconciliationWork
from dodam.features.billing.models.tasks import (
    AskApple,
    AskGoogle,
    JudgeDrift,
    ReadHistory,
    ReadVoided,
)
from dodam.features.billing.routes.store_health import StoreHealthController
from dodam.features.billing.service.inbox import Inbox
from dodam.features.billing.service.questions import Questions
from dodam.features.billing.service.reconciliation import Reconciliation
from dodam.features.billing.service.store_health import StoreHealthDesk
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.features.billing.wiring.lanes import APP_STORE, GOOGLE_PLAY, HOUSE_WORK, asking
from dodam.platform.assembly import Assembly

_LONG = timedelta(minutes=10)


def wire_reconciliation(
    assembly: Assembly, stores: Stores, subscriptions: Subscriptions, inbox: Inbox
) -> None:
    database, clock = assembly.database, assembly.clock
    questions = Questions(database, clock, stores, subscriptions)
    reconciliation = Reconciliation(database, clock, stores, inbox)
    work = ReconciliationWork(questions, reconciliation)
    perform = assembly.kinds.perform
    perform(AskApple, work.ask_apple, asking(APP_STORE))
    perform(AskGoogle, work.ask_google, asking(GOOGLE_PLAY))
    perform(ReadHistory, work.read_history, asking(APP_STORE, timeout=_LONG, priority=1))
    perform(ReadVoided, work.read_voided, asking(GOOGLE_PLAY, timeout=_LONG, priority=1))
    perform(JudgeDrift, work.judge, HOUSE_WORK)
    assembly.services["store_health"] = StoreHealthDesk(clock, stores)
    assembly.routes.append(StoreHealthController)
    assembly.chores |= {
        "ask-stores": ("*/5 * * * *", questions.put),
        "read-store-lists": ("13 * * * *", reconciliation.begin),
    }
