"""API keys over HTTP: staff make and revoke them, and a key may ask what it is."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from dodam.features.accounts.models.api_keys import ApiKey, ApiKeyChanges, ApiKeySecret, NewApiKey
from dodam.features.accounts.models.permissions import Permission
from dodam.features.accounts.service.api_keys import ApiKeys
from dodam.features.audit.models import Actor
from dodam.platform.database import Database
from dodam.platform.http.access import ANY_API_KEY, staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

ApiKeyId = Annotated[
    UUID,
    PathParameter(
        description="An API key's id.",
        examples=[Example("An API key", value="01900000-0000-7000-8000-0000000000dd")],
    ),
]
_HOSPITALS = Example(
    "A hospital's key",
    value={
        "name": "Haneul Children's Hospital",
        "scopes": ["daily_results:read", "daily_logs:read"],
        "expires_at": None,
    },
)
_RESULTS_TOO = Example(
    "Session results too",
    value={"scopes": ["daily_results:read", "daily_logs:read", "therapy_results:read"]},
)


class ApiKeysController(Controller):
    path = "/staff/api-keys"
    tags = ["api-keys"]
    opt = staff_who_may(Permission.MANAGE_API_KEYS)

    @post(
        summary="Make an API key",
        operation_id="makeApiKey",
        responses=problem_responses(400, 401, 403),
    )
    async def make(
        self,
        data: Annotated[NewApiKey, Body(examples=[_HOSPITALS])],
        db: NamedDependency[Database],
        api_keys: NamedDependency[ApiKeys],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> ApiKeySecret:
        """The secret is shown this once; what is kept of it opens nothing."""
        async with db.transaction() as tx:
            return await api_keys.make(tx, Actor.calling(caller, origin), data)

    @get(
        summary="List API keys",
        operation_id="listApiKeys",
        responses=problem_responses(401, 403),
    )
    async def list_keys(
        self, db: NamedDependency[Database], api_keys: NamedDependency[ApiKeys]
    ) -> list[ApiKey]:
        """Those that are not revoked, the oldest first."""
        async with db.reading() as reading:
            return await api_keys.all(reading)

    @patch(
        "/{api_key_id:uuid}",
        summary="Change what an API key may do",
        operation_id="changeApiKey",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def change(
        self,
        api_key_id: ApiKeyId,
        data: Annotated[ApiKeyChanges, Body(examples=[_RESULTS_TOO])],
        db: NamedDependency[Database],
        api_keys: NamedDependency[ApiKeys],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> ApiKey:
        """A new scope has nothing to read until guardians consent to it, each for their child."""
        async with db.transaction() as tx:
            return await api_keys.change(tx, Actor.calling(caller, origin), api_key_id, data)

    @post(
        "/{api_key_id:uuid}/rotate",
        summary="Rotate an API key",
        operation_id="rotateApiKey",
        responses=problem_responses(401, 403, 404),
    )
    async def rotate(
        self,
        api_key_id: ApiKeyId,
        db: NamedDependency[Database],
        api_keys: NamedDependency[ApiKeys],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> ApiKeySecret:
        """A new secret, shown this once. The old one works on for the overlap, a day by default."""
        async with db.transaction() as tx:
            return await api_keys.rotate(tx, Actor.calling(caller, origin), api_key_id)

    @delete(
        "/{api_key_id:uuid}",
        summary="Revoke an API key",
        operation_id="revokeApiKey",
        responses=problem_responses(401, 403, 404),
    )
    async def revoke(
        self,
        api_key_id: ApiKeyId,
        db: NamedDependency[Database],
        api_keys: NamedDependency[ApiKeys],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """Every secret of it is refused from now on."""
        async with db.transaction() as tx:
            await api_keys.revoke(tx, Actor.calling(caller, origin), api_key_id)


class OwnApiKeyController(Controller):
    path = "/api-key"
    tags = ["api-keys"]
    opt = ANY_API_KEY

    @get(
        summary="Show the API key of this call",
        operation_id="showOwnApiKey",
        responses=problem_responses(401, 403, 404, 429),
    )
    async def show(
        self,
        db: NamedDependency[Database],
        api_keys: NamedDependency[ApiKeys],
        caller: NamedDependency[Caller],
    ) -> ApiKey:
        """What the key is called, what it may do, and until when."""
        async with db.reading() as reading:
            return await api_keys.of(reading, caller.account_id)
