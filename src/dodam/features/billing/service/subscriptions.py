"""What accounts hold at the stores: learned from whatever the stores say, owned by one account."""

from uuid import UUID

from dodam.features.billing.models.subscriptions import Subscription
from dodam.features.billing.models.told import Told
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction


class Subscriptions:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def learn(self, tx: Transaction, told: Told) -> UUID:
        """Add what a store says to what is known; the subscription's id.

        The order in which things are learned does not matter, and twice is once. Writes the
        ledger, announces (SubscriptionNews), and holds the subscription until `tx` ends.
        """
        raise NotImplementedError

    async def claim(self, tx: Transaction, account_id: UUID, told: Told) -> Subscription:
        """Learn what a client handed in, as a purchase of this account.

        Raises BelongsToAnotherAccount, SandboxPurchase, FamilyShared.
        """
        raise NotImplementedError

    async def of_account(self, db: Reading, account_id: UUID) -> list[Subscription]:
        """The newest first."""
        raise NotImplementedError

    async def find(self, db: Reading, subscription_id: UUID) -> Subscription:
        """Raises SubscriptionNotFound."""
        raise NotImplementedError
