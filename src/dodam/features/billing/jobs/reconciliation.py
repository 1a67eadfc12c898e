"""Asking the stores in the background."""

from dodam.features.billing.jobs.recurring import recurring
from dodam.features.billing.models.stores import Store
from dodam.features.billing.models.tasks import (
    AskApple,
    AskGoogle,
    JudgeDrift,
    ReadHistory,
    ReadVoided,
)
from dodam.features.billing.service.questions import Questions
from dodam.features.billing.service.reconciliation import Reconciliation


class ReconciliationWork:
    def __init__(self, questions: Questions, reconciliation: Reconciliation) -> None:
        self._questions = questions
        self._reconciliation = reconciliation

    async def ask_apple(self, task: AskApple) -> None:
        with recurring():
            await self._questions.ask(Store.APPLE, task.environment, task.key, task.because)

    async def ask_google(self, task: AskGoogle) -> None:
        with recurring():
            await self._questions.ask(Store.GOOGLE, task.environment, task.key, task.because)

    async def judge(self, task: JudgeDrift) -> None:
        await self._questions.judge(task.drift_id)

    async def read_history(self, task: ReadHistory) -> None:
        with recurring():
            await self._reconciliation.read_history(task.environment)

    async def read_voided(self, _: ReadVoided) -> None:
        with recurring():
            await self._reconciliation.read_voided()
