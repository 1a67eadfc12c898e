"""Results over a range of days."""

from datetime import date

from dodam.features.children.models.children import Child
from dodam.features.outcomes.models.results import Results
from dodam.platform.database import Reading


class ResultsOfChildren:
    async def of(self, db: Reading, child: Child, first: date | None, last: date | None) -> Results:
        """By motion and hand, of the last 56 days without a range. Raises InvalidInput."""
        raise NotImplementedError
