"""Puts the sharing feature together."""

from dataclasses import dataclass
from datetime import timedelta

from dodam.features.accounts.events.api_keys import ApiKeyRevoked
from dodam.features.accounts.service.api_keys import ApiKeys
from dodam.features.accounts.service.consent_documents import ConsentDocuments
from dodam.features.audit.service import Audit
from dodam.features.children.events import ChildRemoved, ConsentWithdrawn
from dodam.features.children.service.children import Children
from dodam.features.children.service.reporting import ChildReporting
from dodam.features.sharing.handlers import Reactions
from dodam.features.sharing.jobs import Delivering
from dodam.features.sharing.models.deliveries import (
    PATIENCE,
    DailyLogMessage,
    DailyResultMessage,
    DeliverAgain,
    DeliverAll,
    PingMessage,
)
from dodam.features.sharing.ports import Webhooks
from dodam.features.sharing.routes import (
    OwnEndpointsController,
    SharedController,
    SharingController,
    SystemsEndpointsController,
)
from dodam.features.sharing.service.child_grants import ChildGrants
from dodam.features.sharing.service.deliveries import Deliveries
from dodam.features.sharing.service.endpoints import Endpoints
from dodam.features.sharing.service.feeds import Feeds
from dodam.features.sharing.service.grants import Grants
from dodam.features.sharing.service.sweeping import Sweeping
from dodam.features.therapy.events import DailyResultReady
from dodam.features.therapy.service.changes import Changes
from dodam.features.therapy.service.daily_results import ResultsOfDays
from dodam.platform.assembly import Assembly
from dodam.platform.encryption import Cipher
from dodam.platform.work import Lane, Policy

# Each endpoint has one task at a time, which waits for nothing.
_WEBHOOKS = Policy(
    lane=Lane(name="webhooks", at_once=8), timeout=timedelta(minutes=2), patience=PATIENCE
)


@dataclass(frozen=True)
class Below:
    """What it is built on."""

    api_keys: ApiKeys
    documents: ConsentDocuments
    children: Children
    reporting: ChildReporting
    results: ResultsOfDays
    changes: Changes


def wire(
    assembly: Assembly,
    audit: Audit,
    cipher: Cipher,
    below: Below,
    webhooks: Webhooks,
    *,
    loopback: bool,
) -> None:
    """`loopback` lets webhooks go to this machine, without TLS too."""
    database, clock = assembly.database, assembly.clock
    grants = Grants(clock, audit, below.api_keys, below.documents, below.children, below.reporting)
    endpoints = Endpoints(
        database, clock, audit, below.api_keys, cipher, webhooks, loopback=loopback
    )
    deliveries = Deliveries(database, clock, grants, endpoints, below.results)
    sweeping = Sweeping(clock, grants, below.changes, deliveries)
    below.children.follow(ChildGrants())
    assembly.services |= {
        "grants": grants,
        "endpoints": endpoints,
        "deliveries": deliveries,
        "feeds": Feeds(clock, grants, below.results, below.changes),
    }
    assembly.routes += [
        OwnEndpointsController,
        SharedController,
        SharingController,
        SystemsEndpointsController,
    ]
    assembly.bodies += [DailyLogMessage, DailyResultMessage, PingMessage]
    reactions = Reactions(grants, endpoints, deliveries)
    on = assembly.outbox.subscribe
    on(DailyResultReady, "sharing.share", reactions.result_ready)
    on(ChildRemoved, "sharing.end_with_child", reactions.child_removed)
    on(ConsentWithdrawn, "sharing.end_with_consent", reactions.consent_withdrawn)
    on(ApiKeyRevoked, "sharing.end_with_key", reactions.key_revoked)
    delivering = Delivering(deliveries)
    assembly.kinds.perform(DeliverAll, delivering.all, _WEBHOOKS)
    assembly.kinds.perform(DeliverAgain, delivering.again, _WEBHOOKS)
    assembly.chores |= {
        "share-changes": ("*/5 * * * *", sweeping.sweep),
        "begin-deliveries": ("* * * * *", deliveries.begin),
        "forget-deliveries": ("17 4 * * *", deliveries.forget_old),
        "forget-endpoint-secrets": ("19 4 * * *", endpoints.forget_expired_secrets),
    }
