"""What support sees of subscriptions and does about them, over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.billing.models.deeds import Ask, AskExtension, AskTransfer, Deed
from dodam.features.billing.models.staff import StaffSubscription
from dodam.features.billing.routes.cancellation import SubscriptionId
from dodam.features.billing.service.deeds import Deeds
from dodam.features.billing.service.staff_views import StaffViews
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_AccountId = Annotated[
    UUID,
    PathParameter(
        description="A guardian's account.",
        examples=[Example("An account", value="01900000-0000-7000-8000-0000000000dd")],
    ),
]
_ID = "01933c5e-7a00-7000-8000-00000000d001"
_ASKED = Example("As the guardian wishes", value={"id": _ID, "reason": "보호자 요청 (문의 4711)"})
_EXTENDED = Example(
    "After an outage", value={"id": _ID, "reason": "9월 3일 서비스 장애 보상", "days": 7}
)
_MOVED = Example(
    "To the guardian's new account",
    value={
        "id": _ID,
        "reason": "새 계정으로 옮김 (문의 4712)",
        "account_id": "01900000-0000-7000-8000-0000000000de",
    },
)


class StaffSubscriptionsController(Controller):
    path = "/staff"
    tags = ["payments"]

    @get(
        "/accounts/{account_id:uuid}/subscriptions",
        opt=staff_who_may(Permission.READ_PAYMENTS),
        summary="Show an account's subscriptions in full",
        operation_id="listAccountSubscriptions",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def of_account(
        self,
        account_id: _AccountId,
        db: NamedDependency[Database],
        staff_views: NamedDependency[StaffViews],
    ) -> list[StaffSubscription]:
        """What it holds, what its store said, was paid and was done about it; the newest first."""
        async with db.reading() as reading:
            return await staff_views.of_account(reading, account_id)

    @post(
        "/subscriptions/{subscription_id:uuid}/cancellation",
        opt=staff_who_may(Permission.MANAGE_PAYMENTS),
        status_code=202,
        summary="End a subscription's renewal for its holder",
        operation_id="cancelSubscriptionForHolder",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def cancel(
        self,
        subscription_id: SubscriptionId,
        data: Annotated[Ask, Body(examples=[_ASKED])],
        db: NamedDependency[Database],
        deeds: NamedDependency[Deeds],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Deed:
        """At Google, within moments or as soon as it can be reached; what is paid for stays.

        Nobody but its buyer can cancel a subscription of the App Store: 409
        `cancelled_by_guardian_only` says what to tell the guardian.
        """
        async with db.transaction() as tx:
            return await deeds.cancel(tx, subscription_id, data, Actor.calling(caller, origin))

    @post(
        "/subscriptions/{subscription_id:uuid}/extension",
        opt=staff_who_may(Permission.MANAGE_PAYMENTS),
        status_code=202,
        summary="Put a subscription's renewal off",
        operation_id="extendSubscription",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def extend(
        self,
        subscription_id: SubscriptionId,
        data: Annotated[AskExtension, Body(examples=[_EXTENDED])],
        db: NamedDependency[Database],
        deeds: NamedDependency[Deeds],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Deed:
        """Without cost for its holder. Apple: by 90 days at most, and twice within 365 days.

        The store extends only what is paid for and runs; if it refuses, the deed says so.
        """
        async with db.transaction() as tx:
            return await deeds.extend(tx, subscription_id, data, Actor.calling(caller, origin))

    @post(
        "/subscriptions/{subscription_id:uuid}/revocation",
        opt=staff_who_may(Permission.MANAGE_PAYMENTS),
        status_code=202,
        summary="Give a subscription's last payment back and end it",
        operation_id="revokeSubscription",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def revoke(
        self,
        subscription_id: SubscriptionId,
        data: Annotated[Ask, Body(examples=[_ASKED])],
        db: NamedDependency[Database],
        deeds: NamedDependency[Deeds],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Deed:
        """At Google only, at once and for good. Apple decides on refunds itself."""
        async with db.transaction() as tx:
            return await deeds.revoke(tx, subscription_id, data, Actor.calling(caller, origin))

    @post(
        "/subscriptions/{subscription_id:uuid}/refresh",
        opt=staff_who_may(Permission.MANAGE_PAYMENTS),
        status_code=202,
        summary="Ask the store about a subscription anew",
        operation_id="refreshSubscription",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def refresh(
        self,
        subscription_id: SubscriptionId,
        data: Annotated[Ask, Body(examples=[_ASKED])],
        db: NamedDependency[Database],
        deeds: NamedDependency[Deeds],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Deed:
        """What the store says takes effect, as if a message of it had come."""
        async with db.transaction() as tx:
            return await deeds.refresh(tx, subscription_id, data, Actor.calling(caller, origin))

    @post(
        "/subscriptions/{subscription_id:uuid}/transfer",
        opt=staff_who_may(Permission.MANAGE_PAYMENTS),
        status_code=200,
        summary="Give a subscription to another account",
        operation_id="transferSubscription",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def transfer(
        self,
        subscription_id: SubscriptionId,
        data: Annotated[AskTransfer, Body(examples=[_MOVED])],
        db: NamedDependency[Database],
        deeds: NamedDependency[Deeds],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Deed:
        """It entitles the other account from now on, and the one before no more."""
        async with db.transaction() as tx:
            return await deeds.transfer(tx, subscription_id, data, Actor.calling(caller, origin))
