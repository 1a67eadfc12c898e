"""Attributes over HTTP: staff grant them, guardians see what they hold."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from dodam.features.accounts.models.attributes import (
    Attribute,
    DescribedKind,
    Grantor,
    HeldAttribute,
    NewAttribute,
)
from dodam.features.accounts.models.permissions import Permission
from dodam.features.accounts.routes.people import AccountId
from dodam.features.accounts.service.attributes import Attributes
from dodam.features.audit.models import Actor
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

AttributeId = Annotated[
    UUID,
    PathParameter(
        description="An id from the account's attributes.",
        examples=[Example("An attribute", value="01900000-0000-7000-8000-0000000000bb")],
    ),
]
_READERS = staff_who_may(Permission.READ_ATTRIBUTES)
_GRANTORS = staff_who_may(Permission.GRANT_ATTRIBUTES)
_PARTICIPANT = Example(
    "A participant of a trial",
    value={
        "key": "trial_participant",
        "value": {"trial": "HAND-2026", "participant": "S01-014"},
        "reason": "Enrolled at the screening visit",
        "valid_until": "2027-06-30T15:00:00Z",
    },
)


class StaffAttributesController(Controller):
    path = "/staff"
    tags = ["care"]

    @get(
        "/attribute-kinds",
        opt=_READERS,
        summary="List kinds of attributes",
        operation_id="listAttributeKinds",
        responses=problem_responses(401, 403),
    )
    async def kinds(self, attributes: NamedDependency[Attributes]) -> list[DescribedKind]:
        """What can be granted: the type of its value, what it does, and who may grant it."""
        return attributes.kinds()

    @get(
        "/accounts/{account_id:uuid}/attributes",
        opt=_READERS,
        summary="List an account's attributes",
        operation_id="listAttributes",
        responses=problem_responses(401, 403, 404),
    )
    async def current(
        self,
        account_id: AccountId,
        db: NamedDependency[Database],
        attributes: NamedDependency[Attributes],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> list[Attribute]:
        """What the account holds now."""
        async with db.transaction() as tx:
            return await attributes.shown(tx, account_id, Actor.calling(caller, origin))

    @get(
        "/accounts/{account_id:uuid}/attributes/history",
        opt=_READERS,
        summary="Every grant to an account",
        operation_id="listAttributeHistory",
        responses=problem_responses(401, 403, 404),
    )
    async def history(
        self,
        account_id: AccountId,
        db: NamedDependency[Database],
        attributes: NamedDependency[Attributes],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> list[Attribute]:
        """Whatever was granted at any time, newest first, with who granted and who ended it."""
        async with db.transaction() as tx:
            return await attributes.history(tx, account_id, Actor.calling(caller, origin))

    @post(
        "/accounts/{account_id:uuid}/attributes",
        opt=_GRANTORS,
        summary="Grant an attribute",
        operation_id="grantAttribute",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def grant(
        self,
        account_id: AccountId,
        data: Annotated[NewAttribute, Body(examples=[_PARTICIPANT])],
        db: NamedDependency[Database],
        attributes: NamedDependency[Attributes],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Attribute:
        """Grant an attribute to a guardian's account, for a time or until it is revoked.

        What it replaces (the same key; for a trial, the same trial) ends as it begins.
        """
        async with db.transaction() as tx:
            return await attributes.grant(tx, account_id, data, _grantor(caller, origin))

    @delete(
        "/accounts/{account_id:uuid}/attributes/{attribute_id:uuid}",
        opt=_GRANTORS,
        summary="Revoke an attribute",
        operation_id="revokeAttribute",
        responses=problem_responses(401, 403, 404),
    )
    async def revoke(
        self,
        account_id: AccountId,
        attribute_id: AttributeId,
        db: NamedDependency[Database],
        attributes: NamedDependency[Attributes],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """End an attribute at once; it stays in the history."""
        async with db.transaction() as tx:
            await attributes.revoke(tx, account_id, attribute_id, _grantor(caller, origin))


class AttributesController(Controller):
    path = "/account/attributes"
    tags = ["account"]

    @get(
        summary="List own attributes",
        operation_id="listOwnAttributes",
        responses=problem_responses(401, 403),
    )
    async def own(
        self,
        db: NamedDependency[Database],
        attributes: NamedDependency[Attributes],
        caller: NamedDependency[Caller],
    ) -> list[HeldAttribute]:
        """What the caller's account holds now."""
        async with db.reading() as reading:
            held = await attributes.current(reading, caller.account_id)
        return msgspec.convert(held, list[HeldAttribute], from_attributes=True)


def _grantor(caller: Caller, origin: Origin) -> Grantor:
    return Grantor(Actor.calling(caller, origin), caller.grants)
