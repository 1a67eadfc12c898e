"""Webhook endpoints over HTTP: an outside system's own, and any system's for staff."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter
from litestar.types import Method, OperationIDCreator
from litestar.types.internal_types import PathParameterDefinition

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.sharing.models.deliveries import Delivery, PingOutcome
from dodam.features.sharing.models.endpoints import (
    Endpoint,
    EndpointChanges,
    EndpointSecret,
    NewEndpoint,
)
from dodam.features.sharing.service.endpoints import Endpoints
from dodam.platform.database import Database
from dodam.platform.http.access import ANY_API_KEY, staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

EndpointId = Annotated[
    UUID,
    PathParameter(
        examples=[Example("An endpoint", value="01900000-0000-7000-8000-0000000000ee")],
    ),
]
ApiKeyId = Annotated[
    UUID,
    PathParameter(
        description="The API key of the outside system.",
        examples=[Example("An API key", value="01900000-0000-7000-8000-0000000000dd")],
    ),
]
_HOSPITALS = Example(
    "A hospital's",
    value={
        "url": "https://hospital.example/dodam",
        "types": ["daily_result.ready", "daily_log.changed"],
    },
)
_OFF = Example("Turn it off", value={"enabled": False})


def _own_system(caller: NamedDependency[Caller]) -> UUID:
    return caller.account_id


def _named_system(api_key_id: ApiKeyId) -> UUID:
    return api_key_id


def _named(name: str) -> OperationIDCreator:
    """The same operations are there twice, and are called by whose endpoints they are on."""

    def operation_id(
        _handler: HTTPRouteHandler, _method: Method, path: list[str | PathParameterDefinition]
    ) -> str:
        return f"{name}OfSystem" if "staff" in path else name

    return operation_id


class EndpointsController(Controller):
    """Of the system that `system_id` names."""

    tags = ["webhooks"]

    @get(
        summary="List webhook endpoints",
        operation_id=_named("listWebhookEndpoints"),
        responses=problem_responses(401, 403, 404, 429),
    )
    async def list_endpoints(
        self,
        system_id: NamedDependency[UUID],
        db: NamedDependency[Database],
        endpoints: NamedDependency[Endpoints],
    ) -> list[Endpoint]:
        """Where messages are sent to, and how that goes; the oldest first."""
        async with db.reading() as reading:
            return await endpoints.all(reading, system_id)

    @post(
        summary="Make a webhook endpoint",
        operation_id=_named("makeWebhookEndpoint"),
        responses=problem_responses(400, 401, 403, 404, 409, 429),
    )
    async def make(
        self,
        data: Annotated[NewEndpoint, Body(examples=[_HOSPITALS])],
        system_id: NamedDependency[UUID],
        db: NamedDependency[Database],
        endpoints: NamedDependency[Endpoints],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> EndpointSecret:
        """From now on what its `types` name, and may be shared, is posted there, at least once.

        Messages follow [Standard Webhooks](https://www.standardwebhooks.com): check
        `webhook-signature` with the secret, which is shown this once, take a `webhook-id` for one
        message however often it comes, and answer 2xx within ten seconds. The body has `type`,
        `timestamp` and `data`: of `daily_result.ready` a SharedResult; of `daily_log.changed` a
        child and days, which are then read. What is not taken is tried again for three days, after
        growing pauses of up to two hours; 410 turns the endpoint off.
        """
        async with db.transaction() as tx:
            return await endpoints.make(tx, Actor.calling(caller, origin), system_id, data)

    @patch(
        "/{endpoint_id:uuid}",
        summary="Change a webhook endpoint",
        operation_id=_named("changeWebhookEndpoint"),
        responses=problem_responses(400, 401, 403, 404, 429),
    )
    async def change(
        self,
        endpoint_id: EndpointId,
        data: Annotated[EndpointChanges, Body(examples=[_OFF])],
        system_id: NamedDependency[UUID],
        db: NamedDependency[Database],
        endpoints: NamedDependency[Endpoints],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Endpoint:
        """Move it, tell it of other things, turn it off, or on again. What waits for one that is
        turned off is dropped, and can still be read.
        """
        by = Actor.calling(caller, origin)
        async with db.transaction() as tx:
            return await endpoints.change(tx, by, system_id, endpoint_id, data)

    @post(
        "/{endpoint_id:uuid}/rotate",
        summary="Rotate a webhook endpoint's secret",
        operation_id=_named("rotateWebhookEndpoint"),
        responses=problem_responses(401, 403, 404, 429),
    )
    async def rotate(
        self,
        endpoint_id: EndpointId,
        system_id: NamedDependency[UUID],
        db: NamedDependency[Database],
        endpoints: NamedDependency[Endpoints],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> EndpointSecret:
        """A new secret, shown this once. For a day messages are signed with the old one too."""
        async with db.transaction() as tx:
            return await endpoints.rotate(tx, Actor.calling(caller, origin), system_id, endpoint_id)

    @post(
        "/{endpoint_id:uuid}/ping",
        status_code=200,
        summary="Try a webhook endpoint out",
        operation_id=_named("pingWebhookEndpoint"),
        responses=problem_responses(401, 403, 404, 429),
    )
    async def ping(
        self,
        endpoint_id: EndpointId,
        system_id: NamedDependency[UUID],
        endpoints: NamedDependency[Endpoints],
    ) -> PingOutcome:
        """Post a message of type `ping` now, and tell how it was answered."""
        return await endpoints.ping(system_id, endpoint_id)

    @get(
        "/{endpoint_id:uuid}/deliveries",
        summary="Show how messages went",
        operation_id=_named("listWebhookDeliveries"),
        responses=problem_responses(401, 403, 404, 429),
    )
    async def deliveries(
        self,
        endpoint_id: EndpointId,
        system_id: NamedDependency[UUID],
        db: NamedDependency[Database],
        endpoints: NamedDependency[Endpoints],
    ) -> list[Delivery]:
        """The newest hundred messages to the endpoint."""
        async with db.reading() as reading:
            return await endpoints.deliveries(reading, system_id, endpoint_id)

    @delete(
        "/{endpoint_id:uuid}",
        summary="Remove a webhook endpoint",
        operation_id=_named("removeWebhookEndpoint"),
        responses=problem_responses(401, 403, 404, 429),
    )
    async def remove(
        self,
        endpoint_id: EndpointId,
        system_id: NamedDependency[UUID],
        db: NamedDependency[Database],
        endpoints: NamedDependency[Endpoints],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """Nothing is sent there any more; what was shared can still be read."""
        async with db.transaction() as tx:
            await endpoints.remove(tx, Actor.calling(caller, origin), system_id, endpoint_id)


class OwnEndpointsController(EndpointsController):
    path = "/webhook-endpoints"
    opt = ANY_API_KEY
    dependencies = {"system_id": Provide(_own_system, sync_to_thread=False)}


class SystemsEndpointsController(EndpointsController):
    path = "/staff/api-keys/{api_key_id:uuid}/webhook-endpoints"
    opt = staff_who_may(Permission.MANAGE_API_KEYS)
    dependencies = {"system_id": Provide(_named_system, sync_to_thread=False)}
