"""What support sees of an account's page."""

from uuid import UUID

from dodam.features.accounts.errors.people import AccountNotFound
from dodam.features.accounts.service.profiles import Profiles
from dodam.features.crm.models.customers import CrmState, CrmStatus
from dodam.features.crm.ports import CustomerPages
from dodam.features.crm.store import customers as store
from dodam.platform.database import Reading


class CrmStates:
    """`pages` is none where there is no CRM."""

    def __init__(self, profiles: Profiles, pages: CustomerPages | None) -> None:
        self._profiles = profiles
        self._pages = pages

    async def of(self, db: Reading, account_id: UUID) -> CrmState:
        """Raises AccountNotFound."""
        if await self._profiles.of(db, account_id) is None:
            raise AccountNotFound
        if self._pages is None:
            return CrmState(CrmStatus.OFF)
        row = await store.FIND.first(db, account=account_id)
        if row is None:
            return CrmState(CrmStatus.ABSENT)
        if row.synced < row.wanted:
            status = CrmStatus.WAITING
        elif row.page_id is None:
            status = CrmStatus.ABSENT
        else:
            status = CrmStatus.ARCHIVED if row.archived_at else CrmStatus.SYNCED
        url = None if row.page_id is None else self._pages.url(row.page_id)
        return CrmState(status, url, row.synced_at)
