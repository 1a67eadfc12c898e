"""Beginning a session, keeping it alive, listing and ending sessions."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import msgspec

from dodam.features.accounts.errors.signing_in import (
    AccountWithdrawn,
    InvalidRefreshToken,
    RecentSignInRequired,
    RefreshTokenReused,
    SessionNotFound,
)
from dodam.features.accounts.models.people import Account, AccountKind, SignInMethod
from dodam.features.accounts.models.sessions import EndReason, Session, Tokens
from dodam.features.accounts.service.undo_tokens import UndoTokens
from dodam.features.accounts.store import people
from dodam.features.accounts.store import sessions as store
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Reading, Transaction
from dodam.platform.ids import new_id
from dodam.platform.metrics import Counter
from dodam.platform.origin import Origin
from dodam.platform.rate_limit import Limit, RateLimits
from dodam.platform.revocations import Revocations
from dodam.platform.tokens import AccessTokens, Caller, CallerKind

SIGN_INS = Counter(
    "dodam_sign_ins",
    "Sign-ins, sign-ups too; `refused` are wrong passwords.",
    "account",
    "method",
    "outcome",
)
_RECENT = timedelta(minutes=10)


class Sessions:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        access_tokens: AccessTokens,
        revocations: Revocations,
        undo_tokens: UndoTokens,
        rate_limits: RateLimits,
        refreshes: Limit,
        *,
        refresh_token_days: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._access_tokens = access_tokens
        self._revocations = revocations
        self._undo_tokens = undo_tokens
        self._rate_limits = rate_limits
        self._refreshes = refreshes
        self._refresh_life = timedelta(days=refresh_token_days)

    async def begin(
        self,
        tx: Transaction,
        account: Account,
        method: SignInMethod,
        origin: Origin,
        device: str | None,
    ) -> Tokens:
        """Sign the account in on a device; whoever calls has made sure who it is.

        Raises AccountWithdrawn.
        """
        if account.withdrawn_at is not None:
            raise AccountWithdrawn(
                details={
                    "erase_at": account.erase_at,
                    "undo_token": self._undo_tokens.make(account.id, account.withdrawn_at),
                }
            )
        session_id = new_id()
        await store.INSERT_SESSION.execute(
            tx,
            id=session_id,
            account_id=account.id,
            device=device,
            method=method,
            address=origin.address,
            user_agent=origin.user_agent,
            created_at=self._clock.now(),
        )
        SIGN_INS.add(account.kind.value, method.value, "signed_in")
        return await self._issue(tx, account, session_id)

    async def refresh(self, token: str, origin: Origin) -> Tokens:
        """Exchange a refresh token, once, for a new pair.

        A token that comes a second time may be stolen: its whole session ends (RFC 9700 section
        4.14.2). Raises TooManyRequests, InvalidRefreshToken, RefreshTokenReused.
        """
        await self._rate_limits.spend(self._refreshes, origin.network)
        digest = _digest(token)
        now = self._clock.now()
        async with self._database.transaction() as tx:
            found = await store.REFRESH_TOKEN_IN_USE.first(tx, digest=digest)
            if found is None or found.ended_at is not None or found.expires_at <= now:
                raise InvalidRefreshToken
            account = await people.FIND.first(tx, account=found.account_id)
            if account is None:
                raise InvalidRefreshToken
            if found.used_at is None:
                await store.USE_REFRESH_TOKEN.execute(tx, used_digest=digest, at=now)
                await store.TOUCH_SESSION.execute(
                    tx,
                    session_id=found.session_id,
                    at=now,
                    new_address=origin.address,
                    new_user_agent=origin.user_agent,
                )
                return await self._issue(tx, account, found.session_id)
            await self.end(tx, account.id, found.session_id, EndReason.TOKEN_REUSE)
        raise RefreshTokenReused

    async def live(self, db: Reading, caller: Caller) -> list[Session]:
        """The account's signed-in devices, the one used last first."""
        sessions = await store.LIVE_SESSIONS.all(
            db, account=caller.account_id, now=self._clock.now()
        )
        return [
            msgspec.structs.replace(each, is_current=each.id == caller.session_id)
            for each in sessions
        ]

    async def check_recent(self, caller: Caller) -> None:
        """Make sure that the caller signed in a short while ago. Raises RecentSignInRequired."""
        since = self._clock.now() - _RECENT
        async with self._database.reading() as db:
            live = await self.live(db, caller)
        if not any(each.is_current and each.created_at >= since for each in live):
            raise RecentSignInRequired(minutes=_RECENT // timedelta(minutes=1))

    async def end(self, tx: Transaction, account_id: UUID, session_id: UUID, by: EndReason) -> None:
        """End one session; its tokens are refused everywhere at once. Raises SessionNotFound."""
        if not await self._end(tx, account_id, session_id, by):
            raise SessionNotFound

    async def sign_out(self, tx: Transaction, caller: Caller) -> None:
        """End the caller's own session, if it has not ended meanwhile."""
        await self._end(tx, caller.account_id, caller.session_id, EndReason.SIGN_OUT)

    async def end_all(
        self,
        tx: Transaction,
        account_id: UUID,
        by: EndReason,
        *,
        spared: UUID | None = None,
        method: SignInMethod | None = None,
    ) -> None:
        """End every session of an account, or those begun by a `method`; not the `spared` one."""
        ended = await store.END_ALL_SESSIONS.all(
            tx,
            account=account_id,
            spared=spared,
            only_method=method,
            at=self._clock.now(),
            by=by,
        )
        await self._revocations.revoke(tx, [each.id for each in ended])

    async def forget_expired_tokens(self, tx: Transaction) -> None:
        """Drop tokens a day after they expired; until then their reuse is still noticed."""
        before = self._clock.now() - timedelta(days=1)
        await store.FORGET_EXPIRED_TOKENS.execute(tx, before=before)

    async def _end(
        self, tx: Transaction, account_id: UUID, session_id: UUID, by: EndReason
    ) -> bool:
        ended = await store.END_SESSION.all(
            tx, session_id=session_id, account=account_id, at=self._clock.now(), by=by
        )
        await self._revocations.revoke(tx, [each.id for each in ended])
        return bool(ended)

    async def _issue(self, tx: Transaction, account: Account, session_id: UUID) -> Tokens:
        refresh_token = secrets.token_urlsafe(32)
        await store.INSERT_REFRESH_TOKEN.execute(
            tx,
            digest=_digest(refresh_token),
            session_id=session_id,
            expires_at=self._clock.now() + self._refresh_life,
        )
        return Tokens(
            access_token=self._access_tokens.issue(
                account.id,
                session_id,
                CallerKind(account.kind),
                await self._roles(tx, account),
            ),
            token_type="Bearer",  # noqa: S106 - a scheme, not a secret
            expires_in=self._access_tokens.seconds,
            refresh_token=refresh_token,
            account=account,
        )

    async def _roles(self, tx: Transaction, account: Account) -> Sequence[str]:
        if account.kind is AccountKind.GUARDIAN:
            return ()
        found = await store.ROLES.first(tx, account=account.id)
        return found.roles if found else ()


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
