"""An account's page in the CRM, over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import PathParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.crm.models.customers import CrmState
from dodam.features.crm.service.states import CrmStates
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses

AccountId = Annotated[
    UUID,
    PathParameter(
        description="A guardian's account.",
        examples=[Example("An account", value="01900000-0000-7000-8000-0000000000cc")],
    ),
]


class CrmController(Controller):
    path = "/staff/accounts/{account_id:uuid}/crm"
    tags = ["care"]

    @get(
        opt=staff_who_may(Permission.FIND_ACCOUNTS),
        summary="Show where an account's page in the CRM stands",
        operation_id="showCrmState",
        responses=problem_responses(401, 403, 404),
    )
    async def show(
        self,
        account_id: AccountId,
        db: NamedDependency[Database],
        crm_states: NamedDependency[CrmStates],
    ) -> CrmState:
        """Whether the page says what is known here, and its address.

        Nothing of what it says is shown: that takes an access to the CRM.
        """
        async with db.reading() as reading:
            return await crm_states.of(reading, account_id)
