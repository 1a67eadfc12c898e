"""Prices that are about to rise, over HTTP."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.billing.models.staff import PendingPriceIncrease
from dodam.features.billing.service.price_increases import PriceIncreases
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses


class PriceIncreasesController(Controller):
    path = "/staff/payments/price-increases"
    tags = ["payments"]

    @get(
        opt=staff_who_may(Permission.READ_PAYMENTS),
        summary="List prices that are about to rise",
        operation_id="listPriceIncreases",
        responses=problem_responses(400, 401, 403),
    )
    async def pending(
        self,
        db: NamedDependency[Database],
        price_increases: NamedDependency[PriceIncreases],
        limit: Annotated[int, QueryParameter(ge=1, le=500)] = 100,
    ) -> list[PendingPriceIncrease]:
        """For which subscription, to what and when; those that take effect first come first.

        `pending` ones end unless their holder consents. Seven days before, the holder is reminded.
        """
        async with db.reading() as reading:
            return await price_increases.pending(reading, limit)
