"""What dose a child gets, and how near that is to its plan."""

from dodam.features.audit.models import Actor
from dodam.features.children.models.children import Child
from dodam.features.outcomes.models.adherence import Adherence, CaseloadAdherence
from dodam.platform.database import Reading, Transaction
from dodam.platform.i18n import Language


class Adherences:
    async def of(self, db: Reading, child: Child, weeks: int, language: Language) -> Adherence:
        """Of the last `weeks` ISO weeks (1 to 52), the one that is under way included."""
        raise NotImplementedError

    async def caseload(self, tx: Transaction, by: Actor) -> list[CaseloadAdherence]:
        """Of every child whom the caller treats, those in need first."""
        raise NotImplementedError
