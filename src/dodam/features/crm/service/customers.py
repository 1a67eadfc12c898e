"""Keeping customers' pages as things are.

A fact only says that an account is to be looked at. What its page says is read when the page is
written, so it does not matter in which order facts arrive, nor whether one is lost on the way to
another: whoever comes last writes what is so. One worker at a time has a page, for a while that
outlasts an attempt; a job that finds the page taken comes back.
"""

from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from dodam.features.accounts.models.profiles import Profile
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.crm.models.customers import (
    Customer,
    PlayFigures,
    SyncCustomer,
)
from dodam.features.crm.ports import CustomerPages
from dodam.features.crm.service.people import People
from dodam.features.crm.store import customers as store
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.statements import Statement
from dodam.platform.work import TryLater

# An attempt ends before.
LEASE = timedelta(seconds=90)
# Writing a page takes a second or two, unless its worker died.
_MOSTLY_DONE = timedelta(seconds=2)
_NO_FIGURES = PlayFigures()


class _Claim(Struct, frozen=True):
    """A page to be written, and what it is to say."""

    row: store.CustomerRow
    external_id: UUID
    profile: Profile
    figures: PlayFigures

    @property
    def is_gone(self) -> bool:
        """Whether there is to be no page: test accounts have none."""
        return self.profile.is_erased or self.profile.is_test

    @property
    def customer(self) -> Customer:
        profile = self.profile
        return Customer(
            external_id=self.external_id,
            name=profile.name,
            email=profile.email,
            phone=profile.number,
            country=profile.country,
            language=profile.language,
            joined_on=profile.created_at.date(),
            figures=self.figures,
        )


class Customers:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        pages: CustomerPages,
        people: People,
        withdrawals: Withdrawals,
    ) -> None:
        self._database = database
        self._clock = clock
        self._pages = pages
        self._people = people
        self._withdrawals = withdrawals

    async def changed(self, tx: Transaction, account_id: UUID) -> None:
        """Have the account's page written anew.

        Each time with a task of its own: one that is under way may have read what was before.
        """
        if await store.WANT.all(tx, accounts=[account_id]):
            await tx.enqueue(SyncCustomer(account_id=account_id))

    async def sync(self, account_id: UUID) -> None:
        """Write the account's page if it is behind.

        Raises TryLater, PerhapsDone and CannotBeDone.
        """
        claim = await self._claim(account_id)
        if claim is None:
            return
        try:
            await self._write(claim)
        except BaseException:
            async with self._database.statement() as tx:
                await store.RELEASE.execute(tx, **_mine(claim))
            raise

    async def _claim(self, account_id: UUID) -> _Claim | None:
        now = self._clock.now()
        async with self._database.transaction() as tx:
            row = await store.CLAIM.first(tx, account=account_id, now=now, until=now + LEASE)
            if row is None or row.external_id is None:
                await self._check_taken(tx, account_id)
                return None
            profile = await self._people.profile(tx, account_id)
            if profile is None:
                return None
            figures = _NO_FIGURES
            if not (profile.has_left or profile.is_test):
                figures = (await self._people.figures(tx, [account_id]))[account_id]
                await store.BEGIN.execute(tx, account=account_id, now=now)
            return _Claim(row, row.external_id, profile, figures)

    async def _check_taken(self, tx: Transaction, account_id: UUID) -> None:
        """Raises TryLater if another worker has a page that is behind."""
        row = await store.FIND.first(tx, account=account_id)
        if row is not None and row.synced < row.wanted and row.busy_until is not None:
            raise TryLater("another worker has this page", after=_MOSTLY_DONE)

    async def _write(self, claim: _Claim) -> None:
        page_id = claim.row.page_id
        if claim.is_gone:
            await self._erase(claim)
        elif claim.profile.has_left:
            if claim.row.begun_at is not None:
                page_id = await self._pages.hide(claim.external_id, page_id)
            await self._done(claim, store.HIDDEN, page=page_id)
        else:
            page_id = await self._pages.show(claim.customer, page_id)
            await self._done(
                claim,
                store.SHOWN,
                page=page_id,
                new_children=claim.figures.children,
                new_last_day=claim.figures.last_day,
                new_days_played=claim.figures.days_played,
            )

    async def _erase(self, claim: _Claim) -> None:
        pages = 0
        if claim.row.begun_at is not None:
            pages = await self._pages.erase(claim.external_id, claim.row.page_id)
        if claim.profile.is_test:
            await self._done(claim, store.TAKEN_DOWN)
            return
        async with self._database.transaction() as tx:
            await store.ERASED.execute(tx, now=self._clock.now(), **_mine(claim))
            await self._withdrawals.note_erasure(
                tx, claim.profile.account_id, "crm", {"page": pages}
            )

    async def _done(self, claim: _Claim, statement: Statement, **values: object) -> None:
        async with self._database.statement() as tx:
            await statement.execute(
                tx,
                now=self._clock.now(),
                now_synced=claim.row.wanted,
                **_mine(claim),
                **values,
            )


def _mine(claim: _Claim) -> dict[str, object]:
    return {"account": claim.row.account_id, "until": claim.row.busy_until}
