"""Puts the CRM feature together."""

from dataclasses import dataclass
from datetime import timedelta

from dodam.features.accounts.events.accounts import AccountOpened, EmailChanged, ProfileChanged
from dodam.features.accounts.events.phones import PhoneVerified
from dodam.features.accounts.events.withdrawal import (
    AccountErased,
    AccountWithdrawn,
    WithdrawalUndone,
)
from dodam.features.accounts.service.profiles import Profiles
from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.children.events import ChildRegistered, ChildRemoved, ChildRestored
from dodam.features.children.service.children import Children
from dodam.features.children.service.reporting import ChildReporting
from dodam.features.crm.handlers import Reactions
from dodam.features.crm.jobs import CrmWork
from dodam.features.crm.models.customers import LookForDrift, RefreshCustomer, SyncCustomer
from dodam.features.crm.models.reports import WriteWeeklyReport
from dodam.features.crm.ports import Crm
from dodam.features.crm.routes import CrmController
from dodam.features.crm.service.customers import Customers
from dodam.features.crm.service.drift import Drift
from dodam.features.crm.service.people import People
from dodam.features.crm.service.states import CrmStates
from dodam.features.crm.service.weekly_reports import WeeklyReports
from dodam.features.therapy.service.figures import FiguresOfAll
from dodam.features.therapy.service.reporting import TherapyReporting
from dodam.platform.assembly import Assembly
from dodam.platform.i18n import Language
from dodam.platform.work import Lane, Policy

# The adapter itself keeps all workers' requests within Notion's rate: a task may need several.
_LANE = Lane(name="notion", at_once=1, waits=timedelta(minutes=2))
# Leases outlast these time-outs.
_AT_ONCE = Policy(
    lane=_LANE,
    timeout=timedelta(minutes=1),
    longest_delay=timedelta(minutes=15),
    patience=timedelta(days=3),
    priority=1,
)
_WHEN_THERE_IS_TIME = Policy(
    lane=_LANE,
    timeout=timedelta(minutes=1),
    longest_delay=timedelta(hours=1),
    patience=timedelta(days=1),
)
_REPORT = Policy(
    lane=_LANE,
    timeout=timedelta(minutes=4),
    longest_delay=timedelta(minutes=15),
    patience=timedelta(days=3),
    priority=1,
)


@dataclass(frozen=True)
class Below:
    """What the feature uses of lower ones."""

    profiles: Profiles
    withdrawals: Withdrawals
    children: Children
    accounts_reporting: AccountReporting
    children_reporting: ChildReporting


def wire(assembly: Assembly, below: Below, crm: Crm | None, language: Language) -> None:
    """Without a CRM nothing is kept and nothing is done; support is told so."""
    pages = None if crm is None else crm.customers
    assembly.services["crm_states"] = CrmStates(below.profiles, pages)
    assembly.routes.append(CrmController)
    if crm is not None:
        _wire(assembly, below, crm, language)


def _wire(assembly: Assembly, below: Below, crm: Crm, language: Language) -> None:
    database, clock = assembly.database, assembly.clock
    therapy = TherapyReporting(below.children_reporting)
    people = People(clock, below.profiles, below.children, therapy)
    customers = Customers(database, clock, crm.customers, people, below.withdrawals)
    drift = Drift(database, crm.customers, people)
    figures = FiguresOfAll(clock, below.accounts_reporting, below.children_reporting)
    reports = WeeklyReports(database, clock, crm.reports, figures, therapy, language)

    work = CrmWork(customers, drift, reports)
    assembly.kinds.perform(SyncCustomer, work.sync, _AT_ONCE)
    assembly.kinds.perform(RefreshCustomer, work.sync, _WHEN_THERE_IS_TIME)
    assembly.kinds.perform(LookForDrift, work.look_for_drift, _WHEN_THERE_IS_TIME)
    assembly.kinds.perform(WriteWeeklyReport, work.write_report, _REPORT)

    reactions = Reactions(customers)
    on = assembly.outbox.subscribe
    on(AccountOpened, "crm.account_opened", reactions.account_changed)
    on(ProfileChanged, "crm.profile_changed", reactions.account_changed)
    on(EmailChanged, "crm.email_changed", reactions.account_changed)
    on(PhoneVerified, "crm.phone_verified", reactions.account_changed)
    on(AccountWithdrawn, "crm.account_withdrawn", reactions.account_changed)
    on(WithdrawalUndone, "crm.withdrawal_undone", reactions.account_changed)
    on(AccountErased, "crm.account_erased", reactions.account_changed)
    on(ChildRegistered, "crm.child_registered", reactions.children_changed)
    on(ChildRemoved, "crm.child_removed", reactions.children_changed)
    on(ChildRestored, "crm.child_restored", reactions.children_changed)
    assembly.chores |= {
        # The small hours of Korea, with hours to go before anybody looks.
        "refresh-customers": ("7 18 * * *", drift.begin),
        # Monday, 09:00 in Seoul, where clocks are never changed.
        "write-weekly-report": ("0 0 * * 1", reports.begin),
    }
