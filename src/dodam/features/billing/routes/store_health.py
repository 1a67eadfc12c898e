"""How it goes with the stores, for staff."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.billing.models.notifications import CURSOR, CURSOR_LENGTH
from dodam.features.billing.models.reconciliation import DriftPage, StoreHealth, Verdict
from dodam.features.billing.models.stores import Store
from dodam.features.billing.service.store_health import StoreHealthDesk
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses


class StoreHealthController(Controller):
    path = "/staff/stores"
    tags = ["stores"]
    opt = staff_who_may(Permission.READ_PAYMENTS)

    @get(
        summary="Show how it goes with the stores",
        operation_id="showStores",
        responses=problem_responses(401, 403),
    )
    async def stores(
        self,
        db: NamedDependency[Database],
        store_health: NamedDependency[StoreHealthDesk],
    ) -> list[StoreHealth]:
        """What came, what waits, what was refused, how far lists were read, and what that found."""
        async with db.reading() as reading:
            return await store_health.of_all(reading)

    @get(
        "/drift",
        summary="List what the stores had not told",
        operation_id="listStoreDrift",
        responses=problem_responses(400, 401, 403),
    )
    async def drift(
        self,
        db: NamedDependency[Database],
        store_health: NamedDependency[StoreHealthDesk],
        store: Annotated[Store | None, QueryParameter(description="Of one store only.")] = None,
        verdict: Annotated[
            Verdict | None,
            QueryParameter(description="What came late, or what never came, only."),
        ] = None,
        cursor: Annotated[
            str | None,
            QueryParameter(
                pattern=CURSOR,
                max_length=CURSOR_LENGTH,
                description="The `next_cursor` of the page before.",
            ),
        ] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> DriftPage:
        """The last found first. It has been put right; a message that never came has no trace."""
        async with db.reading() as reading:
            return await store_health.drift(
                reading, of=store, verdict=verdict, cursor=cursor, limit=limit
            )
