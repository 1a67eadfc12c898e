"""Ending the renewal of one's own subscription, over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import PathParameter

from dodam.features.audit.models import Actor
from dodam.features.billing.service.deeds import Deeds
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

SubscriptionId = Annotated[
    UUID,
    PathParameter(
        description="As the list of subscriptions has it.",
        examples=[Example("A subscription", value="01933c5e-7a00-7000-8000-00000000c001")],
    ),
]


class CancellationController(Controller):
    path = "/subscriptions/{subscription_id:uuid}/cancellation"
    tags = ["subscriptions"]

    @post(
        status_code=202,
        summary="End a subscription's renewal",
        operation_id="cancelSubscription",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def cancel(
        self,
        subscription_id: SubscriptionId,
        db: NamedDependency[Database],
        deeds: NamedDependency[Deeds],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """Have Google end the renewal; what is paid for stays. Asking again changes nothing.

        It is done within moments, and later if Google is away: then `renews` of the subscription
        turns false. A subscription of the App Store is answered with 409
        `cancelled_by_guardian_only`, which says how to cancel it on the device.
        """
        async with db.transaction() as tx:
            await deeds.cancel_own(
                tx, subscription_id, caller.account_id, Actor.calling(caller, origin)
            )
