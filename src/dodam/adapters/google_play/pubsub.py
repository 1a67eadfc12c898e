"""Real-time developer notifications, pushed by Pub/Sub or pulled from it.

https://developer.android.com/google/play/billing/rtdn-reference
https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import structlog
from msgspec import Struct

from dodam.adapters.google_play.api import GoogleApi
from dodam.adapters.google_play.developer_notification import read_notification
from dodam.adapters.google_play.wire import Present, Wire
from dodam.adapters.oidc_keys import ProviderKeys
from dodam.adapters.oidc_tokens import Claims, ProviderTokens, is_true
from dodam.features.accounts.errors.identities import InvalidIdToken, ProviderUnavailable
from dodam.features.billing.errors.stores import ForgedMessage
from dodam.features.billing.models.told import Notification
from dodam.platform.clock import Clock
from dodam.platform.work import TryLater

T = TypeVar("T")

_LOG = structlog.get_logger(__name__)
_ISSUERS = ("https://accounts.google.com", "accounts.google.com")


class _PushToken(Claims):
    email: str | None = None
    email_verified: bool | str | None = None


class _Message(Wire, frozen=True):
    """`data` is base64 of a DeveloperNotification."""

    message_id: str
    data: bytes = b""


class _Pushed(Wire, frozen=True):
    message: _Message


class _Received(Wire, frozen=True):
    ack_id: str
    message: _Message


class _Pulled(Wire, frozen=True):
    received_messages: tuple[_Received, ...] = ()


class PushAccess(Struct, frozen=True):
    """Whom a push must be signed for, and as whom; both are chosen as pushing is set up."""

    audience: str
    email: str
    keys_url: str


class PubSubPush:
    def __init__(self, access: PushAccess, package_name: str, clock: Clock) -> None:
        keys = ProviderKeys("google", access.keys_url, clock)
        self._tokens = ProviderTokens(keys, clock, issuers=_ISSUERS, client_ids=[access.audience])
        self._email = access.email
        self._package_name = package_name

    async def read(self, authorization: str | None, body: bytes) -> Notification:
        """Raises ForgedMessage, and TryLater while Google's keys are not to be had."""
        await self._check(authorization)
        try:
            message = msgspec.json.decode(body.decode(), type=_Pushed).message
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise ForgedMessage("unreadable") from error
        return read_notification(message.data, message.message_id, self._package_name)

    async def _check(self, authorization: str | None) -> None:
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            raise ForgedMessage("no_token")
        try:
            claims = await self._tokens.read(token.strip(), _PushToken)
        except InvalidIdToken as error:
            raise ForgedMessage from error
        except ProviderUnavailable as error:
            raise TryLater("google's keys cannot be fetched") from error
        # Anybody at Google Cloud can have a token signed for our audience, as themselves.
        if claims.email != self._email or not is_true(claims.email_verified):
            raise ForgedMessage("wrong_sender")


class PubSubPull:
    """`subscription` is `projects/…/subscriptions/…`."""

    def __init__(self, api: GoogleApi, subscription: str, package_name: str) -> None:
        self._api = api
        _, self._project, _, self._subscription = subscription.split("/")
        self._package_name = package_name

    async def pull(self, at_most: int) -> Mapping[str, Notification]:
        # Google advises against coming back at once, for those who stay on the line for more.
        asked = {"maxMessages": at_most, "returnImmediately": True}
        pulled = await self._ask(_Pulled, "pull", asked)
        ours: dict[str, Notification] = {}
        others: list[str] = []
        for each in pulled.received_messages:
            try:
                ours[each.ack_id] = read_notification(
                    each.message.data, each.message.message_id, self._package_name
                )
            except ForgedMessage as error:
                _LOG.warning("a pulled message is not for this app", reason=error.reason)
                others.append(each.ack_id)
        if others:
            await self.acknowledge(others)
        return ours

    async def acknowledge(self, ids: list[str]) -> None:
        await self._ask(Present, "acknowledge", {"ackIds": ids})

    async def _ask(self, answer: type[T], action: str, body: Mapping[str, Any]) -> T:
        path = f"/v1/projects/{{project}}/subscriptions/{{subscription}}:{action}"
        values = {"project": self._project, "subscription": self._subscription}
        return await self._api.ask(answer, "POST", path, values, json=body)
