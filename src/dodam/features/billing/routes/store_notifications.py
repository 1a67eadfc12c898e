"""Where the stores send their messages."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Controller, Request, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example, OpenAPIMediaType, Operation, Reference, RequestBody
from litestar.params import Body, RawBody

from dodam.features.billing.models.notifications import MOST_BYTES, PushedMessage, SignedPayload
from dodam.features.billing.service.inbox import Inbox
from dodam.platform.http.access import PUBLIC
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin

_SIGNED = Example("As Apple posts it", value={"signedPayload": "header.payload.signature"})
_PUSHED = Example(
    "As Pub/Sub posts it",
    value={
        "message": {
            "data": "eyJ2ZXJzaW9uIjoiMS4wIn0=",
            "messageId": "11430527394628",
            "publishTime": "2026-03-18T12:00:00.123Z",
        },
        "subscription": "projects/dodam/subscriptions/play",
    },
)


@dataclass
class PushOperation(Operation):
    """States the body, which is read only once the token that came with it is verified."""

    def __post_init__(self) -> None:
        body = Reference(f"#/components/schemas/{PushedMessage.__name__}")
        content = OpenAPIMediaType(schema=body, examples={"message": _PUSHED})
        self.request_body = RequestBody(required=True, content={"application/json": content})


class StoreNotificationsController(Controller):
    path = "/stores"
    tags = ["stores"]
    opt = PUBLIC
    security = [{}]

    @post(
        "/apple/notifications",
        status_code=200,
        request_max_body_size=MOST_BYTES,
        summary="Be told by Apple of a subscription",
        operation_id="receiveAppleNotification",
        responses=problem_responses(400, 401, 413, 429, 503),
    )
    async def apple(
        self,
        data: Annotated[SignedPayload, Body(examples=[_SIGNED])],
        inbox: NamedDependency[Inbox],
        origin: NamedDependency[Origin],
    ) -> None:
        """The address for App Store Server Notifications, version 2, of both environments.

        Answered once the message is stored; it takes effect a moment later. The same message again
        is answered the same, and changes nothing. What Apple did not sign for this app is refused.
        """
        await inbox.from_apple(data.signed_payload, origin)

    @post(
        "/google/notifications",
        status_code=204,
        request_max_body_size=MOST_BYTES,
        operation_class=PushOperation,
        summary="Be told by Google of a subscription",
        operation_id="receiveGoogleNotification",
        responses=problem_responses(400, 401, 413, 429, 503),
    )
    async def google(
        self,
        request: Request[Any, Any, Any],
        body: RawBody,
        inbox: NamedDependency[Inbox],
        origin: NamedDependency[Origin],
    ) -> None:
        """The push endpoint for real-time developer notifications; its token is verified.

        As with Apple's: answered once it is stored, and the same again changes nothing.
        """
        await inbox.from_google(request.headers.get("authorization"), body, origin)
