"""What accounts hold at the stores: learned from whatever the stores say, owned by one account."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from dodam.features.accounts.models.attributes import TESTER
from dodam.features.accounts.service.attributes import Attributes
from dodam.features.billing.errors.subscriptions import (
    FamilyShared,
    SandboxPurchase,
    SubscriptionNotFound,
)
from dodam.features.billing.events import SubscriptionNews
from dodam.features.billing.models.facts import Standing, standing
from dodam.features.billing.models.news import Announced, Item, announce
from dodam.features.billing.models.payments import Line, missing_lines
from dodam.features.billing.models.receipts import HeldSubscriptions
from dodam.features.billing.models.records import Record
from dodam.features.billing.models.states import State
from dodam.features.billing.models.stores import Environment
from dodam.features.billing.models.subscriptions import Kept, Subscription
from dodam.features.billing.models.tasks import AcknowledgePurchase, TakeStock
from dodam.features.billing.models.told import Told
from dodam.features.billing.service.ownership import Ownership
from dodam.features.billing.store import payments
from dodam.features.billing.store import subscriptions as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.ids import new_id
from dodam.platform.logging.kept import kept_line
from dodam.platform.logging.log import Log

# A sweep takes this many; what is left is taken by the next.
_MOST_AT_ONCE = 1000
_MOST_PAYMENTS = 100
# Records of payments are kept for five years (Enforcement Decree of Korea's Act on Consumer
# Protection in Electronic Commerce, article 6(1)3), and no longer than is required.
_KEPT_FOR = timedelta(days=5 * 365 + 2)


class Subscriptions:
    def __init__(
        self, clock: Clock, log: Log, ownership: Ownership, attributes: Attributes
    ) -> None:
        self._clock = clock
        self._log = log
        self._ownership = ownership
        self._attributes = attributes

    async def learn(self, tx: Transaction, told: Told) -> UUID:
        """Add what a store says to what is known; the subscription's id.

        The order in which things are learned does not matter, and twice is once. Writes the
        ledger, announces (SubscriptionNews), and holds the subscription until `tx` ends.
        """
        return (await self._learn(tx, told)).id

    async def claim(self, tx: Transaction, account_id: UUID, told: Told) -> Subscription:
        """Learn what a client handed in, as a purchase of this account.

        Raises BelongsToAnotherAccount, SandboxPurchase, FamilyShared, and AccountNotFound for an
        account that has left; then `tx` is to be given up.
        """
        await self._ownership.check(tx, account_id)
        if told.environment is Environment.SANDBOX and not await self._attributes.value_of(
            tx, account_id, TESTER
        ):
            raise SandboxPurchase
        kept = await self._learn(tx, told, account_id)
        if kept.record.family_shared:
            raise FamilyShared
        return kept.shown(self._clock.now())

    async def transfer(
        self, tx: Transaction, subscription_id: UUID, account_id: UUID
    ) -> Subscription:
        """Give a subscription to another account, whomever the purchase names.

        Raises SubscriptionNotFound, AccountNotFound.
        """
        await self._ownership.check(tx, account_id)
        known, _ = await self._hold(tx, subscription_id)
        kept = await self._keep(tx, known, known.record, account_id, _announced(known))
        return kept.shown(self._clock.now())

    async def take_stock(self, tx: Transaction, subscription_id: UUID) -> None:
        """Look at what dates alone have changed. Raises SubscriptionNotFound."""
        known, replaced = await self._hold(tx, subscription_id)
        owner = await self._ownership.of(tx, known, known.record, replaced)
        await self._keep(tx, known, known.record, owner, _announced(known))

    async def sweep(self, tx: Transaction) -> None:
        """Have everything looked at that dates have changed, each in a transaction of its own."""
        changed = await store.CHANGED.all(tx, now=self._clock.now(), most=_MOST_AT_ONCE)
        await tx.enqueue(*(TakeStock(subscription_id=each.id) for each in changed))

    async def of_account(self, db: Reading, account_id: UUID) -> list[Subscription]:
        """The newest first."""
        now = self._clock.now()
        return [each.shown(now) for each in await store.of_account(db, account_id)]

    async def held(self, db: Reading, account_id: UUID) -> HeldSubscriptions:
        """What an account holds, and what it paid."""
        return HeldSubscriptions(
            buyer_id=account_id,
            subscriptions=await self.of_account(db, account_id),
            payments=await payments.of_account(db, account_id, _MOST_PAYMENTS),
        )

    async def find(self, db: Reading, subscription_id: UUID) -> Subscription:
        """Raises SubscriptionNotFound."""
        return (await self.kept(db, subscription_id)).shown(self._clock.now())

    async def kept(self, db: Reading, subscription_id: UUID) -> Kept:
        """All that is known of it. Raises SubscriptionNotFound."""
        found = await store.find(db, subscription_id)
        if found is None:
            raise SubscriptionNotFound
        return found

    async def acknowledged(self, tx: Transaction, subscription_id: UUID) -> None:
        """Google was told that the purchase arrived."""
        await store.ACKNOWLEDGED.execute(tx, subscription=subscription_id)

    async def forget_old(self, tx: Transaction) -> None:
        """Drop what was over five years ago, with its payments."""
        await store.FORGET.execute(tx, before=self._clock.now() - _KEPT_FOR)

    async def _hold(self, tx: Transaction, subscription_id: UUID) -> tuple[Kept, Kept | None]:
        """A subscription, and what it took the place of."""
        place = await store.PLACE.first(tx, subscription=subscription_id)
        if place is None:
            raise SubscriptionNotFound
        keys = (place.key, place.replaces)
        held = await store.hold(tx, place.store, place.environment, keys)
        return held[place.key], held.get(place.replaces or "")

    async def _learn(self, tx: Transaction, told: Told, claimant: UUID | None = None) -> Kept:
        held = await store.hold(tx, told.store, told.environment, (told.key, told.replaces))
        known, replaced = held.get(told.key), held.get(told.replaces or "")
        new = known or Kept(
            id=new_id(),
            store=told.store,
            environment=told.environment,
            key=told.key,
            account_id=None,
            created_at=self._clock.now(),
            state=State.PENDING,
            transaction_id=None,
            record=await self._heard_of(tx, told),
        )
        record = new.record.learning(told)
        owner = await self._ownership.of(tx, known, record, replaced, claimant)
        if known is not None and (known.record, known.account_id) == (record, owner):
            return known
        kept = await self._keep(tx, new, record, owner, _announced(known, replaced))
        if replaced is not None:
            await self._end(tx, replaced, kept)
        return kept

    async def _heard_of(self, tx: Transaction, told: Told) -> Record:
        """What is known of a subscription before anything is: that another took its place."""
        by = await store.replacing(tx, told.store, told.environment, told.key)
        return Record(replaced_at=by.record.begins_at if by else None)

    async def _end(self, tx: Transaction, replaced: Kept, by: Kept) -> None:
        """What another took the place of entitles to nothing from then on."""
        begins_at, known = by.record.begins_at, replaced.record.replaced_at
        if begins_at is not None and (known is None or begins_at < known):
            record = msgspec.structs.replace(replaced.record, replaced_at=begins_at)
            await self._keep(tx, replaced, record, replaced.account_id, _announced(replaced))

    async def _keep(
        self,
        tx: Transaction,
        known: Kept,
        record: Record,
        owner: UUID | None,
        announced: Announced,
    ) -> Kept:
        """Write down all that follows from a record, and tell its owner."""
        now = self._clock.now()
        stands = standing(record, now)
        kept = msgspec.structs.replace(
            known,
            account_id=owner,
            state=stands.state,
            transaction_id=stands.period.transaction_id if stands.period else None,
            record=record,
        )
        await store.write(tx, kept, stands)
        lines = await self._book(tx, known, kept)
        if owner is not None:
            for item in announce(announced, stands, kept.price_change, lines, now):
                await tx.publish(_news(kept, owner, stands, item, now))
            if kept.is_to_be_acknowledged:
                await tx.enqueue(
                    AcknowledgePurchase(subscription_id=kept.id),
                    dedupe_key=f"acknowledge:{kept.id}",
                )
            if owner != known.account_id and record.replaced_at is not None:
                await self._hand_on(tx, kept)
        return kept

    async def _book(self, tx: Transaction, known: Kept, kept: Kept) -> list[Line]:
        """Write down the periods that changed, and what money moved; that in the log too."""
        before, record = known.record.periods, kept.record
        changed = [each for name, each in record.periods.items() if each != before.get(name)]
        if not changed:
            return []
        now = self._clock.now()
        await store.write_periods(tx, kept.id, changed)
        if record.family_shared:
            # It was paid by somebody else, once.
            return []
        booked = await payments.booked(tx, kept.id, [each.transaction_id for each in changed])
        added = [
            (period, line)
            for period in changed
            for line in missing_lines(period, booked[period.transaction_id])
        ]
        for period, line in added:
            payment_id = await payments.add(tx, kept.id, period, line, now)
            tx.lines.append(
                kept_line(
                    self._log,
                    now,
                    __name__,
                    f"payment.{line.kind}",
                    payment_id=payment_id,
                    subscription_id=kept.id,
                    micros=line.amount.micros,
                    currency=line.amount.currency,
                )
            )
        return [line for _, line in added]

    async def _hand_on(self, tx: Transaction, kept: Kept) -> None:
        """What took the place of a subscription goes to its owner, unless it has one."""
        by = await store.replacing(tx, kept.store, kept.environment, kept.key)
        if by is not None and by.account_id is None:
            await tx.enqueue(TakeStock(subscription_id=by.id))


def _news(kept: Kept, owner: UUID, stands: Standing, item: Item, now: datetime) -> SubscriptionNews:
    return SubscriptionNews(
        account_id=owner,
        subscription_id=kept.id,
        store=kept.store,
        environment=kept.environment,
        product_id=stands.product_id,
        news=item.news,
        state=stands.state,
        at=now,
        until=item.until,
        amount=item.amount,
    )


def _announced(known: Kept | None, replaced: Kept | None = None) -> Announced:
    """What an owner was told of; of what took the place of another, what was told of that."""
    told = known or replaced
    if told is None or told.account_id is None:
        return Announced()
    period = told.record.periods.get(told.transaction_id or "")
    return Announced(told.state, period, told.price_change)
