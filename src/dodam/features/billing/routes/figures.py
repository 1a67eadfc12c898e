"""Figures of payments over HTTP."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.billing.models.figures import PaymentFigures
from dodam.features.billing.service.figures import PaymentReports
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses

_MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
_From = Annotated[
    str | None,
    QueryParameter(
        name="from",
        pattern=_MONTH,
        max_length=7,  # `$` alone would let a line end through
        description="First month, included.",
        examples=[Example("A month", value="2026-01")],
    ),
]
_To = Annotated[
    str | None,
    QueryParameter(
        name="to",
        pattern=_MONTH,
        max_length=7,
        description="Last month, included.",
        examples=[Example("A month", value="2026-03")],
    ),
]


class PaymentFiguresController(Controller):
    path = "/staff/payments/figures"
    tags = ["payments"]

    @get(
        opt=staff_who_may(Permission.READ_FIGURES),
        summary="Figures of payments",
        operation_id="showPaymentFigures",
        responses=problem_responses(400, 401, 403),
    )
    async def show(
        self,
        db: NamedDependency[Database],
        payment_reports: NamedDependency[PaymentReports],
        from_month: _From = None,
        to_month: _To = None,
    ) -> PaymentFigures:
        """Money, subscribers and trials by month (UTC), store and product; the last 12 months.

        Nothing of test accounts and of purchases in a sandbox is in it.
        """
        async with db.reading() as reading:
            return await payment_reports.of(reading, from_month, to_month)
