"""Puts promotions together."""

from collections.abc import Sequence
from dataclasses import dataclass

from dodam.features.accounts.events.withdrawal import AccountErased
from dodam.features.audit.service import Audit
from dodam.features.billing.service.free_periods import FreePeriods
from dodam.features.children.service.children import Children
from dodam.features.promotions.handlers import Reactions
from dodam.features.promotions.models.limits import CodeLimits
from dodam.features.promotions.models.tasks import IssueCodes
from dodam.features.promotions.routes.promotions import PromotionsController
from dodam.features.promotions.routes.redemptions import RedemptionsController
from dodam.features.promotions.service.child_records import ChildRecords
from dodam.features.promotions.service.codes import CodeKeys
from dodam.features.promotions.service.issuing import Issuing
from dodam.features.promotions.service.promotions import Promotions
from dodam.features.promotions.service.redemptions import Redemptions
from dodam.features.rewards.service.tickets import Tickets
from dodam.platform.assembly import Assembly
from dodam.platform.rate_limit import RateLimits
from dodam.platform.work import Policy


@dataclass(frozen=True)
class Below:
    """What promotions are handed of the features below them."""

    audit: Audit
    children: Children
    free_periods: FreePeriods
    tickets: Tickets


def wire(
    assembly: Assembly,
    below: Below,
    code_keys: Sequence[bytes],
    rate_limits: RateLimits,
    limits: CodeLimits,
) -> None:
    """`code_keys` are what codes follow from, the newest last."""
    clock, keys = assembly.clock, CodeKeys(code_keys)
    issuing = Issuing(assembly.database, clock, below.audit, keys)
    redemptions = Redemptions(
        assembly.database,
        clock,
        below.children,
        below.free_periods,
        below.tickets,
        keys,
        rate_limits,
        limits,
    )
    below.children.follow(ChildRecords())
    assembly.services |= {
        "issuing": issuing,
        "promotions": Promotions(clock, below.audit, keys),
        "redemptions": redemptions,
    }
    assembly.routes += [PromotionsController, RedemptionsController]
    assembly.kinds.perform(IssueCodes, issuing.issue, Policy())
    assembly.outbox.subscribe(
        AccountErased, "promotions.forget_account", Reactions(redemptions).account_erased
    )
