"""Whether a message that waits is sent now, later, or not at all."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from dodam.features.accounts.errors.consents import ConsentRequired
from dodam.features.accounts.models.contacts import Contact
from dodam.features.accounts.service.contacts import Contacts
from dodam.features.children.errors import ChildNotFound
from dodam.features.children.service.children import Children
from dodam.features.messaging.models.kinds import InQuietHours
from dodam.features.messaging.models.outgoing import Outgoing
from dodam.features.messaging.models.quiet_hours import QuietHours
from dodam.features.messaging.models.states import Reason, obstacle
from dodam.features.messaging.service.notifications import Notifications
from dodam.features.messaging.service.subscription_wording import SubscriptionWording
from dodam.features.messaging.service.templates import Templates
from dodam.features.messaging.service.wording import Wording
from dodam.features.messaging.store.sending import Pending
from dodam.platform.clock import Clock
from dodam.platform.database import Reading


class Send(Struct, frozen=True):
    template: str
    outgoing: Outgoing


class PutOff(Struct, frozen=True):
    until: datetime


class GiveUp(Struct, frozen=True):
    reason: Reason


Decision = Send | PutOff | GiveUp


class Decisions:
    """Judges by what is so now: between making and sending, people leave and change their minds."""

    def __init__(
        self,
        clock: Clock,
        contacts: Contacts,
        children: Children,
        notifications: Notifications,
        templates: Templates,
        wording: Wording,
        subscription_wording: SubscriptionWording,
        quiet_hours: QuietHours,
    ) -> None:
        self._clock = clock
        self._contacts = contacts
        self._children = children
        self._notifications = notifications
        self._templates = templates
        self._wording = wording
        self._subscription_wording = subscription_wording
        self._quiet_hours = quiet_hours

    async def on(self, db: Reading, messages: Sequence[Pending]) -> list[tuple[Pending, Decision]]:
        accounts = {each.account_id for each in messages}
        contacts = await self._contacts.of_all(db, accounts)
        off = await self._notifications.turned_off(db, accounts)
        decided: list[tuple[Pending, Decision]] = []
        for message in messages:
            is_off = (message.account_id, message.kind) in off
            contact = contacts.get(message.account_id)
            decided.append((message, await self._on(db, message, contact, is_off=is_off)))
        return decided

    async def _on(
        self, db: Reading, message: Pending, contact: Contact | None, *, is_off: bool
    ) -> Decision:
        reason = obstacle(contact)
        if reason is not None or contact is None or contact.number is None:
            return GiveUp(reason or Reason.NO_PHONE)
        if is_off:
            return GiveUp(Reason.TURNED_OFF)
        not_now = self._by_the_clock(message)
        if not_now is not None:
            return not_now
        values = await self._values(db, message, contact)
        if isinstance(values, Reason):
            return GiveUp(values)
        template = self._templates.kinds[message.kind].template
        return Send(template, self._templates.render(message.kind, contact.number, values))

    def _by_the_clock(self, message: Pending) -> Decision | None:
        kind = self._templates.kinds[message.kind]
        now = self._clock.now()
        if now >= message.created_at + kind.lifetime:
            return GiveUp(Reason.EXPIRED)
        quiet_until = self._quiet_hours.over_at(now)
        if quiet_until is None or kind.in_quiet_hours is InQuietHours.SEND:
            return None
        if kind.in_quiet_hours is InQuietHours.DROP:
            return GiveUp(Reason.QUIET_HOURS)
        return PutOff(quiet_until)

    async def _values(
        self, db: Reading, message: Pending, contact: Contact
    ) -> dict[str, str] | Reason:
        if message.day is None:
            return self._wording.of_account(contact)
        if message.child_id is None:
            told = await self._subscription_wording.of(db, message.kind, message.account_id)
            return Reason.NOTHING_TO_TELL if told is None else told
        try:
            child = await self._children.for_storing(db, message.account_id, message.child_id)
        except ChildNotFound:
            return Reason.CHILD_REMOVED
        except ConsentRequired:
            return Reason.NO_CONSENT
        values = await self._wording.of_child(db, message.kind, child, message.day)
        return Reason.NOTHING_TO_TELL if values is None else values
