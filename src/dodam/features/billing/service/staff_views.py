"""What support sees of an account's subscriptions."""

from collections import defaultdict
from uuid import UUID

from dodam.features.billing.models.deeds import Deed
from dodam.features.billing.models.notifications import cut_short
from dodam.features.billing.models.payments import Payment
from dodam.features.billing.models.staff import StaffSubscription
from dodam.features.billing.store import deeds, payments, subscriptions
from dodam.platform.clock import Clock
from dodam.platform.database import Reading

# Twenty years of monthly payments.
_MOST_PAYMENTS = 240


class StaffViews:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def of_account(self, db: Reading, account_id: UUID) -> list[StaffSubscription]:
        """The newest first; none for an account there is not."""
        now = self._clock.now()
        held = await subscriptions.of_account(db, account_id)
        paid: defaultdict[UUID, list[Payment]] = defaultdict(list)
        for payment in await payments.of_account(db, account_id, _MOST_PAYMENTS):
            paid[payment.subscription_id].append(payment)
        done: defaultdict[UUID, list[Deed]] = defaultdict(list)
        ids = [each.id for each in held]
        for deed in await deeds.OF_SUBSCRIPTIONS.all(db, subscription_ids=ids):
            done[deed.subscription_id].append(deed)
        return [
            StaffSubscription(
                subscription=each.shown(now),
                key=cut_short(each.key),
                periods=sorted(
                    each.record.periods.values(), key=lambda period: period.begins_at, reverse=True
                ),
                renewal=each.record.renewal,
                payments=paid[each.id],
                deeds=done[each.id],
            )
            for each in held
        ]
