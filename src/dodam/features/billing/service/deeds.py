"""What people ask to be done about subscriptions: noted first, done at the store by a task."""

from datetime import timedelta
from uuid import UUID

import msgspec

from dodam.features.audit.models import SYSTEM, Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.billing.errors import deeds as errors
from dodam.features.billing.errors.subscriptions import SubscriptionNotFound
from dodam.features.billing.models.deeds import (
    LONGEST_EXTENSION_AT_APPLE,
    Ask,
    AskExtension,
    AskTransfer,
    Deed,
    DeedKind,
    DeedState,
)
from dodam.features.billing.models.stores import Store
from dodam.features.billing.models.subscriptions import Kept
from dodam.features.billing.models.tasks import DoDeedAtApple, DoDeedAtGoogle
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.features.billing.store import deeds as store
from dodam.platform.clock import Clock
from dodam.platform.database import Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.ids import new_id

# Twice within 365 days for each customer:
# https://developer.apple.com/documentation/appstoreserverapi/extending-the-renewal-date-for-auto-renewable-subscriptions
_APPLE_EXTENSIONS = 2
_APPLE_YEAR = timedelta(days=365)


class Deeds:
    """The same id asked for again answers as before, and nothing is done twice.

    Every method raises SubscriptionNotFound, and those with a form DeedDiffers.
    """

    def __init__(self, clock: Clock, subscriptions: Subscriptions, audit: Audit) -> None:
        self._clock = clock
        self._subscriptions = subscriptions
        self._audit = audit

    async def cancel(self, tx: Transaction, subscription_id: UUID, form: Ask, by: Actor) -> Deed:
        """End the renewal; what is paid for stays. Raises CancelledByGuardianOnly."""
        held = await self._hold(tx, subscription_id)
        if held.store is Store.APPLE:
            raise self._only_by_guardian(held)
        return await self._ask(tx, held, self._new(held, DeedKind.CANCELLATION, form, by), by)

    async def extend(
        self, tx: Transaction, subscription_id: UUID, form: AskExtension, by: Actor
    ) -> Deed:
        """Put the renewal off. Raises ExtendedTooOften, InvalidInput."""
        held = await self._hold(tx, subscription_id)
        if held.store is Store.APPLE and form.days > LONGEST_EXTENSION_AT_APPLE:
            raise InvalidInput.of("days", "too_large", errors.TOO_MANY_DAYS)
        deed = self._new(held, DeedKind.EXTENSION, form, by, days=form.days)
        known = await self._known(tx, deed)
        if known is None and held.store is Store.APPLE:
            since = self._clock.now() - _APPLE_YEAR
            made = await store.EXTENSIONS_SINCE.first(tx, subscription_id=held.id, since=since)
            if made is not None and made.count >= _APPLE_EXTENSIONS:
                raise errors.ExtendedTooOften
        return known or await self._ask(tx, held, deed, by)

    async def revoke(self, tx: Transaction, subscription_id: UUID, form: Ask, by: Actor) -> Deed:
        """End it at once and give the last payment back. Raises NotAtThisStore."""
        held = await self._hold(tx, subscription_id)
        if held.store is Store.APPLE:
            raise errors.NotAtThisStore
        return await self._ask(tx, held, self._new(held, DeedKind.REVOCATION, form, by), by)

    async def refresh(self, tx: Transaction, subscription_id: UUID, form: Ask, by: Actor) -> Deed:
        """Ask the store what it knows of it now."""
        held = await self._hold(tx, subscription_id)
        return await self._ask(tx, held, self._new(held, DeedKind.REFRESH, form, by), by)

    async def transfer(
        self, tx: Transaction, subscription_id: UUID, form: AskTransfer, by: Actor
    ) -> Deed:
        """Give it to another account, at once; the one before has it no more.

        Raises AccountNotFound.
        """
        held = await self._hold(tx, subscription_id)
        deed = self._new(held, DeedKind.TRANSFER, form, by, account_id=form.account_id)
        if known := await self._known(tx, deed):
            return known
        await self._subscriptions.transfer(tx, held.id, form.account_id)
        ended = msgspec.structs.replace(deed, state=DeedState.DONE, ended_at=deed.asked_at)
        await self._note(tx, ended, by)
        return ended

    async def cancel_own(
        self, tx: Transaction, subscription_id: UUID, account_id: UUID, by: Actor
    ) -> None:
        """End the renewal of one that the account holds. Raises CancelledByGuardianOnly."""
        held = await self._hold(tx, subscription_id)
        if held.account_id != account_id:
            raise SubscriptionNotFound
        if held.store is Store.APPLE:
            raise self._only_by_guardian(held)
        await self._cancel_once(tx, held, by)

    async def cancel_all_of(self, tx: Transaction, account_id: UUID) -> None:
        """End the renewals that can be ended here of an account whose holder leaves."""
        held = await self._subscriptions.of_account(tx, account_id)
        # In the order of their ids, so that nobody waits for another who waits.
        for each in sorted(held, key=lambda each: each.id):
            if each.store is Store.GOOGLE and each.renews:
                await self._cancel_once(tx, await self._hold(tx, each.id), SYSTEM)

    async def forget_reasons(self, tx: Transaction, account_id: UUID) -> int:
        return await store.FORGET_REASONS.execute(tx, account=account_id)

    async def _cancel_once(self, tx: Transaction, held: Kept, by: Actor) -> None:
        if await store.WAITING_CANCELLATION.first(tx, subscription_id=held.id) is None:
            await self._ask(tx, held, self._new(held, DeedKind.CANCELLATION, None, by), by)

    async def _hold(self, tx: Transaction, subscription_id: UUID) -> Kept:
        await store.TAKE_TURNS.execute(tx, subscription_id=subscription_id)
        return await self._subscriptions.kept(tx, subscription_id)

    def _only_by_guardian(self, held: Kept) -> errors.CancelledByGuardianOnly:
        return errors.CancelledByGuardianOnly(held.shown(self._clock.now()).manage_url)

    def _new(
        self,
        held: Kept,
        kind: DeedKind,
        form: Ask | None,
        by: Actor,
        *,
        days: int | None = None,
        account_id: UUID | None = None,
    ) -> Deed:
        return Deed(
            id=form.id if form else new_id(),
            subscription_id=held.id,
            kind=kind,
            state=DeedState.WAITING,
            by_kind=by.kind,
            by=by.id,
            reason=form.reason if form else None,
            days=days,
            account_id=account_id,
            note=None,
            asked_at=self._clock.now(),
            ended_at=None,
        )

    async def _ask(self, tx: Transaction, held: Kept, deed: Deed, by: Actor) -> Deed:
        if known := await self._known(tx, deed):
            return known
        await self._note(tx, deed, by)
        task = DoDeedAtApple if held.store is Store.APPLE else DoDeedAtGoogle
        await tx.enqueue(task(deed_id=deed.id))
        return deed

    async def _known(self, tx: Transaction, deed: Deed) -> Deed | None:
        """The deed of this id, if it was asked for before. Raises DeedDiffers."""
        known = await store.FIND.first(tx, deed_id=deed.id)
        if known is not None and _what(known) != _what(deed):
            raise errors.DeedDiffers
        return known

    async def _note(self, tx: Transaction, deed: Deed, by: Actor) -> None:
        if await store.INSERT.first(tx, **store.row(deed)) is None:
            # Asked for at this moment about another subscription.
            raise errors.DeedDiffers
        # Why, the deed says, from which it can be erased; from the trail it cannot.
        subject = Subject("subscription", deed.subscription_id)
        await self._audit.record(tx, by, f"subscription.{deed.kind}", subject, deed=deed.id)


def _what(deed: Deed) -> tuple[object, ...]:
    return deed.subscription_id, deed.kind, deed.reason, deed.days, deed.account_id
