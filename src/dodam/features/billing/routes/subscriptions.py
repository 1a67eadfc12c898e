"""Purchases and subscriptions over HTTP."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from dodam.features.billing.models.receipts import (
    AppleReceipt,
    GoogleReceipt,
    HeldSubscriptions,
    TakenReceipt,
)
from dodam.features.billing.service.receipts import Receipts
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses
from dodam.platform.tokens import Caller

_SIGNED = Example(
    "A transaction of StoreKit 2", value={"signed_transaction": "eyJhbGciOiJFUzI1NiIsIng1Yy…"}
)
_TOKEN = Example(
    "A purchase of the Play Billing Library",
    value={"purchase_token": "opjgbhlcnchbalbpkfdfmkcb.AO-J1OwExample"},
)


class SubscriptionsController(Controller):
    path = "/subscriptions"
    tags = ["subscriptions"]

    @get(
        summary="List what the account holds at the stores",
        operation_id="listSubscriptions",
        responses=problem_responses(401, 403),
    )
    async def list_held(
        self,
        caller: NamedDependency[Caller],
        db: NamedDependency[Database],
        subscriptions: NamedDependency[Subscriptions],
    ) -> HeldSubscriptions:
        """Subscriptions as they stand now, and payments; what the app is to name as it buys."""
        async with db.reading() as reading:
            return await subscriptions.held(reading, caller.account_id)

    @post(
        "/apple",
        status_code=200,
        summary="Hand in a purchase from the App Store",
        operation_id="takeApplePurchase",
        responses=problem_responses(400, 401, 403, 409, 429, 503),
    )
    async def take_apple(
        self,
        data: Annotated[AppleReceipt, Body(examples=[_SIGNED])],
        caller: NamedDependency[Caller],
        receipts: NamedDependency[Receipts],
    ) -> TakenReceipt:
        """Call it after each purchase and to restore one, with every current transaction.

        Again is fine. A purchase belongs to the account that it names (`buyer_id`), else to the
        first that hands it in; of another account's one is told so (409).
        """
        return await receipts.take_apple(caller.account_id, data)

    @post(
        "/google",
        status_code=200,
        summary="Hand in a purchase from Google Play",
        operation_id="takeGooglePurchase",
        responses=problem_responses(400, 401, 403, 409, 429, 503),
    )
    async def take_google(
        self,
        data: Annotated[GoogleReceipt, Body(examples=[_TOKEN])],
        caller: NamedDependency[Caller],
        receipts: NamedDependency[Receipts],
    ) -> TakenReceipt:
        """Call it after each purchase and to restore one, with every purchase token.

        Again is fine. The app need not acknowledge the purchase. While Google is away (503) the
        token is kept, and the purchase counts as soon as Google answers, whether or not the app
        asks again.
        """
        return await receipts.take_google(caller.account_id, data)
