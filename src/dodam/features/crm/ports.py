"""What the CRM feature asks of the tool its colleagues work in.

Whatever is asked for may be asked for twice. Each method raises TryLater, PerhapsDone and
CannotBeDone.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from dodam.features.crm.models.customers import Customer
from dodam.features.crm.models.reports import Report


class CustomerPages(Protocol):
    """`page_id` is null where it is not known; a page that is there is found by `external_id`."""

    async def check(self) -> None:
        """Raises CannotBeDone, with its name, for a property that cannot be written to."""
        ...

    async def show(self, customer: Customer, page_id: str | None) -> str:
        """Write the customer's page, out of the trash if it is there; its id."""
        ...

    async def hide(self, external_id: UUID, page_id: str | None) -> str | None:
        """Take what is personal off the customer's page, and put it in the trash; its id."""
        ...

    async def erase(self, external_id: UUID, page_id: str | None) -> int:
        """Leave nothing on the customer's pages, nor colleagues' notes; how many there were."""
        ...

    def url(self, page_id: str) -> str:
        """Where a page is read."""
        ...


class ReportPages(Protocol):
    async def write(self, report: Report) -> str:
        """Write a report's page, or what it still lacks; its id."""
        ...


@dataclass(frozen=True)
class Crm:
    customers: CustomerPages
    reports: ReportPages
