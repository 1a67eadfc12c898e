"""Redeeming codes over HTTP."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from dodam.features.children.models.children import EXAMPLE_CHILD_ID
from dodam.features.promotions.models.redemptions import Redeem, Redemption
from dodam.features.promotions.service.redemptions import Redemptions
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_TICKETS = Example(
    "A code that gives tickets",
    value={"code": "VK3S-9E1D-22QC-7JX0-B559", "child_id": EXAMPLE_CHILD_ID},
)
_FREE_DAYS = Example("A word from a poster", value={"code": "어린이날2029"})


class RedemptionsController(Controller):
    path = "/promotions/redemptions"
    tags = ["promotions"]

    @post(
        status_code=200,
        summary="Redeem a code",
        operation_id="redeemCode",
        responses=problem_responses(400, 401, 403, 404, 409, 429),
    )
    async def redeem(
        self,
        data: Annotated[Redeem, Body(examples=[_TICKETS, _FREE_DAYS])],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
        redemptions: NamedDependency[Redemptions],
    ) -> Redemption:
        """Get what a code gives: free days for the account, tickets for one child, or both.

        Case, spaces and hyphens do not matter. The same code again answers what it gave and gives
        nothing more. `code_mistyped` tells a slip; a code that gives tickets asks for `child_id`.
        """
        return await redemptions.redeem(caller.account_id, origin.network, data)

    @get(
        summary="List what was redeemed",
        operation_id="listRedemptions",
        responses=problem_responses(401, 403),
    )
    async def list_redemptions(
        self,
        caller: NamedDependency[Caller],
        db: NamedDependency[Database],
        redemptions: NamedDependency[Redemptions],
    ) -> list[Redemption]:
        """What the account got for codes, the newest first."""
        async with db.reading() as reading:
            return await redemptions.of_account(reading, caller.account_id)
