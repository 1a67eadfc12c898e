"""The work on the CRM that is done later."""

from dodam.features.crm.models.customers import LookForDrift, RefreshCustomer, SyncCustomer
from dodam.features.crm.models.reports import WriteWeeklyReport
from dodam.features.crm.service.customers import Customers
from dodam.features.crm.service.drift import Drift
from dodam.features.crm.service.weekly_reports import WeeklyReports


class CrmWork:
    def __init__(self, customers: Customers, drift: Drift, reports: WeeklyReports) -> None:
        self._customers = customers
        self._drift = drift
        self._reports = reports

    async def sync(self, task: SyncCustomer | RefreshCustomer) -> None:
        await self._customers.sync(task.account_id)

    async def look_for_drift(self, task: LookForDrift) -> None:
        await self._drift.look(task.after)

    async def write_report(self, task: WriteWeeklyReport) -> None:
        await self._reports.write(task.week)
