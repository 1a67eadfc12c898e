"""Finding the pages that fell behind without a fact that said so: figures move on by themselves."""

from uuid import UUID

from dodam.features.accounts.models.profiles import Profile
from dodam.features.crm.models.customers import LookForDrift, PlayFigures, RefreshCustomer
from dodam.features.crm.ports import CustomerPages
from dodam.features.crm.service.people import People
from dodam.features.crm.store import customers as store
from dodam.platform.database import Database, Transaction

_AT_ONCE = 500


class Drift:
    """Takes up accounts opened before there was a CRM, too, and work that was given up."""

    def __init__(self, database: Database, pages: CustomerPages, people: People) -> None:
        self._database = database
        self._pages = pages
        self._people = people

    async def begin(self, tx: Transaction) -> None:
        await tx.enqueue(LookForDrift(), dedupe_key="crm.look_for_drift")

    async def look(self, after: UUID | None) -> None:
        """Have the pages renewed that need it among the next accounts, and then look further.

        Raises CannotBeDone, once and not for each page, where no page could be written.
        """
        if after is None:
            await self._pages.check()
        async with self._database.transaction() as tx:
            profiles = await self._people.following(tx, after, _AT_ONCE)
            if not profiles:
                return
            behind = await self._behind(tx, profiles)
            wanted = await store.WANT.all(tx, accounts=behind)
            await tx.enqueue(
                *(RefreshCustomer(account_id=each.account_id) for each in wanted),
                LookForDrift(after=profiles[-1].account_id),
            )

    async def _behind(self, tx: Transaction, profiles: list[Profile]) -> list[UUID]:
        ids = [each.account_id for each in profiles]
        rows = {row.account_id: row for row in await store.FIND_ALL.all(tx, accounts=ids)}
        figures = await self._people.figures(tx, ids)
        return [
            each.account_id
            for each in profiles
            if _is_behind(each, rows.get(each.account_id), figures[each.account_id])
        ]


def _is_behind(profile: Profile, row: store.CustomerRow | None, figures: PlayFigures) -> bool:
    if row is None:
        return not (profile.is_test or profile.has_left)
    if row.synced < row.wanted:
        return True
    if profile.is_test:
        return row.begun_at is not None
    if profile.is_erased:
        return row.erased_at is None
    if profile.has_left:
        return row.archived_at is None
    shown = (row.children, row.last_day, row.days_played)
    return shown != (figures.children, figures.last_day, figures.days_played)
