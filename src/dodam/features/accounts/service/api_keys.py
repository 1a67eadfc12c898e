"""Making, rotating and revoking API keys, and telling whom one speaks for."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import msgspec

from dodam.features.accounts.errors.api_keys import ApiKeyNotFound
from dodam.features.accounts.events.api_keys import ApiKeyRevoked
from dodam.features.accounts.models.api_keys import (
    ApiKey,
    ApiKeyChanges,
    ApiKeySecret,
    NewApiKey,
)
from dodam.features.accounts.models.limits import AccountLimits
from dodam.features.accounts.store import api_keys as store
from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Reading, Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.i18n import Text
from dodam.platform.ids import new_id
from dodam.platform.rate_limit import RateLimits
from dodam.platform.tokens import Caller, CallerKind, NotSignedIn

_TOKEN = re.compile(r"dodam_(?P<key>[0-9a-f]{32})_(?P<secret>[A-Za-z0-9_-]{43})")
_LONGEST_LIFE = timedelta(days=3660)
_USE_IS_NOTED_EVERY = timedelta(minutes=1)
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)

_EXPIRY = Text(
    en="A key expires in the future, within ten years.",
    ko="만료 시각은 지금부터 10년 이내여야 해요.",
)


class ApiKeys:
    """A key reads `dodam_<id>_<secret>`: the id may be told to anybody, the secret to nobody."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        audit: Audit,
        rate_limits: RateLimits,
        limits: AccountLimits,
        *,
        overlap_hours: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._rate_limits = rate_limits
        self._limits = limits
        self._overlap = timedelta(hours=overlap_hours)

    async def make(self, tx: Transaction, by: Actor, form: NewApiKey) -> ApiKeySecret:
        """Raises InvalidInput."""
        now = self._clock.now()
        expires_at = form.expires_at
        if expires_at is not None:
            if not now < expires_at <= now + _LONGEST_LIFE:
                raise InvalidInput.of("expires_at", "out_of_range", _EXPIRY)
            expires_at = expires_at.astimezone(UTC)
        key = ApiKey(
            id=new_id(),
            name=form.name.strip(),
            scopes=sorted(form.scopes),
            created_at=now,
            expires_at=expires_at,
            last_used_at=None,
        )
        await store.INSERT.execute(tx, **msgspec.structs.asdict(key))
        await self._audit.record(tx, by, "api_key.made", _subject(key.id), scopes=key.scopes)
        return await self._with_new_secret(tx, key)

    async def all(self, db: Reading) -> list[ApiKey]:
        """Every key that is not revoked, the oldest first."""
        return await store.LIST.all(db)

    async def in_use(self, db: Reading) -> list[ApiKey]:
        """The keys that work now, the oldest first."""
        now = self._clock.now()
        return [
            key
            for key in await store.LIST.all(db)
            if key.expires_at is None or key.expires_at > now
        ]

    async def of(self, db: Reading, key_id: UUID) -> ApiKey:
        """Raises ApiKeyNotFound."""
        key = await store.FIND_IN_USE.first(db, key=key_id, now=self._clock.now())
        if key is None:
            raise ApiKeyNotFound
        return key

    async def hold(self, tx: Transaction, key_id: UUID) -> ApiKey:
        """The key, which nobody else holds, rotates or revokes before `tx` ends.

        Raises ApiKeyNotFound.
        """
        key = await store.FIND_IN_USE_FOR_UPDATE.first(tx, key=key_id, now=self._clock.now())
        if key is None:
            raise ApiKeyNotFound
        return key

    async def change(
        self, tx: Transaction, by: Actor, key_id: UUID, changes: ApiKeyChanges
    ) -> ApiKey:
        """Let the key do other things, from its next call on. Raises ApiKeyNotFound."""
        key = await self.hold(tx, key_id)
        scopes = sorted(changes.scopes)
        await store.CHANGE.execute(tx, key=key_id, scopes=scopes)
        await self._audit.record(
            tx, by, "api_key.changed", _subject(key_id), scopes=scopes, scopes_before=key.scopes
        )
        return msgspec.structs.replace(key, scopes=scopes)

    async def rotate(self, tx: Transaction, by: Actor, key_id: UUID) -> ApiKeySecret:
        """Give the key a new secret; older ones work until the overlap is over.

        Raises ApiKeyNotFound.
        """
        key = await self.hold(tx, key_id)
        until = self._clock.now() + self._overlap
        await store.EXPIRE_SECRETS.execute(tx, key=key_id, until=until)
        await self._audit.record(tx, by, "api_key.rotated", _subject(key_id))
        return await self._with_new_secret(tx, key)

    async def revoke(self, tx: Transaction, by: Actor, key_id: UUID) -> None:
        """Refuse the key from now on, on every instance. Raises ApiKeyNotFound."""
        if not await store.REVOKE.execute(tx, key=key_id, now=self._clock.now()):
            raise ApiKeyNotFound
        await self._audit.record(tx, by, "api_key.revoked", _subject(key_id))
        await tx.publish(ApiKeyRevoked(api_key_id=key_id))

    async def owner(self, token: str) -> Caller:
        """Whom a key speaks for; it costs one of the key's calls.

        Every call asks the database, so that nothing revoked is let through anywhere. Raises
        NotSignedIn, TooManyRequests.
        """
        parts = _TOKEN.fullmatch(token)
        if parts is None:
            raise NotSignedIn
        now = self._clock.now()
        async with self._database.reading() as db:
            key = await store.FIND_BY_SECRET.first(
                db, key=UUID(parts["key"]), digest=_digest(parts["secret"]), now=now
            )
        if key is None:
            raise NotSignedIn
        await self._rate_limits.spend(self._limits.api_key_calls, key.id)
        noted = now - _USE_IS_NOTED_EVERY
        if key.last_used_at is None or key.last_used_at <= noted:
            async with self._database.statement() as db:
                await store.NOTE_USE.execute(db, key=key.id, now=now, unless_used_since=noted)
        return Caller(
            kind=CallerKind.API_KEY,
            account_id=key.id,
            session_id=key.id,
            expires_at=key.expires_at or _NEVER,
            grants=frozenset(key.scopes),
        )

    async def forget_expired_secrets(self, tx: Transaction) -> None:
        await store.FORGET_EXPIRED_SECRETS.execute(tx, before=self._clock.now())

    async def _with_new_secret(self, tx: Transaction, key: ApiKey) -> ApiKeySecret:
        secret = secrets.token_urlsafe(32)
        await store.INSERT_SECRET.execute(tx, digest=_digest(secret), api_key_id=key.id)
        return ApiKeySecret(key, f"dodam_{key.id.hex}_{secret}")


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _subject(key_id: UUID) -> Subject:
    return Subject("api_key", key_id)
