"""Taking in what the stores send: verified, kept as it came, and only then dealt with.

A message and the task that deals with it are committed together, so neither is without the other.
A store that is answered anything but a success sends again: Apple 1, 12, 24, 48 and 72 hours after
the attempt before, in the sandbox never
(https://developer.apple.com/documentation/appstoreservernotifications, Responding to App Store
Server Notifications); Pub/Sub for as long as its subscription keeps messages, 7 days unless set
(https://cloud.google.com/pubsub/docs/push). So whoever is refused by a fault of ours, such as a
wrong setting, is not lost, and a forger who tries again costs little.
"""

from collections import Counter
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from uuid import UUID

from dodam.features.billing.errors.stores import ForgedMessage, StoreUnreachable
from dodam.features.billing.models.notifications import CameBy, is_to_be_looked_up
from dodam.features.billing.models.stores import Store
from dodam.features.billing.models.tasks import (
    LookUpAtApple,
    LookUpAtGoogle,
    ProcessNotification,
    PullNotifications,
)
from dodam.features.billing.models.told import Notification
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.store import notifications as store
from dodam.platform import metrics
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.group_commit import GroupCommit
from dodam.platform.ids import new_id
from dodam.platform.origin import Origin
from dodam.platform.rate_limit import Limit, RateLimits
from dodam.platform.work import Task, TryLater

MESSAGES = metrics.Counter(
    "dodam_store_messages",
    "The stores' messages: `taken`, `repeated`, `forged` or `unverified`, for the store is away; "
    "and of those that were taken the `settled` ones.",
    "store",
    "outcome",
)
_PULLED_TOGETHER = 100
_MOST_PULLS = 50
_COUNTED_TOGETHER = 1_000
_TRY_AGAIN_SECONDS = 60

_Refusal = tuple[Store, str]


class Inbox:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        stores: Stores,
        rate_limits: RateLimits,
        forgeries: Limit,
    ) -> None:
        self._database = database
        self._clock = clock
        self._stores = stores
        self._rate_limits = rate_limits
        self._forgeries = forgeries
        # A flood adds up here while one commit is under way: it is a write or two at a time.
        self._refusals = GroupCommit[_Refusal, None](
            self._count, size=lambda _: 1, most=_COUNTED_TOGETHER, lanes=1
        )

    async def from_apple(self, signed_payload: str, origin: Origin) -> None:
        """Raises ForgedMessage, TooManyRequests, StoreNotSetUp, StoreUnreachable."""
        reading = self._stores.app_store.read_notification
        await self._rate_limits.check(self._forgeries, origin.network)
        message = await self._verified(Store.APPLE, reading(signed_payload), origin)
        await self._keep(message, signed_payload)

    async def from_google(self, authorization: str | None, body: bytes, origin: Origin) -> None:
        """As `from_apple`."""
        reading = self._stores.google_play.read_push
        await self._rate_limits.check(self._forgeries, origin.network)
        message = await self._verified(Store.GOOGLE, reading(authorization, body), origin)
        await self._keep(message, body.decode())

    async def take(
        self, tx: Transaction, message: Notification, came_by: CameBy, raw: str | None = None
    ) -> bool:
        """Keep a message and have it dealt with; false if it is here already."""
        added = await store.ADD.first(
            tx,
            id=new_id(),
            store=message.store,
            message_id=message.id,
            environment=message.environment,
            type=message.type,
            subtype=message.subtype,
            key=message.key,
            sent_at=message.sent_at,
            now=self._clock.now(),
            came_by=came_by,
            raw=raw,
            message=message,
        )
        MESSAGES.add(message.store.value, "repeated" if added is None else "taken")
        if added is None:
            return False
        await tx.enqueue(task_for(added.id, message))
        return True

    async def begin_pulling(self, tx: Transaction) -> None:
        if Store.GOOGLE in self._stores.set_up:
            await tx.enqueue(PullNotifications(), dedupe_key="billing.pull_notifications")

    async def pull(self) -> None:
        """Fetch what waits at Google, and acknowledge it once it is kept."""
        play = self._stores.google_play
        for _ in range(_MOST_PULLS):
            waiting = await play.pull(_PULLED_TOGETHER)
            if waiting:
                async with self._database.transaction() as tx:
                    for message in waiting.values():
                        await self.take(tx, message, CameBy.PULL)
                await play.acknowledge_messages(list(waiting))
            if len(waiting) < _PULLED_TOGETHER:
                return

    async def _keep(self, message: Notification, raw: str) -> None:
        async with self._database.transaction() as tx:
            await self.take(tx, message, CameBy.PUSH, raw)

    async def _verified(
        self, from_: Store, reading: Awaitable[Notification], origin: Origin
    ) -> Notification:
        try:
            return await reading
        except ForgedMessage as forged:
            MESSAGES.add(from_.value, "forged")
            await self._refusals.add((from_, forged.reason))
            await self._rate_limits.spend(self._forgeries, origin.network)
            raise
        except TryLater as later:
            MESSAGES.add(from_.value, "unverified")
            seconds = (later.after or timedelta(seconds=_TRY_AGAIN_SECONDS)).total_seconds()
            raise StoreUnreachable(retry_after=round(seconds)) from later

    async def _count(self, refusals: Sequence[_Refusal]) -> Sequence[None]:
        today = self._clock.now().date()
        async with self._database.transaction() as tx:
            for (from_, reason), count in sorted(Counter(refusals).items()):
                await store.REFUSE.execute(tx, store=from_, day=today, reason=reason, count=count)
        return [None] * len(refusals)


def task_for(notification_id: UUID, message: Notification) -> Task:
    """Who asks a store waits in that store's lane; the rest is quick work of our own."""
    if not is_to_be_looked_up(message):
        return ProcessNotification(notification_id=notification_id)
    task = LookUpAtApple if message.store is Store.APPLE else LookUpAtGoogle
    return task(notification_id=notification_id)
