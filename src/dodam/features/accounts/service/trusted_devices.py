"""Devices an account's holder signed in on: strangers' wrong passwords do not lock them out.

The secret a device is handed is OWASP's "device cookie": sign-ins that show it are counted by
themselves, so whoever uses up the strangers' share of wrong passwords leaves the holder's alone.
It opens nothing: the password is asked for all the same.
"""

import secrets
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from dodam.features.accounts.store import trusted_devices as store
from dodam.platform.clock import Clock
from dodam.platform.database import Transaction

_LIFE = timedelta(days=180)
_MOST_AN_ACCOUNT = 20


class TrustedDevices:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def trust(self, tx: Transaction, account_id: UUID, shown: str | None = None) -> str:
        """The device's secret from now on: the one it has `shown`, if that is good, or a new one.

        Whoever calls has made sure that the account's holder is there.
        """
        now = self._clock.now()
        if shown is not None and await store.RENEW.execute(
            tx,
            digest_given=device_digest(shown),
            account=account_id,
            now=now,
            new_expiry=now + _LIFE,
        ):
            return shown
        secret = secrets.token_urlsafe(32)
        await store.INSERT.execute(
            tx,
            digest=device_digest(secret),
            account_id=account_id,
            now=now,
            expires_at=now + _LIFE,
        )
        await store.KEEP_NEWEST.execute(tx, account=account_id, kept=_MOST_AN_ACCOUNT)
        return secret

    async def forget_all(self, tx: Transaction, account_id: UUID) -> None:
        """Trust none of the account's devices any more."""
        await store.FORGET_ALL.execute(tx, account=account_id)

    async def forget_expired(self, tx: Transaction) -> None:
        await store.FORGET_EXPIRED.execute(tx, now=self._clock.now())


def device_digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
