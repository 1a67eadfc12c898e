"""Leaving: locked and signed out at once, erased after a grace period, with proof."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec

from dodam.features.accounts.errors.signing_in import InvalidOneTimeToken
from dodam.features.accounts.errors.withdrawal import (
    WithdrawalNotConfirmed,
    WithdrawalNotFound,
)
from dodam.features.accounts.events.withdrawal import (
    AccountErased,
    AccountWithdrawn,
    ErasureDue,
    WithdrawalUndone,
)
from dodam.features.accounts.models.sessions import EndReason
from dodam.features.accounts.models.withdrawal import Withdraw, Withdrawal
from dodam.features.accounts.ports.withdrawal import LeavingCondition
from dodam.features.accounts.service.identities import Identities
from dodam.features.accounts.service.sessions import Sessions
from dodam.features.accounts.service.sign_in import PasswordSignIn
from dodam.features.accounts.service.undo_tokens import UndoTokens
from dodam.features.accounts.store import people
from dodam.features.accounts.store import withdrawal as store
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Reading, Transaction
from dodam.platform.tokens import Caller, NotSignedIn

# Records of access: three months (Enforcement Decree of Korea's Protection of Communications
# Secrets Act, article 41(2)).
_ACCESS_RECORDS_KEPT = timedelta(days=92)


class Withdrawals:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        sign_in: PasswordSignIn,
        sessions: Sessions,
        undo_tokens: UndoTokens,
        identities: Identities,
        *,
        grace_days: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._sign_in = sign_in
        self._sessions = sessions
        self._undo_tokens = undo_tokens
        self._identities = identities
        self._grace = timedelta(days=grace_days)
        self._conditions: list[LeavingCondition] = []

    def ask_first(self, condition: LeavingCondition) -> None:
        """Have a feature asked before anybody leaves; called while the process is wired."""
        self._conditions.append(condition)

    async def withdraw(self, caller: Caller, form: Withdraw) -> Withdrawal:
        """Lock the account, sign it out everywhere, and set the day of its erasure.

        Raises WithdrawalNotConfirmed, WrongPassword, TooManyRequests, RecentSignInRequired,
        NotSignedIn, and what a condition of leaving does.
        """
        if not form.confirm:
            raise WithdrawalNotConfirmed
        await self._make_sure(caller, form)
        now = self._clock.now()
        withdrawal = Withdrawal(receipt=uuid4(), withdrawn_at=now, erase_at=now + self._grace)
        async with self._database.transaction() as tx:
            for condition in self._conditions:
                await condition.check(tx, caller.account_id, form)
            marked = await store.MARK_WITHDRAWN.execute(
                tx, account=caller.account_id, at=now, erased_from=withdrawal.erase_at
            )
            if not marked:
                # Another device left at this moment, which signed this one out.
                raise NotSignedIn
            await store.INSERT_WITHDRAWAL.execute(
                tx,
                receipt=withdrawal.receipt,
                account_id=caller.account_id,
                withdrawn_at=now,
                erase_at=withdrawal.erase_at,
            )
            await self._sessions.end_all(tx, caller.account_id, EndReason.WITHDRAWAL)
            await tx.publish(AccountWithdrawn(account_id=caller.account_id))
        return withdrawal

    async def undo(self, tx: Transaction, token: str) -> None:
        """Come back within the grace period. Raises InvalidOneTimeToken."""
        account_id, withdrawn_at = self._undo_tokens.read(token)
        back = await store.UNMARK_WITHDRAWN.execute(tx, account=account_id, withdrawn=withdrawn_at)
        if not back:
            raise InvalidOneTimeToken
        await store.END_WITHDRAWAL_UNDONE.execute(tx, account=account_id, at=self._clock.now())
        await tx.publish(WithdrawalUndone(account_id=account_id))

    async def is_withdrawn(self, tx: Transaction, account_id: UUID) -> bool:
        """Whether the person has left; it stays so until the transaction is over.

        News of leaving and coming back may arrive in any order.
        """
        return await store.STANDING.first(tx, account=account_id) is None

    async def status(self, db: Reading, receipt: UUID) -> Withdrawal:
        """Where a withdrawal stands, and what was erased. Raises WithdrawalNotFound."""
        found = await store.FIND_WITHDRAWAL.first(db, receipt_given=receipt)
        if found is None:
            raise WithdrawalNotFound
        erased = await store.ERASURES.all(db, receipt_given=receipt)
        return msgspec.structs.replace(found, erased=erased)

    async def announce_erasures(self, tx: Transaction) -> None:
        """Have every account whose time is over erased, each in a transaction of its own."""
        for due in await store.DUE.all(tx, now=self._clock.now()):
            await tx.publish(ErasureDue(account_id=due.id))

    async def erase_due(self, tx: Transaction, account_id: UUID) -> None:
        """Erase an account whose time is over, unless it is gone already or has come back."""
        now = self._clock.now()
        if await store.LOCK_DUE.first(tx, account=account_id, now=now) is not None:
            await self._erase(tx, account_id)

    async def note_erasure(
        self, tx: Transaction, account_id: UUID, part: str, rows: Mapping[str, int]
    ) -> None:
        """Add to the proof what a part of the system erased."""
        await store.NOTE_ERASURE.execute(
            tx, account_id=account_id, part=part, erased_at=self._clock.now(), rows=dict(rows)
        )

    async def forget_access_records(self, tx: Transaction) -> None:
        """Drop sessions that ended longer ago than records of access are kept."""
        before = self._clock.now() - _ACCESS_RECORDS_KEPT
        await store.FORGET_OLD_SESSIONS.execute(tx, before=before)

    async def _erase(self, tx: Transaction, account_id: UUID) -> None:
        now = self._clock.now()
        rows = {
            name: await delete.execute(tx, account=account_id)
            for name, delete in store.DELETIONS.items()
        }
        rows |= await self._identities.remove_all(tx, account_id)
        await store.BLUR_SESSIONS.execute(tx, account=account_id)
        rows["account"] = await store.ERASE_ACCOUNT.execute(tx, account=account_id, at=now)
        await store.END_WITHDRAWAL_ERASED.execute(tx, account=account_id, at=now)
        await self.note_erasure(tx, account_id, "accounts", rows)
        await tx.publish(AccountErased(account_id=account_id))

    async def _make_sure(self, caller: Caller, form: Withdraw) -> None:
        async with self._database.reading() as db:
            secret = await people.SECRET_OF.first(db, account=caller.account_id)
        if secret is not None and secret.password_hash is not None:
            await self._sign_in.confirm(caller.account_id, form.password or "")
        else:
            await self._sessions.check_recent(caller)
