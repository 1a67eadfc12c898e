"""Which kinds of messages a guardian wants."""

from collections.abc import Collection
from uuid import UUID

from msgspec import UNSET

from dodam.features.accounts.service.contacts import Contacts
from dodam.features.messaging.models.kinds import MessageKind
from dodam.features.messaging.models.messages import (
    Notification,
    NotificationChanges,
    Obstacle,
)
from dodam.features.messaging.models.states import EXPLANATIONS, obstacle
from dodam.features.messaging.service.templates import Templates
from dodam.features.messaging.store import notifications as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction


class Notifications:
    def __init__(self, clock: Clock, templates: Templates, contacts: Contacts) -> None:
        self._clock = clock
        self._templates = templates
        self._contacts = contacts

    async def of(self, db: Reading, account_id: UUID) -> list[Notification]:
        """Every kind, and what keeps all of them from being sent now."""
        off = await self.turned_off(db, [account_id])
        reason = obstacle(await self._contacts.of(db, account_id))
        text = EXPLANATIONS.get(reason) if reason else None
        return [
            Notification(
                kind=kind,
                title=self._templates.kinds[kind].title,
                on=(account_id, kind) not in off,
                obstacle=Obstacle(reason, text) if reason and text else None,
            )
            for kind in MessageKind
        ]

    async def change(
        self, tx: Transaction, account_id: UUID, changes: NotificationChanges
    ) -> list[Notification]:
        for kind in MessageKind:
            wanted: bool | object = getattr(changes, kind)
            if wanted is UNSET:
                continue
            if wanted:
                await store.TURN_ON.execute(tx, account=account_id, kind=kind)
            else:
                await store.TURN_OFF.execute(
                    tx, account=account_id, kind=kind, now=self._clock.now()
                )
        return await self.of(tx, account_id)

    async def turned_off(
        self, db: Reading, account_ids: Collection[UUID]
    ) -> set[tuple[UUID, MessageKind]]:
        """What of these accounts is not wanted."""
        rows = await store.ALL.all(db, accounts=list(account_ids))
        return {(each.account_id, each.kind) for each in rows}
