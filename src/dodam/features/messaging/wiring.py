"""Puts the messaging feature together."""

from dataclasses import dataclass
from datetime import timedelta

from dodam.features.accounts.events.phones import PhoneVerified
from dodam.features.accounts.events.withdrawal import AccountErased, AccountWithdrawn
from dodam.features.accounts.service.account_mails import AccountMails
from dodam.features.accounts.service.contacts import Contacts
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.audit.service import Audit
from dodam.features.billing.events import SubscriptionNews
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.features.children.service.children import Children
from dodam.features.messaging.handlers import MailReactions, Reactions
from dodam.features.messaging.jobs import MessageWork
from dodam.features.messaging.models.messages import AskResults, SendMessage
from dodam.features.messaging.models.quiet_hours import QuietHours
from dodam.features.messaging.ports import Alimtalk
from dodam.features.messaging.routes import (
    MessagesController,
    NotificationsController,
    StaffMessagesController,
)
from dodam.features.messaging.service.decisions import Decisions
from dodam.features.messaging.service.messages import Messages, Retention
from dodam.features.messaging.service.notifications import Notifications
from dodam.features.messaging.service.results import Results
from dodam.features.messaging.service.sending import Sending
from dodam.features.messaging.service.subscription_mails import SubscriptionMails
from dodam.features.messaging.service.subscription_wording import SubscriptionWording
from dodam.features.messaging.service.templates import Templates
from dodam.features.messaging.service.wording import Wording
from dodam.features.therapy.events import DailyResultReady, TherapyGoalReached
from dodam.features.therapy.service.daily_results import ResultsOfDays
from dodam.platform.assembly import Assembly
from dodam.platform.work import Lane, Policy

_LANE = Lane(name="sens", at_once=2, waits=timedelta(minutes=2))
_SENDING = Policy(
    lane=_LANE,
    timeout=timedelta(minutes=2),
    longest_delay=timedelta(minutes=15),
    patience=timedelta(days=3),
    priority=1,
)
# What it asks for is known for 30 days.
_ASKING = Policy(lane=_LANE, patience=timedelta(days=7))
# As many as one order may have.
_MOST_TOGETHER = 100


@dataclass(frozen=True)
class Rules:
    """As the settings have it; messages and their texts stay for so many days."""

    quiet_hours: QuietHours
    days: int
    text_days: int


@dataclass(frozen=True)
class Below:
    """What messaging is handed of the features below it."""

    contacts: Contacts
    mails: AccountMails
    withdrawals: Withdrawals
    children: Children
    results_of_days: ResultsOfDays
    subscriptions: Subscriptions
    audit: Audit


def wire(assembly: Assembly, below: Below, alimtalk: Alimtalk, rules: Rules) -> None:
    clock, database = assembly.clock, assembly.database
    templates = Templates.load()
    notifications = Notifications(clock, templates, below.contacts)
    messages = Messages(
        clock,
        below.contacts,
        below.withdrawals,
        below.children,
        notifications,
        below.audit,
    )
    retention = Retention(clock, days=rules.days, text_days=rules.text_days)
    below.children.follow(retention)
    assembly.services |= {"notifications": notifications, "messages": messages}
    assembly.routes += [MessagesController, StaffMessagesController, NotificationsController]

    decisions = Decisions(
        clock,
        below.contacts,
        below.children,
        notifications,
        templates,
        Wording(below.results_of_days),
        SubscriptionWording(below.subscriptions),
        rules.quiet_hours,
    )
    work = MessageWork(
        Sending(database, clock, alimtalk, decisions), Results(database, clock, alimtalk)
    )
    assembly.kinds.perform_together(SendMessage, work.send, _SENDING, most=_MOST_TOGETHER)
    assembly.kinds.perform(AskResults, work.ask, _ASKING)

    reactions = Reactions(messages)
    on = assembly.outbox.subscribe
    name = "messaging.tell"
    on(PhoneVerified, name, reactions.phone_verified, in_order_of=lambda e: e.account_id)
    on(TherapyGoalReached, name, reactions.goal_reached, in_order_of=lambda e: e.account_id)
    on(DailyResultReady, name, reactions.daily_result_ready, in_order_of=lambda e: e.account_id)
    on(SubscriptionNews, name, reactions.subscription_news, in_order_of=lambda e: e.account_id)
    mails = MailReactions(SubscriptionMails(below.subscriptions, below.mails))
    on(SubscriptionNews, "messaging.mail_subscription_news", mails.subscription_news)
    on(AccountWithdrawn, "messaging.mail_what_runs_on", mails.account_withdrawn)
    on(AccountErased, "messaging.erase_with_account", reactions.account_erased)
    assembly.chores |= {
        "take-up-messages": ("* * * * *", messages.take_up),
        "forget-old-messages": ("17 3 * * *", retention.forget_old),
    }
