"""Promotions over HTTP, for staff."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter, QueryParameter
from litestar.response import Stream

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.promotions.models.promotions import (
    EXAMPLE_PROMOTION_ID,
    NewPromotion,
    Promotion,
)
from dodam.features.promotions.models.redemptions import UsePage
from dodam.features.promotions.service.issuing import Issuing
from dodam.features.promotions.service.promotions import Promotions
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

PromotionId = Annotated[
    UUID, PathParameter(examples=[Example("A promotion", value=EXAMPLE_PROMOTION_ID)])
]
CodeNumber = Annotated[
    int,
    PathParameter(
        ge=1,
        le=2**31 - 1,
        description="A code's number in its promotion.",
        examples=[Example("The first code", value=1)],
    ),
]
_FAIR = Example(
    "Codes for a fair",
    value={
        "id": EXAMPLE_PROMOTION_ID,
        "name": "재활 박람회 체험 카드",
        "gives": {"free_days": 30, "tickets": 5},
        "codes": {"kind": "single", "count": 500},
        "valid_from": "2026-04-01T00:00:00+09:00",
        "valid_until": "2029-04-01T00:00:00+09:00",
        "campaign": "박람회",
    },
)
_POSTER = Example(
    "A word on a poster",
    value={
        "id": "01933c5e-7a00-7000-8000-00000000c002",
        "name": "어린이날 포스터",
        "gives": {"tickets": 3},
        "codes": {"kind": "word", "word": "어린이날2029", "uses": 1000},
        "valid_from": "2029-05-01T00:00:00+09:00",
        "valid_until": "2029-05-09T00:00:00+09:00",
    },
)


class PromotionsController(Controller):
    path = "/staff/promotions"
    tags = ["promotions"]
    opt = staff_who_may(Permission.MANAGE_PROMOTIONS)

    @post(
        summary="Make a promotion",
        operation_id="makePromotion",
        responses=problem_responses(400, 401, 403, 409),
    )
    async def make(
        self,
        data: Annotated[NewPromotion, Body(examples=[_FAIR, _POSTER])],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
        db: NamedDependency[Database],
        promotions: NamedDependency[Promotions],
    ) -> Promotion:
        """Codes that give free days, tickets or both, once to each account.

        They can be read and redeemed once `issued_at` is set, which takes moments. The same `id`
        with the same content makes nothing again.
        """
        by = Actor.calling(caller, origin)
        async with db.transaction() as tx:
            return await promotions.make(tx, by, caller.account_id, data)

    @get(
        summary="List promotions",
        operation_id="listPromotions",
        responses=problem_responses(400, 401, 403),
    )
    async def list_promotions(
        self,
        db: NamedDependency[Database],
        promotions: NamedDependency[Promotions],
        limit: Annotated[int, QueryParameter(ge=1, le=500)] = 100,
    ) -> list[Promotion]:
        """With how many redeemed a code of each, the one made last first."""
        async with db.reading() as reading:
            return await promotions.newest(reading, limit)

    @get(
        "/{promotion_id:uuid}",
        summary="Show a promotion",
        operation_id="showPromotion",
        responses=problem_responses(401, 403, 404),
    )
    async def show(
        self,
        promotion_id: PromotionId,
        db: NamedDependency[Database],
        promotions: NamedDependency[Promotions],
    ) -> Promotion:
        """What it gives, how long, and how many redeemed a code of it."""
        async with db.reading() as reading:
            return await promotions.find(reading, promotion_id)

    @get(
        "/{promotion_id:uuid}/codes.csv",
        media_type="text/csv",
        summary="Download a promotion's codes",
        operation_id="downloadPromotionCodes",
        response_headers=[ResponseHeader(name="Content-Disposition", documentation_only=True)],
        responses=problem_responses(401, 403, 404, 409),
    )
    async def codes(
        self,
        promotion_id: PromotionId,
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
        db: NamedDependency[Database],
        issuing: NamedDependency[Issuing],
    ) -> Stream:
        """Number and code of each, as CSV. Whoever reads them is in the audit trail.

        They are the same each time, whether or not some were redeemed or withdrawn meanwhile.
        """
        async with db.transaction() as tx:
            lines = await issuing.csv(tx, Actor.calling(caller, origin), promotion_id)
        name = f"promotion-{promotion_id}.csv"
        headers = {
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "no-store",
        }
        return Stream(lines, headers=headers)

    @get(
        "/{promotion_id:uuid}/redemptions",
        summary="List who redeemed a promotion's codes",
        operation_id="listPromotionRedemptions",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def redemptions(
        self,
        promotion_id: PromotionId,
        db: NamedDependency[Database],
        promotions: NamedDependency[Promotions],
        before: Annotated[
            UUID | None, QueryParameter(description="The `next_before` of the page before.")
        ] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=500)] = 100,
    ) -> UsePage:
        """Which code, which account, and when; the newest first."""
        async with db.reading() as reading:
            return await promotions.uses(reading, promotion_id, before, limit)

    @delete(
        "/{promotion_id:uuid}",
        summary="Withdraw a promotion",
        operation_id="withdrawPromotion",
        responses=problem_responses(401, 403, 404),
    )
    async def withdraw(
        self,
        promotion_id: PromotionId,
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
        db: NamedDependency[Database],
        promotions: NamedDependency[Promotions],
    ) -> None:
        """None of its codes can be redeemed any more. What was given stays given."""
        async with db.transaction() as tx:
            await promotions.withdraw(tx, Actor.calling(caller, origin), promotion_id)

    @delete(
        "/{promotion_id:uuid}/codes/{number:int}",
        summary="Withdraw one code",
        operation_id="withdrawPromotionCode",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def withdraw_code(
        self,
        promotion_id: PromotionId,
        number: CodeNumber,
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
        db: NamedDependency[Database],
        promotions: NamedDependency[Promotions],
    ) -> None:
        """One that was lost or leaked, by its number. What it gave stays given."""
        async with db.transaction() as tx:
            by = Actor.calling(caller, origin)
            await promotions.withdraw_code(tx, by, promotion_id, number)
