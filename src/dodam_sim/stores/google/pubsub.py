"""Cloud Pub/Sub: hands the topic's messages to one who is pushed to, and to one who pulls.

https://cloud.google.com/pubsub/docs/push, …/docs/authenticate-push-subscriptions, …/docs/pull

Each of the two subscriptions gets every message, at least once and in no promised order, until it
is acknowledged or seven days are over. Pushing waits longer from failure to failure, from a tenth
of a second to a minute.
"""

import asyncio
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import httpx
import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath
from msgspec import Struct, field

from dodam_sim.families.chance import stream
from dodam_sim.providers.signing import SigningKeys
from dodam_sim.stores.google.access import ServiceAccount
from dodam_sim.stores.google.errors import GoogleError
from dodam_sim.stores.google.life import Life
from dodam_sim.stores.google.messages import Message
from dodam_sim.stores.google.shapes import said, timestamp
from dodam_sim.stores.post import NONE

AnyRequest = Request[Any, Any, Any]
_RETENTION = timedelta(days=7)
_ACK_DEADLINE = timedelta(seconds=10)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(milliseconds=100), timedelta(seconds=60)
_TOKEN_LIFE = timedelta(hours=1)
_MOST_AT_ONCE = 8
_LOOK_SECONDS = 0.2


class Attempt(Struct, frozen=True):
    """`answer` is HTTP's status, or what kept one from coming."""

    at: datetime
    answer: str


class Delivery(Struct):
    message: Message
    due_at: datetime
    attempts: list[Attempt] = field(default_factory=list)
    acknowledged: bool = False
    lost: bool = False

    @property
    def waits(self) -> bool:
        return not self.acknowledged and not self.lost


class PubSub:
    """`now` is the network's time, not that of the simulated stores: tokens are good by it.

    `push_to` may be set at any time: the address, the audience of the tokens, and in whose name.
    """

    push_email = "pubsub-push@dodam-demo.iam.gserviceaccount.com"
    audience = "https://dodam.example/v1/stores/google/notifications"
    subscription = "projects/dodam-demo/subscriptions/play-pull"
    push_subscription = "projects/dodam-demo/subscriptions/play-push"

    def __init__(
        self, life: Life, account: ServiceAccount, now: Callable[[], datetime], seed: int = 7
    ) -> None:
        self.push_to: str | None = None
        self.mishaps = NONE
        self.deliveries: list[Delivery] = []
        self._life = life
        self._account = account
        self._now = now
        self._dice = stream(seed, "pubsub")
        self._seen = 0
        self._pulled: dict[str, Delivery] = {}

    @cached_property
    def keys(self) -> SigningKeys:
        """Google's, with which it signs whom a token was given to."""
        return SigningKeys()

    async def run(self) -> None:
        """Push what is due, again and again, until cancelled."""
        async with httpx.AsyncClient(timeout=_ACK_DEADLINE.total_seconds()) as http:
            while True:
                self._life.settle()
                await self.push_due(http)
                await asyncio.sleep(_LOOK_SECONDS)

    async def push_due(self, http: httpx.AsyncClient) -> None:
        """One attempt at every message that is due."""
        self.take_in()
        if self.push_to is None:
            return
        now = self._now()
        due = [each for each in self.deliveries if each.waits and each.due_at <= now]
        if self.mishaps.shuffled:
            self._dice.shuffle(due)
        for start in range(0, len(due), _MOST_AT_ONCE):
            batch = due[start : start + _MOST_AT_ONCE]
            await asyncio.gather(*(self._push(http, each) for each in batch))

    def take_in(self) -> None:
        """Queue what was published since the last time, as lucky as it is."""
        new, self._seen = self._life.published[self._seen :], len(self._life.published)
        now = self._now()
        for message in new:
            fate = self.mishaps.draw(self._dice)
            for _ in range(2 if fate.twice else 1):
                self.deliveries.append(Delivery(message, now + fate.late_by, lost=fate.lost))
            self._pulled[message.id] = Delivery(message, now + fate.late_by, lost=fate.lost)

    def push_token(self, **changes: object) -> str:
        """What a push carries; `changes` forge claims."""
        now = int(self._now().timestamp())
        claims: dict[str, object] = {
            "iss": "https://accounts.google.com",
            "aud": self.audience,
            "azp": "113774264463038321964",
            "sub": "113774264463038321964",
            "email": self.push_email,
            "email_verified": True,
            "iat": now,
            "exp": now + int(_TOKEN_LIFE.total_seconds()),
            **changes,
        }
        return self.keys.sign(claims)

    def pushed(self, message: Message) -> dict[str, Any]:
        """The body of a push, with the names' older spellings beside, as Pub/Sub writes both."""
        wire = pubsub_message(message)
        older = {"message_id": wire["messageId"], "publish_time": wire["publishTime"]}
        return {"message": wire | older, "subscription": self.push_subscription}

    def routes(self) -> list[Any]:
        @post("/v1/projects/{project:str}/subscriptions/{call:str}", status_code=200)
        async def of_subscription(
            request: AnyRequest, project: FromPath[str], call: FromPath[str]
        ) -> Response[Any]:
            name, _, verb = call.partition(":")
            if not self._account.may(request.headers.get("authorization"), "pubsub"):
                raise GoogleError(401, "authError", "Request had invalid credentials.")
            if f"projects/{project}/subscriptions/{name}" != self.subscription:
                raise GoogleError(404, "notFound", f"Resource not found (resource={name}).")
            return Response(self._called(verb, await request.body()))

        return [of_subscription]

    def _called(self, verb: str, body: bytes) -> dict[str, Any]:
        try:
            asked = msgspec.json.decode(body, type=dict[str, Any])
            if verb == "pull":
                return said({"receivedMessages": self._pull(int(asked["maxMessages"]))})
            if verb == "acknowledge":
                for each in asked["ackIds"]:
                    self._pulled[str(each).removeprefix("ack-")].acknowledged = True
                return {}
        except (KeyError, TypeError, ValueError, msgspec.MsgspecError) as error:
            raise GoogleError(400, "badRequest", "Invalid argument.") from error
        raise GoogleError(404, "notFound", "Not Found")

    def _pull(self, most: int) -> list[dict[str, Any]]:
        if most < 1:
            raise ValueError("maxMessages is positive")
        self._life.settle()
        self.take_in()
        now = self._now()
        due = [each for each in self._pulled.values() if each.waits and each.due_at <= now]
        for each in due[:most]:
            each.due_at = now + _ACK_DEADLINE
            each.attempts.append(Attempt(now, "pulled"))
        return [
            {"ackId": f"ack-{each.message.id}", "message": pubsub_message(each.message)}
            for each in due[:most]
        ]

    async def _push(self, http: httpx.AsyncClient, delivery: Delivery) -> None:
        now = self._now()
        headers = {"authorization": f"Bearer {self.push_token()}"}
        try:
            answer = await http.post(
                self.push_to or "", json=self.pushed(delivery.message), headers=headers
            )
            delivery.acknowledged = answer.is_success
            told = str(answer.status_code)
        except httpx.HTTPError as error:
            told = type(error).__name__
        delivery.attempts.append(Attempt(now, told))
        wait = min(_FIRST_WAIT * 2 ** min(len(delivery.attempts), 12), _LONGEST_WAIT)
        delivery.due_at = now + wait
        if now - delivery.attempts[0].at > _RETENTION:
            delivery.lost = True


def pubsub_message(message: Message) -> dict[str, Any]:
    """PubsubMessage."""
    return {
        "data": b64encode(msgspec.json.encode(message.data)).decode(),
        "messageId": message.id,
        "publishTime": timestamp(message.published_at),
    }
