"""What was shared, read by the outside system it was shared with."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from dodam.features.accounts.models.api_keys import Scope
from dodam.features.sharing.models.feeds import SharedLogs, SharedResults, SharedSessions
from dodam.features.sharing.service.feeds import Feeds
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
Limit = Annotated[int, QueryParameter(ge=1, le=500, description="Things in one answer, at most.")]


class SharedController(Controller):
    path = "/shared"
    tags = ["sharing"]

    @get(
        "/daily-results",
        summary="Read the results of days",
        operation_id="listSharedDailyResults",
        opt=api_keys_with(Scope.READ_DAILY_RESULTS),
        responses=problem_responses(400, 401, 403, 429),
    )
    async def daily_results(
        self,
        db: NamedDependency[Database],
        feeds: NamedDependency[Feeds],
        caller: NamedDependency[Caller],
        after: After = 0,
        limit: Limit = 100,
    ) -> SharedResults:
        """Daily results of the children whose guardians let this system have them, in the order
        in which they were shared.

        Whoever asks on from `next_after` misses none, whatever became of webhooks. Results that
        may no longer be shared are left out, so an answer can have fewer than it was asked for.
        """
        async with db.transaction() as tx:
            return await feeds.daily_results(tx, caller.account_id, after, limit)

    @get(
        "/daily-logs",
        summary="Read the logs of days",
        operation_id="listSharedDailyLogs",
        opt=api_keys_with(Scope.READ_DAILY_LOGS),
        responses=problem_responses(400, 401, 403, 429),
    )
    async def daily_logs(
        self,
        db: NamedDependency[Database],
        feeds: NamedDependency[Feeds],
        caller: NamedDependency[Caller],
        after: After = 0,
        limit: Limit = 100,
    ) -> SharedLogs:
        """What children played, day by day. A tablet may upload days later, and staff correct what
        was wrong: a day that changes comes again, a few minutes later, at a new position.

        Keep the newest of each `child` and `day`, drop what is `deleted`, and ask on from
        `next_after`: then nothing is missed.
        """
        async with db.transaction() as tx:
            return await feeds.daily_logs(tx, caller.account_id, after, limit)

    @get(
        "/therapy-results",
        summary="Read the results of sessions",
        operation_id="listSharedTherapyResults",
        opt=api_keys_with(Scope.READ_THERAPY_RESULTS),
        responses=problem_responses(400, 401, 403, 429),
    )
    async def therapy_results(
        self,
        db: NamedDependency[Database],
        feeds: NamedDependency[Feeds],
        caller: NamedDependency[Caller],
        after: After = 0,
        limit: Limit = 100,
    ) -> SharedSessions:
        """What children played, sitting by sitting. A session that changes comes again, a few
        minutes later, at a new position.

        Keep the newest of each `child` and `session_id`, drop what is `deleted`, and ask on from
        `next_after`: then nothing is missed.
        """
        async with db.transaction() as tx:
            return await feeds.therapy_results(tx, caller.account_id, after, limit)
