"""Messages as rows: made once for each thing there is to tell, listed, looked after, forgotten."""

from datetime import date, timedelta
from uuid import UUID

from dodam.features.accounts.errors.consents import ConsentRequired
from dodam.features.accounts.errors.people import AccountNotFound
from dodam.features.accounts.service.contacts import Contacts
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.children.errors import ChildNotFound
from dodam.features.children.models.children import Child
from dodam.features.children.service.children import Children
from dodam.features.messaging.models.kinds import MessageKind
from dodam.features.messaging.models.messages import (
    AskResults,
    MessagePage,
    MessageWithoutTextPage,
    SendMessage,
)
from dodam.features.messaging.models.states import Reason, State, obstacle
from dodam.features.messaging.service.notifications import Notifications
from dodam.features.messaging.store import messages as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.ids import new_id


class Messages:
    def __init__(
        self,
        clock: Clock,
        contacts: Contacts,
        withdrawals: Withdrawals,
        children: Children,
        notifications: Notifications,
        audit: Audit,
    ) -> None:
        self._clock = clock
        self._contacts = contacts
        self._withdrawals = withdrawals
        self._children = children
        self._notifications = notifications
        self._audit = audit

    async def welcome(self, tx: Transaction, account_id: UUID) -> None:
        """Once an account, when it has its first number."""
        if not await self._withdrawals.is_withdrawn(tx, account_id):
            await self._make(tx, MessageKind.WELCOME, account_id, None, None)

    async def about_child(
        self, tx: Transaction, kind: MessageKind, account_id: UUID, child_id: UUID, day: date
    ) -> None:
        """Once a child's day, unless the child is gone, or nothing may be stored of it."""
        if await self._withdrawals.is_withdrawn(tx, account_id):
            return
        try:
            await self._children.hold_for_storing(tx, account_id, child_id)
        except (ChildNotFound, ConsentRequired):
            return
        await self._make(tx, kind, account_id, child_id, day)

    async def about_subscription(
        self, tx: Transaction, kind: MessageKind, account_id: UUID, day: date
    ) -> None:
        """Once an account's day and kind."""
        if not await self._withdrawals.is_withdrawn(tx, account_id):
            await self._make(tx, kind, account_id, None, day)

    async def of(
        self, db: Reading, account_id: UUID, cursor: UUID | None, limit: int
    ) -> MessagePage:
        found = await store.PAGE.all(db, account=account_id, before=cursor, most=limit + 1)
        shown = found[:limit]
        return MessagePage(shown, shown[-1].id if len(found) > limit else None)

    async def for_staff(
        self, tx: Transaction, by: Actor, account_id: UUID, cursor: UUID | None, limit: int
    ) -> MessageWithoutTextPage:
        """Raises AccountNotFound."""
        if await self._contacts.of(tx, account_id) is None:
            raise AccountNotFound
        await self._audit.record(tx, by, "messages.viewed", Subject("account", account_id))
        found = await store.PAGE_WITHOUT_TEXT.all(
            tx, account=account_id, before=cursor, most=limit + 1
        )
        shown = found[:limit]
        return MessageWithoutTextPage(shown, shown[-1].id if len(found) > limit else None)

    async def take_up(self, tx: Transaction) -> None:
        """Have what is due sent, or asked for."""
        due = await store.TAKE_UP.all(tx, now=self._clock.now())
        orders = {each.request_id for each in due if each.state is State.ACCEPTED}
        await tx.enqueue(
            *(SendMessage(message_id=each.id) for each in due if each.state is State.WAITING),
            *(AskResults(request_id=each) for each in sorted(filter(None, orders))),
        )

    async def erase(self, tx: Transaction, account_id: UUID) -> None:
        """Keep nothing of an account that is erased, and add it to the proof."""
        rows = {
            name: await erase.execute(tx, account=account_id)
            for name, erase in store.ERASE_OF_ACCOUNT.items()
        }
        await self._withdrawals.note_erasure(tx, account_id, "messaging", rows)

    async def _make(
        self,
        tx: Transaction,
        kind: MessageKind,
        account_id: UUID,
        child_id: UUID | None,
        day: date | None,
    ) -> None:
        reason = obstacle(await self._contacts.of(tx, account_id))
        if reason is None and await self._notifications.turned_off(tx, [account_id]) & {
            (account_id, kind)
        }:
            reason = Reason.TURNED_OFF
        now = self._clock.now()
        made = await store.INSERT.first(
            tx,
            id=new_id(),
            account_id=account_id,
            child_id=child_id,
            kind=kind,
            day=day,
            state=State.NOT_SENT if reason else State.WAITING,
            reason=reason,
            created_at=now,
            ended_at=now if reason else None,
        )
        if made is not None and reason is None:
            await tx.enqueue(SendMessage(message_id=made.id))


class Retention:
    """How long messages stay, and that they go with the child they are about."""

    def __init__(self, clock: Clock, *, days: int, text_days: int) -> None:
        self._clock = clock
        self._kept = timedelta(days=days)
        self._texts_kept = timedelta(days=text_days)

    async def forget_old(self, tx: Transaction) -> None:
        now = self._clock.now()
        await store.FORGET_TEXTS.execute(tx, older_than=now - self._texts_kept)
        await store.FORGET.execute(tx, older_than=now - self._kept)

    async def child_registered(self, tx: Transaction, child: Child) -> None:
        """There is nothing to tell yet."""

    async def hands_changed(self, tx: Transaction, child: Child) -> None:
        """No message says which hand is affected."""

    async def erase_child(self, tx: Transaction, child_id: UUID) -> None:
        await store.ERASE_OF_CHILD.execute(tx, child=child_id)

    async def pseudonymise_child(self, tx: Transaction, child_id: UUID) -> None:
        """Messages name the child: none is kept."""
        await store.ERASE_OF_CHILD.execute(tx, child=child_id)
