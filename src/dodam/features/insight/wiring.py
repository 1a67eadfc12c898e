"""Puts the insight feature together."""

from dataclasses import dataclass
from datetime import timedelta

from dodam.features.accounts.events.withdrawal import AccountErased, AccountWithdrawn
from dodam.features.accounts.service.consent_documents import ConsentDocuments
from dodam.features.accounts.service.consents import Consents
from dodam.features.accounts.service.profiles import Profiles
from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.billing.events import SubscriptionNews
from dodam.features.children.events import ChildRegistered
from dodam.features.insight.handlers import Reactions
from dodam.features.insight.models.events import ForgetPerson, SendBehaviourEvent
from dodam.features.insight.models.uploads import BehaviourEvents
from dodam.features.insight.ports import Analytics
from dodam.features.insight.routes import BehaviourController
from dodam.features.insight.service.consents import AnalyticsConsents
from dodam.features.insight.service.deletions import Deletions
from dodam.features.insight.service.people import People
from dodam.features.insight.service.recording import Recorder
from dodam.features.insight.service.sending import Sending
from dodam.features.insight.service.uploads import Uploads
from dodam.features.therapy.events import TherapyGoalReached
from dodam.platform.assembly import Assembly
from dodam.platform.rate_limit import Limit, RateLimits
from dodam.platform.work import Lane, Policy

# Nobody waits for an event: everything else goes first.
_LAST = -10
EVENTS = Policy(
    lane=Lane(name="mixpanel", at_once=1, waits=timedelta(minutes=5)),
    patience=timedelta(days=3),
    priority=_LAST,
)
MOST_EVENTS_TOGETHER = 2000
# Mixpanel takes one request a second about deletions, 1,999 people in each, and up to a month.
DELETIONS = Policy(
    lane=Lane(
        name="mixpanel_deletions",
        at_once=1,
        waits=timedelta(minutes=1),
        rate=Limit("mixpanel_deletions", "1/second"),
    ),
    first_delay=timedelta(minutes=1),
    patience=timedelta(days=60),
)
MOST_DELETED_TOGETHER = 1999


@dataclass(frozen=True)
class AccountServices:
    """What is asked of the accounts feature."""

    consents: Consents
    consent_documents: ConsentDocuments
    withdrawals: Withdrawals
    reporting: AccountReporting
    profiles: Profiles


def wire(
    assembly: Assembly,
    analytics: Analytics,
    accounts: AccountServices,
    rate_limits: RateLimits,
    uploads_limit: Limit,
) -> None:
    database, clock = assembly.database, assembly.clock
    people = People(clock, analytics, accounts.consent_documents, accounts.reporting)
    recorder = Recorder(people)
    deletions = Deletions(database, clock, people, analytics, accounts.withdrawals)
    uploads = Uploads(database, clock, people, rate_limits, uploads_limit)
    accounts.consents.follow(AnalyticsConsents(people, recorder, accounts.profiles))

    assembly.services["behaviour_uploads"] = uploads
    assembly.routes.append(BehaviourController)
    assembly.bodies.append(BehaviourEvents)
    reactions = Reactions(clock, recorder, deletions)
    on = assembly.outbox.subscribe
    on(ChildRegistered, "insight.child_registered", reactions.child_registered)
    on(TherapyGoalReached, "insight.goal_reached", reactions.goal_reached)
    on(SubscriptionNews, "insight.subscription_news", reactions.subscription_news)
    on(AccountWithdrawn, "insight.account_withdrawn", reactions.account_withdrawn)
    on(AccountErased, "insight.erase", reactions.account_erased)
    assembly.kinds.perform_together(
        SendBehaviourEvent,
        Sending(database, people, analytics).send,
        EVENTS,
        most=MOST_EVENTS_TOGETHER,
    )
    assembly.kinds.perform_together(
        ForgetPerson, deletions.forget, DELETIONS, most=MOST_DELETED_TOGETHER
    )
    assembly.chores |= {
        "forget-taken-events": ("53 3 * * *", uploads.forget_taken),
        "forget-behaviour-of-test-accounts": ("7 3 * * *", people.forget_test_accounts),
    }
