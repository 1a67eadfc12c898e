"""What happens that guardians are told of, and what is to be forgotten."""

from dodam.features.accounts.events.phones import PhoneVerified
from dodam.features.accounts.events.withdrawal import AccountErased
from dodam.features.messaging.models.kinds import MessageKind
from dodam.features.messaging.service.messages import Messages
from dodam.features.therapy.events import DailyResultReady, TherapyGoalReached
from dodam.platform.database import Transaction


class Reactions:
    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    async def phone_verified(self, tx: Transaction, event: PhoneVerified) -> None:
        await self._messages.welcome(tx, event.account_id)

    async def goal_reached(self, tx: Transaction, event: TherapyGoalReached) -> None:
        await self._messages.about_child(
            tx,
            MessageKind.THERAPY_GOAL_REACHED,
            event.account_id,
            event.child_id,
            event.therapy_day,
        )

    async def daily_result_ready(self, tx: Transaction, event: DailyResultReady) -> None:
        await self._messages.about_child(
            tx, MessageKind.DAILY_RESULT, event.account_id, event.child_id, event.therapy_day
        )

    async def account_erased(self, tx: Transaction, event: AccountErased) -> None:
        await self._messages.erase(tx, event.account_id)
