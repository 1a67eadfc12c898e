"""The simulated App Store Server API, asked by Apple's own client."""

from collections.abc import AsyncIterator
from datetime import datetime
from random import Random
from typing import Any

import httpx
import pytest
from appstoreserverlibrary.api_client import GetTransactionHistoryVersion
from appstoreserverlibrary.models.NotificationHistoryRequest import NotificationHistoryRequest
from appstoreserverlibrary.models.NotificationTypeV2 import NotificationTypeV2
from appstoreserverlibrary.models.SendAttemptResult import SendAttemptResult
from appstoreserverlibrary.models.Status import Status
from appstoreserverlibrary.models.Subtype import Subtype
from appstoreserverlibrary.models.TransactionHistoryRequest import Order, TransactionHistoryRequest

from dodam_sim.serving import serving
from dodam_sim.stores.apple.catalogue import Environment
from dodam_sim.stores.apple.server_api import SANDBOX_PATH
from dodam_sim.stores.apple.service import AppStoreService
from dodam_sim.stores.apple.times import milliseconds
from tests.sim.stores.app_store import (
    DAY,
    PLUS,
    START,
    Client,
    a_service,
    a_verifier,
    refused,
)

V2 = GetTransactionHistoryVersion.V2


@pytest.fixture
def service() -> AppStoreService:
    return a_service()


@pytest.fixture
async def url(service: AppStoreService) -> AsyncIterator[str]:
    async with serving(service) as url:
        yield url


@pytest.fixture
async def client(service: AppStoreService, url: str) -> AsyncIterator[Client]:
    client = Client(service, url)
    yield client
    await client.async_close()


async def test_X01_the_status_of_a_subscription_by_any_of_its_transactions(
    service: AppStoreService, client: Client
) -> None:
    key = service.store.families.buy(PLUS)
    service.clock.run(DAY * 40)
    service.store.advance()
    renewed = service.store.book.subscriptions[key].last.id
    for id_ in (key, renewed):
        answer = await client.get_all_subscription_statuses(id_)
        assert (answer.rawEnvironment, answer.appAppleId) == ("Production", 6740000001)
        [group] = answer.data or []
        [last] = group.lastTransactions or []
        assert (last.status, last.originalTransactionId) == (Status.ACTIVE, key)
        verifier = a_verifier(service)
        about = verifier.verify_and_decode_signed_transaction(last.signedTransactionInfo or "")
        renewal = verifier.verify_and_decode_renewal_info(last.signedRenewalInfo or "")
        assert (about.transactionId, renewal.originalTransactionId) == (renewed, key)
    [expired] = [await client.get_all_subscription_statuses(key, [Status.EXPIRED])]
    assert expired.data == []


async def test_X01_the_store_lives_when_it_is_asked(
    service: AppStoreService, client: Client
) -> None:
    key = service.store.families.buy(PLUS)
    service.store.families.turn_renewal_off(key)
    service.clock.run(DAY * 40)
    answer = await client.get_all_subscription_statuses(key)
    [last] = (answer.data or [])[0].lastTransactions or []
    assert last.status is Status.EXPIRED


async def test_X01_history_comes_in_pages_of_twenty(
    service: AppStoreService, client: Client
) -> None:
    key = service.store.families.buy("dodam.weekly")
    service.clock.run(DAY * 7 * 44)
    verifier, read, revision = a_verifier(service), list[str](), None
    pages = 0
    while True:
        answer = await client.get_transaction_history(
            key, revision, TransactionHistoryRequest(), V2
        )
        for each in answer.signedTransactions or []:
            read.append(verifier.verify_and_decode_signed_transaction(each).transactionId or "")
        revision, pages = answer.revision, pages + 1
        if not answer.hasMore:
            break
    written = [each.id for each in service.store.book.subscriptions[key].transactions]
    assert (read, len(read), pages) == (written, 45, 3)
    asked = TransactionHistoryRequest(sort=Order.DESCENDING)
    newest = await client.get_transaction_history(key, None, asked, V2)
    first = verifier.verify_and_decode_signed_transaction((newest.signedTransactions or [])[0])
    assert first.transactionId == written[-1]


async def test_X01_refunds_are_found_in_history_and_by_themselves(
    service: AppStoreService, client: Client
) -> None:
    key = service.store.families.buy("dodam.weekly")
    service.clock.run(DAY * 30)
    written = service.store.book.subscriptions[key].transactions
    service.store.advance()
    service.store.desk.refund(key, written[2].id)
    service.clock.run(DAY)
    service.store.desk.refund(key, written[0].id)
    verifier = a_verifier(service)
    refunds = await client.get_refund_history(key, None)
    found = [
        verifier.verify_and_decode_signed_transaction(each).transactionId
        for each in refunds.signedTransactions or []
    ]
    assert found == [written[2].id, written[0].id]
    revoked = TransactionHistoryRequest(revoked=True)
    answer = await client.get_transaction_history(key, None, revoked, V2)
    assert len(answer.signedTransactions or []) == 2


async def test_X01_a_single_transaction(service: AppStoreService, client: Client) -> None:
    key = service.store.families.buy(PLUS)
    member, once = service.store.families.share(key), service.store.families.buy_once()
    for id_ in (key, member, once):
        answer = await client.get_transaction_info(id_)
        signed = answer.signedTransactionInfo or ""
        read = a_verifier(service).verify_and_decode_signed_transaction(signed)
        assert read.transactionId == id_
    assert (await client.get_all_subscription_statuses(once)).data == []


async def test_X01_the_environments_do_not_know_of_each_other(
    service: AppStoreService, client: Client, url: str
) -> None:
    tried = service.store.families.buy(PLUS, environment=Environment.SANDBOX)
    not_found = (404, 4040010)
    assert await refused(client.get_all_subscription_statuses(tried)) == not_found
    assert await refused(client.get_transaction_info(tried)) == not_found
    sandbox = Client(service, url + SANDBOX_PATH)
    answer = await sandbox.get_all_subscription_statuses(tried)
    assert (answer.rawEnvironment, answer.appAppleId) == ("Sandbox", None)
    await sandbox.async_close()


async def test_X01_what_it_does_not_know_it_refuses_as_apple_does(
    service: AppStoreService, client: Client
) -> None:
    key = service.store.families.buy(PLUS)
    assert await refused(client.get_transaction_info("1")) == (404, 4040010)
    assert await refused(client.get_transaction_info("abc")) == (400, 4000006)
    history = client.get_transaction_history(key, "made up", TransactionHistoryRequest(), V2)
    assert await refused(history) == (400, 4000005)
    assert await refused(client.get_test_notification_status("none")) == (404, 4040008)


def asking(since: datetime, until: datetime, **filters: Any) -> NotificationHistoryRequest:
    return NotificationHistoryRequest(
        startDate=milliseconds(since), endDate=milliseconds(until), **filters
    )


async def test_X01_notification_history_in_pages_and_by_what_is_asked(
    service: AppStoreService, client: Client
) -> None:
    key = service.store.families.buy("dodam.weekly")
    service.store.families.buy(PLUS)
    service.clock.run(DAY * 170)
    service.store.advance()
    now = service.clock.now()
    everything = asking(START, now)
    first = await client.get_notification_history(None, everything)
    assert (first.hasMore, len(first.notificationHistory or [])) == (True, 20)
    second = await client.get_notification_history(first.paginationToken, everything)
    read = [
        a_verifier(service).verify_and_decode_notification(each.signedPayload or "")
        for page in (first, second)
        for each in page.notificationHistory or []
    ]
    assert [each.notificationUUID for each in read] == [
        each.uuid for each in service.store.notifications
    ]
    assert (second.hasMore, second.paginationToken) == (False, None)
    bought = asking(
        START,
        now,
        notificationType=NotificationTypeV2.SUBSCRIBED,
        notificationSubtype=Subtype.INITIAL_BUY,
    )
    found = await client.get_notification_history(None, bought)
    assert len(found.notificationHistory or []) == 2
    found = await client.get_notification_history(None, asking(START, START + DAY))
    assert len(found.notificationHistory or []) == 2
    of_one = await client.get_notification_history(None, asking(START, now, transactionId=key))
    about_one = [each for each in service.store.notifications if each.key == key]
    assert len(of_one.notificationHistory or []) == min(len(about_one), 20)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (asking(START - 181 * DAY, START), 4000012),
        (asking(START, START), 4000013),
        (asking(START + DAY, START + 2 * DAY), 4000015),
        (asking(START - DAY, START, notificationSubtype=Subtype.UPGRADE), 4000018),
        (
            asking(
                START - DAY,
                START,
                transactionId="1",
                notificationType=NotificationTypeV2.REFUND,
            ),
            4000019,
        ),
    ],
)
async def test_X01_a_history_that_cannot_be_had(
    client: Client, asked: NotificationHistoryRequest, code: int
) -> None:
    assert await refused(client.get_notification_history(None, asked)) == (400, code)


async def test_X01_only_what_failed(service: AppStoreService, client: Client) -> None:
    server = httpx.MockTransport(lambda _: httpx.Response(next(answers)))
    answers = iter([200, 500])
    async with httpx.AsyncClient(transport=server) as http:
        dice = Random(7)  # noqa: S311 - a simulation, no secret
        post = service.delivery(http, {Environment.PRODUCTION: "http://app"}, dice)
        service.store.desk.test()
        failed = service.store.desk.test()
        await post.deliver()
    service.clock.run(DAY)
    asked = asking(START, service.clock.now(), onlyFailures=True)
    answer = await client.get_notification_history(None, asked)
    [item] = answer.notificationHistory or []
    [attempt] = item.sendAttempts or []
    assert attempt.sendAttemptResult is SendAttemptResult.UNSUCCESSFUL_HTTP_RESPONSE_CODE
    read = a_verifier(service).verify_and_decode_notification(item.signedPayload or "")
    assert read.notificationUUID == failed.uuid


async def test_X01_a_test_notification_is_sent_on_request(
    service: AppStoreService, client: Client
) -> None:
    token = (await client.request_test_notification()).testNotificationToken
    answer = await client.get_test_notification_status(token or "")
    read = a_verifier(service).verify_and_decode_notification(answer.signedPayload or "")
    assert read.notificationType is NotificationTypeV2.TEST
    assert answer.sendAttempts == []
