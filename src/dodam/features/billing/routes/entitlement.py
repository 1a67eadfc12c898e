"""Entitlement over HTTP."""

from litestar import Controller, get
from litestar.datastructures import CacheControlHeader
from litestar.di import NamedDependency

from dodam.features.billing.models.entitlement import Entitlement
from dodam.features.billing.service.entitlements import Entitlements
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses
from dodam.platform.tokens import Caller

# What was given back entitles to nothing from that second on.
_ASK_EACH_TIME = CacheControlHeader(private=True, no_cache=True)


class EntitlementController(Controller):
    path = "/entitlement"
    tags = ["entitlement"]

    @get(
        cache_control=_ASK_EACH_TIME,
        summary="Show whether the account is entitled",
        operation_id="showEntitlement",
        responses=problem_responses(401, 403),
    )
    async def show(
        self,
        caller: NamedDependency[Caller],
        db: NamedDependency[Database],
        entitlements: NamedDependency[Entitlements],
    ) -> Entitlement:
        """Whether the account may play as a subscriber does now, on what grounds, and until when.

        `until` may move: ask again when it has come, and whenever the app starts.
        """
        async with db.reading() as reading:
            return await entitlements.of(reading, caller.account_id)
