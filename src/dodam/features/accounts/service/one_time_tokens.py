"""Tokens that are mailed or handed out and work once."""

import secrets
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from dodam.features.accounts.errors.signing_in import InvalidOneTimeToken
from dodam.features.accounts.store import sessions as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction

_REMEMBERED_AFTER_EXPIRY = timedelta(days=1)


class Purpose(StrEnum):
    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose's name
    SIGN_IN_NONCE = "sign_in_nonce"
    STAFF_INVITATION = "staff_invitation"


class OneTimeTokens:
    """Kept as SHA-256 digests: what is stored opens nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def make(
        self,
        tx: Transaction,
        purpose: Purpose,
        life: timedelta,
        *,
        account_id: UUID | None = None,
        detail: str | None = None,
    ) -> str:
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        await store.INSERT_ONE_TIME_TOKEN.execute(
            tx,
            digest=_digest(token),
            purpose=purpose,
            account_id=account_id,
            detail=detail,
            created_at=now,
            expires_at=now + life,
        )
        return token

    async def look(self, db: Reading, purpose: Purpose, token: str) -> store.OneTime:
        """What a token stands for, without using it. Raises InvalidOneTimeToken."""
        found = await store.LOOK_AT_ONE_TIME_TOKEN.first(
            db, digest_given=_digest(token), for_purpose=purpose, now=self._clock.now()
        )
        if found is None:
            raise InvalidOneTimeToken
        return found

    async def use(self, tx: Transaction, purpose: Purpose, token: str) -> store.OneTime:
        """What a token stands for; from now on it is used. Raises InvalidOneTimeToken."""
        found = await store.USE_ONE_TIME_TOKEN.first(
            tx, digest_given=_digest(token), for_purpose=purpose, now=self._clock.now()
        )
        if found is None:
            raise InvalidOneTimeToken
        return found

    async def cancel(self, tx: Transaction, purpose: Purpose, account_id: UUID) -> None:
        """Make every token of the account for this purpose worthless."""
        await store.CANCEL_ONE_TIME_TOKENS.execute(tx, account=account_id, for_purpose=purpose)

    async def forget_expired(self, tx: Transaction) -> None:
        before = self._clock.now() - _REMEMBERED_AFTER_EXPIRY
        await store.FORGET_EXPIRED_ONE_TIME_TOKENS.execute(tx, before=before)


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
