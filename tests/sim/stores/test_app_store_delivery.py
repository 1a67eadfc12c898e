"""The simulated App Store's post: sent, sent again, and what may befall it on its way."""

from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random

import httpx
import pytest

from dodam_sim.stores.apple.catalogue import Environment
from dodam_sim.stores.apple.delivery import Delivery
from dodam_sim.stores.apple.service import AppStoreService
from dodam_sim.stores.post import Mishaps
from tests.sim.stores.app_store import DAY, PLUS, START, a_service, a_verifier

HOUR = timedelta(hours=1)
URLS = {
    Environment.PRODUCTION: "http://app/notifications",
    Environment.SANDBOX: "http://app/sandbox-notifications",
}


class Server:
    """An app's server that answers as it is told to, and keeps what it was sent."""

    def __init__(self, service: AppStoreService) -> None:
        self.answers = 200
        self.fails: type[httpx.TransportError] | None = None
        self.taken: list[tuple[str, str]] = []
        self._verifier = a_verifier(service)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.fails is not None:
            raise self.fails("no")
        payload = httpx.Response(200, content=request.content).json()["signedPayload"]
        read = self._verifier.verify_and_decode_notification(payload)
        self.taken.append((request.url.path, f"{read.rawNotificationType} {read.notificationUUID}"))
        return httpx.Response(self.answers)

    def types(self) -> list[str]:
        return [each.partition(" ")[0] for _, each in self.taken]


@pytest.fixture
def service() -> AppStoreService:
    return a_service()


@pytest.fixture
def server(service: AppStoreService) -> Server:
    return Server(service)


@pytest.fixture
async def delivery(service: AppStoreService, server: Server) -> AsyncIterator[Delivery]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as http:
        yield service.delivery(http, URLS, Random(7))  # noqa: S311 - a simulation, no secret


async def test_X01_what_is_taken_is_sent_once(
    service: AppStoreService, server: Server, delivery: Delivery
) -> None:
    service.store.families.buy(PLUS)
    await delivery.deliver()
    service.clock.run(DAY * 28)
    service.store.advance()
    await delivery.deliver()
    await delivery.deliver()
    assert server.types() == ["SUBSCRIBED", "DID_RENEW"]
    assert {path for path, _ in server.taken} == {"/notifications"}
    assert [each.result for each in service.store.notifications[0].attempts] == ["SUCCESS"]
    assert delivery.waiting == 0


@pytest.mark.parametrize("status", [400, 404, 500, 503, 301, 207])
async def test_X01_what_is_not_taken_is_sent_again_five_times(
    service: AppStoreService, server: Server, delivery: Delivery, status: int
) -> None:
    server.answers = status
    service.store.desk.test()
    for _ in range(40 * 24):
        await delivery.deliver()
        service.clock.run(HOUR)
    [said] = service.store.notifications
    times = [(each.at - said.at) // 3_600_000 for each in said.attempts]
    assert times == [0, 1, 13, 37, 85, 157]
    assert {each.result for each in said.attempts} == {"UNSUCCESSFUL_HTTP_RESPONSE_CODE"}
    assert len(server.taken) == 6
    assert len(set(server.taken)) == 1
    assert delivery.waiting == 0


async def test_X01_a_server_that_comes_back_is_sent_it_once_more_only(
    service: AppStoreService, server: Server, delivery: Delivery
) -> None:
    server.fails = httpx.ConnectError
    service.store.desk.test()
    await delivery.deliver()
    server.fails = httpx.ReadTimeout
    service.clock.run(HOUR)
    await delivery.deliver()
    server.fails = None
    service.clock.run(12 * HOUR)
    await delivery.deliver()
    [said] = service.store.notifications
    results = [each.result for each in said.attempts]
    assert results == ["NO_RESPONSE", "TIMED_OUT", "SUCCESS"]
    assert delivery.waiting == 0


async def test_X01_the_sandbox_sends_once_only(
    service: AppStoreService, server: Server, delivery: Delivery
) -> None:
    server.fails = httpx.ConnectError
    service.store.desk.test(Environment.SANDBOX)
    await delivery.deliver()
    assert delivery.waiting == 0


async def test_X01_a_message_may_be_lost_for_good(
    service: AppStoreService, server: Server, delivery: Delivery
) -> None:
    delivery.mishaps = Mishaps(lost=1)
    service.store.desk.test()
    for _ in range(8 * 24):
        await delivery.deliver()
        service.clock.run(HOUR)
    assert (server.taken, delivery.waiting) == ([], 0)
    assert len(service.store.notifications[0].attempts) == 6


async def test_X01_a_message_may_come_twice(
    service: AppStoreService, server: Server, delivery: Delivery
) -> None:
    delivery.mishaps = Mishaps(twice=1)
    service.store.desk.test()
    await delivery.deliver()
    first, second = server.taken
    assert first == second
    assert delivery.waiting == 0


async def test_X01_a_message_may_come_late(
    service: AppStoreService, server: Server, delivery: Delivery
) -> None:
    delivery.mishaps = Mishaps(late=1, late_by=DAY)
    service.store.desk.test()
    await delivery.deliver()
    assert (server.taken, delivery.waiting) == ([], 1)
    service.clock.run(DAY)
    await delivery.deliver()
    assert len(server.taken) == 1


async def test_X01_messages_may_come_in_any_order(
    service: AppStoreService, server: Server, delivery: Delivery
) -> None:
    delivery.mishaps = Mishaps(shuffled=True)
    for _ in range(12):
        service.store.families.buy(PLUS)
    in_order = [f"SUBSCRIBED {each.uuid}" for each in service.store.notifications]
    await delivery.deliver()
    came = [each for _, each in server.taken]
    assert came != in_order
    assert sorted(came) == sorted(in_order)


async def test_X01_the_service_shows_what_was_sent(
    service: AppStoreService, delivery: Delivery
) -> None:
    key = service.store.families.buy(PLUS)
    [shown] = service.shown()
    assert (shown.title, shown.who, shown.state) == (
        *("SUBSCRIBED INITIAL_BUY", key, "not sent yet"),
    )
    assert (shown.text, shown.at) == ("dodam.plus.monthly Production", START)
    await delivery.deliver()
    assert service.shown()[0].state == "SUCCESS (attempt 1)"
