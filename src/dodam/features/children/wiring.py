"""Puts the children feature together."""

from dataclasses import dataclass
from datetime import timedelta

from dodam.features.accounts.events.withdrawal import (
    AccountErased,
    AccountWithdrawn,
    WithdrawalUndone,
)
from dodam.features.accounts.service.consent_documents import ConsentDocuments
from dodam.features.accounts.service.consents import Consents
from dodam.features.accounts.service.staff import Staff
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.audit.service import Audit
from dodam.features.children.events import ErasureDue
from dodam.features.children.handlers import Reactions
from dodam.features.children.ports import ErasurePolicy
from dodam.features.children.routes import (
    CaseloadsController,
    ChildConsentController,
    ChildrenController,
    ClassificationsController,
    DiagnosesController,
    OwnCareTeamController,
    child_access,
)
from dodam.features.children.service.care_teams import CareTeams
from dodam.features.children.service.children import Children
from dodam.features.children.service.classifications import Classifications
from dodam.features.children.service.consents import ChildConsents
from dodam.features.children.service.diagnoses import Diagnoses
from dodam.platform.assembly import Assembly


@dataclass(frozen=True)
class Below:
    """What it is built on."""

    withdrawals: Withdrawals
    consent_documents: ConsentDocuments
    consents: Consents
    staff: Staff
    audit: Audit


@dataclass(frozen=True)
class ChildrenServices:
    """What the feature offers outside of its routes."""

    children: Children
    care_teams: CareTeams
    diagnoses: Diagnoses


def wire(
    assembly: Assembly,
    erasure: ErasurePolicy,
    below: Below,
    *,
    limit: int,
    day_start_hour: int,
    removal_grace: timedelta,
) -> ChildrenServices:
    child_consents = ChildConsents(assembly.clock, below.consent_documents, below.consents)
    below.consents.follow(child_consents)
    children = Children(
        assembly.clock,
        erasure,
        child_consents,
        limit=limit,
        day_start_hour=day_start_hour,
        removal_grace=removal_grace,
    )
    care_teams = CareTeams(assembly.clock, child_consents, below.staff, below.audit)
    classifications = Classifications()
    diagnoses = Diagnoses(assembly.clock, classifications)
    assembly.services |= {
        "children": children,
        "child_consents": child_consents,
        "care_teams": care_teams,
        "classifications": classifications,
        "diagnoses": diagnoses,
    }
    assembly.providers["access"] = child_access
    assembly.routes += [
        ChildrenController,
        ChildConsentController,
        ClassificationsController,
        DiagnosesController,
        OwnCareTeamController,
        CaseloadsController,
    ]
    reactions = Reactions(children, below.withdrawals)
    on = assembly.outbox.subscribe
    on(ErasureDue, "children.erase", reactions.erasure_due)
    on(AccountWithdrawn, "children.hide_with_account", reactions.account_withdrawn)
    on(WithdrawalUndone, "children.show_with_account", reactions.withdrawal_undone)
    on(AccountErased, "children.erase_with_account", reactions.account_erased)
    assembly.chores["erase-removed-children"] = ("11 4 * * *", children.announce_erasures)
    return ChildrenServices(children, care_teams, diagnoses)
