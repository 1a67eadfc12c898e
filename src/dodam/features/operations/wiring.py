"""Puts operations together."""

from dataclasses import dataclass
from datetime import timedelta

from dodam.features.audit.service import Audit
from dodam.features.billing.events import (
    DriftFound,
    StoreConsentRescinded,
    StoreMessageUnknown,
    SubscriptionNews,
)
from dodam.features.operations.handlers import Reactions
from dodam.features.operations.models.notices import SendNotice
from dodam.features.operations.ports import NoticeBoard
from dodam.features.operations.routes import FailureController, QueueController
from dodam.features.operations.service.failure_desk import FailureDesk
from dodam.features.operations.service.failures import Failures
from dodam.features.operations.service.notices import Notices
from dodam.features.operations.service.presence import Presence
from dodam.features.operations.service.queue import QueueDesk
from dodam.features.operations.service.watch import Watch
from dodam.platform.assembly import Assembly
from dodam.platform.jobs.dead_letters import DeadLetters
from dodam.platform.jobs.figures import Figures
from dodam.platform.work import Lane, Policy

# One message at a time, which waits where it is while Discord is away, so that notices stay in
# their order.
_LANE = Lane(name="discord", at_once=1, waits=timedelta(days=1))
_POLICY = Policy(lane=_LANE, longest_delay=timedelta(minutes=10), patience=timedelta(days=3))
# As many as Discord shows in one message.
_MOST = 10


@dataclass(frozen=True)
class Operations:
    """What the composition root, the processes and other features are handed."""

    notices: Notices
    failures: Failures
    presence: Presence


def wire(
    assembly: Assembly,
    audit: Audit,
    figures: Figures,
    board: NoticeBoard,
    *,
    version: str,
    instance: str,
) -> Operations:
    notices = Notices(assembly.database, assembly.clock, board)
    failures = Failures(
        assembly.database, notices, assembly.clock, version=version, instance=instance
    )
    failure_desk = FailureDesk(assembly.clock, audit)
    dead_letters = DeadLetters(assembly.kinds)
    assembly.kinds.perform_together(SendNotice, notices.send, _POLICY, most=_MOST)
    reactions = Reactions(notices)
    on = assembly.outbox.subscribe
    on(SubscriptionNews, "operations.tell_of_payments", reactions.subscription_news)
    on(StoreMessageUnknown, "operations.tell_of_unknown_message", reactions.message_unknown)
    on(StoreConsentRescinded, "operations.tell_of_consent", reactions.consent_rescinded)
    on(DriftFound, "operations.tell_of_drift", reactions.drift_found)
    assembly.services["queue_desk"] = QueueDesk(figures, dead_letters, audit)
    assembly.services["failure_desk"] = failure_desk
    assembly.routes += [QueueController, FailureController]
    assembly.chores |= {
        "watch-jobs": ("* * * * *", Watch(notices, figures, dead_letters).look),
        "forget-notices": ("23 3 * * *", notices.forget_old),
        "forget-failures": ("29 3 * * *", failure_desk.forget_old),
    }
    return Operations(
        notices, failures, Presence(notices, failures, version=version, instance=instance)
    )
