"""Leaving over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from dodam.features.accounts.models.withdrawal import UndoWithdrawal, Withdraw, Withdrawal
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.platform.database import Database
from dodam.platform.http.access import PUBLIC
from dodam.platform.http.problems import problem_responses
from dodam.platform.tokens import Caller

Receipt = Annotated[
    UUID,
    PathParameter(
        description="From the answer to leaving.",
        examples=[Example("A receipt", value="7f3f2f7e-6f0a-4d8e-9a53-9f5f1c0f6a11")],
    ),
]


class WithdrawalController(Controller):
    tags = ["account"]

    @post(
        "/account/withdrawal",
        status_code=202,
        summary="Leave",
        operation_id="withdraw",
        responses=problem_responses(400, 401, 403, 409, 429),
    )
    async def withdraw(
        self,
        data: Annotated[
            Withdraw,
            Body(
                examples=[
                    Example(
                        "With the password",
                        value={"confirm": True, "password": "the password of this account"},
                    )
                ]
            ),
        ],
        withdrawals: NamedDependency[Withdrawals],
        caller: NamedDependency[Caller],
    ) -> Withdrawal:
        """Lock the account and sign out everywhere now; erase everything at `erase_at`.

        While a subscription renews that only its holder can cancel, the answer is 409
        `subscription_renews`, which says how; with `despite_subscriptions` the account is left all
        the same. Until `erase_at` signing in is answered with 403 `account_withdrawn` and a token
        to come back with. Keep the receipt: it shows later, to whoever holds it, that the data is
        gone.
        """
        return await withdrawals.withdraw(caller, data)

    @post(
        "/auth/withdrawal/undo",
        opt=PUBLIC,
        security=[{}],
        status_code=204,
        summary="Come back",
        operation_id="undoWithdrawal",
        responses=problem_responses(400),
    )
    async def undo(
        self,
        data: Annotated[
            UndoWithdrawal,
            Body(
                examples=[
                    Example(
                        "The token of the refused sign-in",
                        value={"token": "put details.undo_token of the refused sign-in here"},
                    )
                ]
            ),
        ],
        db: NamedDependency[Database],
        withdrawals: NamedDependency[Withdrawals],
    ) -> None:
        """Take a withdrawal back before the data is erased; then sign in as ever."""
        async with db.transaction() as tx:
            await withdrawals.undo(tx, data.token)

    @get(
        "/withdrawals/{receipt:uuid}",
        opt=PUBLIC,
        security=[{}],
        summary="Show what became of a withdrawal",
        operation_id="showWithdrawal",
        responses=problem_responses(404),
    )
    async def status(
        self,
        receipt: Receipt,
        db: NamedDependency[Database],
        withdrawals: NamedDependency[Withdrawals],
    ) -> Withdrawal:
        """The proof of erasure: when, and how many rows of which kind. It names nobody."""
        async with db.reading() as reading:
            return await withdrawals.status(reading, receipt)
