"""Cloud Pub/Sub beside the simulated Google Play: pushed with Google's signature, or pulled."""

import json
from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from litestar import Litestar, Request, Response, post

from dodam_sim.serving import serving
from dodam_sim.stores.google.messages import Message
from dodam_sim.stores.google.service import PlayService
from dodam_sim.stores.post import Mishaps
from tests.sim.stores.google.asking import Clock, bought

NOW = datetime(2026, 2, 1, tzinfo=UTC)


@dataclass
class Endpoint:
    """Whom Pub/Sub pushes to; answers with the statuses in turn, the last one for good."""

    statuses: list[int] = field(default_factory=lambda: [204])
    bodies: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    tokens: list[str] = field(default_factory=list[str])
    url: str = ""

    @property
    def ids(self) -> list[str]:
        return [each["message"]["messageId"] for each in self.bodies]

    def app(self) -> Litestar:
        @post("/")
        async def take(request: Request[Any, Any, Any]) -> Response[None]:
            self.bodies.append(await request.json())
            self.tokens.append(request.headers["authorization"].removeprefix("Bearer "))
            status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
            return Response(None, status_code=status)

        return Litestar([take], openapi_config=None, logging_config=None)


class Network:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def service(clock: Clock, network: Network) -> PlayService:
    return PlayService(network.now, clock.now)


@pytest.fixture
async def endpoint(service: PlayService) -> AsyncIterator[Endpoint]:
    endpoint = Endpoint()
    async with serving(endpoint.app()) as url:
        endpoint.url = service.pubsub.push_to = url
        yield endpoint


async def push(service: PlayService, times: int = 1) -> None:
    async with httpx.AsyncClient() as http:
        for _ in range(times):
            await service.pubsub.push_due(http)


async def test_X01_a_push_carries_the_notification_and_google_s_word(
    service: PlayService, endpoint: Endpoint
) -> None:
    token = bought(service.play)
    await push(service)
    [body] = endpoint.bodies
    assert body["subscription"] == "projects/dodam-demo/subscriptions/play-push"
    assert json.loads(b64decode(body["message"]["data"])) == {
        "version": "1.0",
        "packageName": "app.dodam",
        "eventTimeMillis": "1769850000000",
        "subscriptionNotification": {
            "version": "1.0",
            "notificationType": 4,
            "purchaseToken": token,
            "subscriptionId": "dodam_monthly",
        },
    }
    published: Any = service.pubsub.keys.published()
    keys = KeySet.import_key_set(published)
    claims = jwt.decode(endpoint.tokens[0], keys, algorithms=["RS256"]).claims
    assert claims["aud"] == service.pubsub.audience
    assert (claims["email"], claims["email_verified"]) == (service.pubsub.push_email, True)
    assert claims["exp"] - claims["iat"] == 3600


async def test_X01_what_is_not_acknowledged_comes_again_later_and_later(
    service: PlayService, endpoint: Endpoint, network: Network
) -> None:
    endpoint.statuses = [500, 429, 204]
    bought(service.play)
    await push(service, 3)
    assert len(endpoint.ids) == 1
    for _ in range(4):
        network.at += timedelta(seconds=1)
        await push(service)
    assert len(endpoint.ids) == 3
    assert len(set(endpoint.ids)) == 1
    [delivery] = service.pubsub.deliveries
    assert [each.answer for each in delivery.attempts] == ["500", "429", "204"]


async def test_X01_what_nobody_takes_for_a_week_is_given_up(
    service: PlayService, network: Network
) -> None:
    service.pubsub.push_to = "http://127.0.0.1:9"
    bought(service.play)
    await push(service)
    network.at += timedelta(days=8)
    await push(service, 2)
    [delivery] = service.pubsub.deliveries
    assert [each.answer for each in delivery.attempts] == ["ConnectError"] * 2
    assert delivery.lost


async def test_X01_mishaps_lose_double_and_delay(
    service: PlayService, endpoint: Endpoint, network: Network
) -> None:
    late = timedelta(hours=1)
    service.pubsub.mishaps = Mishaps(lost=0.3, twice=0.3, late=0.5, late_by=late, shuffled=True)
    for _ in range(40):
        service.play.send_test()
    await push(service)
    early = list(endpoint.ids)
    network.at += late
    await push(service)
    published = [each.id for each in service.play.published]
    assert 0 < len(early) < len(endpoint.ids)
    assert 0 < len(set(published) - set(endpoint.ids)) < len(published)
    assert len(endpoint.ids) > len(set(endpoint.ids))
    assert endpoint.ids != sorted(endpoint.ids)


async def pulled(service: PlayService, url: str, verb: str, body: Any) -> httpx.Response:
    name = service.pubsub.subscription
    async with httpx.AsyncClient(base_url=url) as http:
        headers = {"authorization": f"Bearer {service.account.give({'pubsub'})}"}
        return await http.post(f"/v1/{name}:{verb}", json=body, headers=headers)


async def test_X01_messages_are_pulled_until_they_are_acknowledged(
    service: PlayService, network: Network
) -> None:
    sent: list[Message] = [service.play.send_test() for _ in range(3)]
    async with serving(service) as url:
        first = (await pulled(service, url, "pull", {"maxMessages": 2})).json()
        ids = [each["message"]["messageId"] for each in first["receivedMessages"]]
        assert ids == [each.id for each in sent[:2]]
        acknowledged = {"ackIds": [first["receivedMessages"][0]["ackId"]]}
        assert (await pulled(service, url, "acknowledge", acknowledged)).json() == {}
        second = (await pulled(service, url, "pull", {"maxMessages": 10})).json()
        assert [each["message"]["messageId"] for each in second["receivedMessages"]] == [sent[2].id]
        network.at += timedelta(seconds=11)
        third = (await pulled(service, url, "pull", {"maxMessages": 10})).json()
        assert len(third["receivedMessages"]) == 2
        assert (await pulled(service, url, "pull", {"maxMessages": 10})).json() == {}
        wrongs: list[Any] = [{}, {"maxMessages": 0}, {"maxMessages": "x"}, []]
        for wrong in wrongs:
            assert (await pulled(service, url, "pull", wrong)).status_code == 400
