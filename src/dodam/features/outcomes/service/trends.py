"""How a measure changes from week to week."""

from dodam.features.children.models.children import Child
from dodam.features.outcomes.models.trends import Question, Trend
from dodam.platform.database import Reading
from dodam.platform.i18n import Language


class Trends:
    async def of(self, db: Reading, child: Child, question: Question, language: Language) -> Trend:
        """The trend of one measure of a motion and hand, up to today."""
        raise NotImplementedError
