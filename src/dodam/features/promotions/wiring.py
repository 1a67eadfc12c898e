"""Puts promotions together."""

from dataclasses import dataclass

from dodam.features.audit.service import Audit
from dodam.features.billing.service.free_periods import FreePeriods
from dodam.features.children.service.children import Children
from dodam.features.rewards.service.tickets import Tickets
from dodam.platform.assembly import Assembly


@dataclass(frozen=True)
class Below:
    """What promotions are handed of the features below them."""

    audit: Audit
    children: Children
    free_periods: FreePeriods
    tickets: Tickets


def wire(assembly: Assembly, below: Below) -> None:
    del assembly, below
