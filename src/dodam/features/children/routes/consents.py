"""Consent for a child over HTTP."""

from typing import Annotated

from litestar import Controller, get, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from dodam.features.accounts.models.consents import AskedConsents
from dodam.features.children.models.consents import ChildConsent
from dodam.features.children.routes.children import ChildId
from dodam.features.children.service.children import Children
from dodam.features.children.service.consents import ChildConsents
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_BY_GUARDIAN = Example(
    "By the legal guardian",
    value={"given_by": "legal_guardian", "documents": {"child_data": 1, "child_health": 1}},
)
_WITHDRAWN = Example(
    "Withdrawn",
    value={"given_by": "legal_guardian", "documents": {"child_data": None, "child_health": None}},
)


class ChildConsentController(Controller):
    path = "/children/{child_id:uuid}/consent"
    tags = ["consents"]

    @get(
        summary="Show consent for a child",
        operation_id="showChildConsent",
        responses=problem_responses(401, 403, 404),
    )
    async def show(
        self,
        child_id: ChildId,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        child_consents: NamedDependency[ChildConsents],
        caller: NamedDependency[Caller],
    ) -> AskedConsents:
        """What is asked for the child, what was answered, and every answer before."""
        async with db.reading() as reading:
            child = await children.of(reading, caller.account_id, child_id)
            return await child_consents.of(reading, child)

    @put(
        summary="Give or withdraw consent for a child",
        operation_id="changeChildConsent",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def change(
        self,
        child_id: ChildId,
        data: Annotated[ChildConsent, Body(examples=[_BY_GUARDIAN, _WITHDRAWN])],
        db: NamedDependency[Database],
        child_consents: NamedDependency[ChildConsents],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> AskedConsents:
        """Answer for a child: a version to consent to it, null to withdraw.

        Once withdrawn, nothing more of the child is stored; what was stored before can still be
        read, and removing the child has it erased.
        """
        async with db.transaction() as tx:
            return await child_consents.change(tx, caller.account_id, child_id, data, origin)
