"""Where an outside system takes webhooks: set up by itself, or by staff."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_bytes
from uuid import UUID

from msgspec import UNSET, json, structs
from standardwebhooks.webhooks import Webhook

from dodam.features.accounts.service.api_keys import ApiKeys
from dodam.features.audit.models import SYSTEM, Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.sharing import errors
from dodam.features.sharing.models.deliveries import Answer, Delivery, PingMessage, PingOutcome
from dodam.features.sharing.models.endpoints import (
    DisabledBy,
    Endpoint,
    EndpointChanges,
    EndpointSecret,
    NewEndpoint,
    is_right,
)
from dodam.features.sharing.ports import Webhooks
from dodam.features.sharing.store import deliveries
from dodam.features.sharing.store import endpoints as store
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Reading, Transaction
from dodam.platform.encryption import Cipher
from dodam.platform.errors import InvalidInput
from dodam.platform.ids import new_id

_MOST_ENDPOINTS = 5
_SECRET_BYTES = 32
_OVERLAP = timedelta(days=1)
_SHOWN = 100


class Endpoints:
    """`loopback` lets webhooks go to this machine, without TLS too, as in development."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        audit: Audit,
        api_keys: ApiKeys,
        cipher: Cipher,
        webhooks: Webhooks,
        *,
        loopback: bool,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._api_keys = api_keys
        self._cipher = cipher
        self._webhooks = webhooks
        self._loopback = loopback

    async def all(self, db: Reading, system_id: UUID) -> list[Endpoint]:
        """The oldest first."""
        return await store.LIST.all(db, system=system_id)

    async def make(
        self, tx: Transaction, by: Actor, system_id: UUID, form: NewEndpoint
    ) -> EndpointSecret:
        """Raises ApiKeyNotFound, InvalidInput, TooManyEndpoints."""
        self._check(form.url)
        # Held, so that one system's are made one after the other and the limit holds.
        await self._api_keys.hold(tx, system_id)
        if len(await self.all(tx, system_id)) >= _MOST_ENDPOINTS:
            raise errors.TooManyEndpoints(limit=_MOST_ENDPOINTS)
        endpoint = Endpoint(
            id=new_id(),
            url=form.url,
            types=sorted(form.types),
            disabled_by=None,
            failing_since=None,
            created_at=self._clock.now(),
        )
        await store.INSERT.execute(tx, system=system_id, **structs.asdict(endpoint))
        await self._note(
            tx, by, "webhook_endpoint.made", endpoint.id, url=endpoint.url, types=endpoint.types
        )
        return EndpointSecret(endpoint, await self._new_secret(tx, endpoint.id))

    async def change(
        self,
        tx: Transaction,
        by: Actor,
        system_id: UUID,
        endpoint_id: UUID,
        changes: EndpointChanges,
    ) -> Endpoint:
        """Move it, tell it of other things, turn it off, or on again.

        What waits for one that is off is dropped.

        Raises EndpointNotFound, InvalidInput.
        """
        endpoint = await self._hold(tx, system_id, endpoint_id)
        url = endpoint.url if changes.url is UNSET else changes.url
        self._check(url)
        types = endpoint.types if changes.types is UNSET else sorted(changes.types)
        disabled_by = endpoint.disabled_by
        if changes.enabled is not UNSET:
            disabled_by = None if changes.enabled else (disabled_by or DisabledBy.OWNER)
        changed = await store.CHANGE.first(
            tx, endpoint=endpoint_id, url=url, types=types, disabled_by=disabled_by
        )
        if changed is None:
            raise errors.EndpointNotFound
        if disabled_by is not None:
            await deliveries.DROP_ENDPOINTS.execute(tx, endpoint=endpoint_id)
        await self._note(
            tx,
            by,
            "webhook_endpoint.changed",
            endpoint_id,
            url=url,
            types=types,
            disabled_by=disabled_by,
        )
        return changed

    async def rotate(
        self, tx: Transaction, by: Actor, system_id: UUID, endpoint_id: UUID
    ) -> EndpointSecret:
        """A new secret; for a day messages are signed with the one before too.

        Raises EndpointNotFound.
        """
        endpoint = await self._hold(tx, system_id, endpoint_id)
        until = self._clock.now() + _OVERLAP
        await store.EXPIRE_SECRETS.execute(tx, endpoint=endpoint_id, until=until)
        await self._note(tx, by, "webhook_endpoint.rotated", endpoint_id)
        return EndpointSecret(endpoint, await self._new_secret(tx, endpoint_id))

    async def remove(self, tx: Transaction, by: Actor, system_id: UUID, endpoint_id: UUID) -> None:
        """With all that was and was to be sent to it. Raises EndpointNotFound."""
        await self._hold(tx, system_id, endpoint_id)
        for statement in store.REMOVE:
            await statement.execute(tx, endpoint=endpoint_id)
        await self._note(tx, by, "webhook_endpoint.removed", endpoint_id)

    async def ping(self, system_id: UUID, endpoint_id: UUID) -> PingOutcome:
        """Send a message that says nothing, now, and tell how it went.

        Opens its own scope, for it calls outside. Raises EndpointNotFound.
        """
        async with self._database.reading() as db:
            endpoint = await self._find(db, system_id, endpoint_id)
        message = json.encode(PingMessage(timestamp=self._clock.now()))
        answer = await self.post(endpoint.id, endpoint.url, f"ping_{new_id().hex}", message)
        return PingOutcome(answer.is_taken, answer.status, answer.reason)

    async def deliveries(self, db: Reading, system_id: UUID, endpoint_id: UUID) -> list[Delivery]:
        """How the newest messages went, a hundred at most. Raises EndpointNotFound."""
        endpoint = await self._find(db, system_id, endpoint_id)
        rows = await deliveries.NEWEST.all(db, endpoint=endpoint.id, most=_SHOWN)
        return [row.shown() for row in rows]

    async def post(self, endpoint_id: UUID, url: str, message_id: str, body: bytes) -> Answer:
        """Sign with every secret that holds, and post."""
        now = self._clock.now()
        async with self._database.reading() as db:
            kept = await store.SECRETS.all(db, endpoint=endpoint_id, now=now)
        secrets = [self._cipher.reveal(each.sealed) for each in kept]
        headers = {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": _signatures(secrets, message_id, now, body),
        }
        return await self._webhooks.post(url, headers, body)

    async def disable(self, tx: Transaction, endpoint_id: UUID, why: DisabledBy) -> None:
        if await store.DISABLE.first(tx, endpoint=endpoint_id, by=why):
            await deliveries.DROP_ENDPOINTS.execute(tx, endpoint=endpoint_id)
            await self._note(tx, SYSTEM, "webhook_endpoint.disabled", endpoint_id, why=why)

    async def disable_all_of(self, tx: Transaction, system_id: UUID) -> None:
        """The system may no longer call."""
        why = DisabledBy.KEY
        for each in await store.DISABLE_SYSTEMS.all(tx, system=system_id, by=why):
            await deliveries.DROP_ENDPOINTS.execute(tx, endpoint=each.id)

    async def forget_expired_secrets(self, tx: Transaction) -> None:
        await store.FORGET_SECRETS.execute(tx, now=self._clock.now())

    def _check(self, url: str) -> None:
        if not is_right(url, loopback=self._loopback):
            raise InvalidInput(fields=[errors.URL_NOT_ALLOWED])

    async def _find(self, db: Reading, system_id: UUID, endpoint_id: UUID) -> Endpoint:
        endpoint = await store.FIND.first(db, endpoint=endpoint_id, system=system_id)
        if endpoint is None:
            raise errors.EndpointNotFound
        return endpoint

    async def _hold(self, tx: Transaction, system_id: UUID, endpoint_id: UUID) -> Endpoint:
        endpoint = await store.FIND_FOR_UPDATE.first(tx, endpoint=endpoint_id, system=system_id)
        if endpoint is None:
            raise errors.EndpointNotFound
        return endpoint

    async def _new_secret(self, tx: Transaction, endpoint_id: UUID) -> str:
        secret = f"whsec_{b64encode(token_bytes(_SECRET_BYTES)).decode()}"
        await store.INSERT_SECRET.execute(
            tx, id=new_id(), endpoint=endpoint_id, sealed=self._cipher.seal(secret)
        )
        return secret

    async def _note(
        self, tx: Transaction, by: Actor, action: str, endpoint_id: UUID, **details: object
    ) -> None:
        subject = Subject("webhook_endpoint", endpoint_id)
        await self._audit.record(tx, by, action, subject, **details)


def _signatures(secrets: Sequence[str], message_id: str, at: datetime, body: bytes) -> str:
    return " ".join(Webhook(each).sign(message_id, at, body.decode()) for each in secrets)
