"""What was shared, read by the outside system it was shared with."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from dodam.features.accounts.models.api_keys import Scope
from dodam.features.sharing.models.deliveries import SharedResults
from dodam.features.sharing.service.deliveries import Deliveries
from dodam.platform.database import Database
from dodam.platform.http.access import api_keys_with
from dodam.platform.http.problems import problem_responses
from dodam.platform.tokens import Caller

After = Annotated[
    int,
    QueryParameter(
        name="after",
        ge=0,
        le=2**63 - 1,
        description="`next_after` of the answer before; 0 to begin.",
    ),
]
Limit = Annotated[int, QueryParameter(ge=1, le=500, description="Results in one answer, at most.")]


class SharedController(Controller):
    path = "/shared/daily-results"
    tags = ["sharing"]
    opt = api_keys_with(Scope.READ_DAILY_RESULTS)

    @get(
        summary="Read what was shared",
        operation_id="listSharedDailyResults",
        responses=problem_responses(400, 401, 403, 429),
    )
    async def page(
        self,
        db: NamedDependency[Database],
        deliveries: NamedDependency[Deliveries],
        caller: NamedDependency[Caller],
        after: After = 0,
        limit: Limit = 100,
    ) -> SharedResults:
        """Daily results of the children whose guardians let this system have them, in the order
        in which they were shared.

        Whoever asks on from `next_after` misses none, whatever became of webhooks. Results that
        may no longer be shared are left out, so an answer can have fewer than it was asked for.
        """
        async with db.reading() as reading:
            return await deliveries.shared(reading, caller.account_id, after, limit)
