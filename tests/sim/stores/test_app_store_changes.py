"""What the simulated App Store Server API is asked to change, by Apple's own client."""

from collections.abc import AsyncIterator

import pytest
from appstoreserverlibrary.models.ConsumptionRequest import ConsumptionRequest
from appstoreserverlibrary.models.DeliveryStatus import DeliveryStatus
from appstoreserverlibrary.models.ExtendReasonCode import ExtendReasonCode
from appstoreserverlibrary.models.ExtendRenewalDateRequest import ExtendRenewalDateRequest
from appstoreserverlibrary.models.MassExtendRenewalDateRequest import MassExtendRenewalDateRequest

from dodam_sim.serving import serving
from dodam_sim.stores.apple.service import AppStoreService
from dodam_sim.stores.apple.times import moment
from tests.sim.stores.app_store import DAY, PLUS, Client, a_service, refused

REQUEST_ID = "758883e8-151b-47b7-abd0-60c4d804c2f5"


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


def extension(
    days: int = 10, reason: ExtendReasonCode = ExtendReasonCode.OTHER, id_: str = REQUEST_ID
) -> ExtendRenewalDateRequest:
    return ExtendRenewalDateRequest(
        extendByDays=days, extendReasonCode=reason, requestIdentifier=id_
    )


async def test_X01_the_renewal_is_put_off(service: AppStoreService, client: Client) -> None:
    key = service.store.families.buy(PLUS)
    ends = moment(service.store.book.subscriptions[key].last.expires)
    answer = await client.extend_subscription_renewal_date(key, extension())
    assert (answer.success, answer.originalTransactionId) == (True, key)
    assert moment(answer.effectiveDate or 0) == ends + 10 * DAY
    assert service.store.notifications[-1].type == "RENEWAL_EXTENDED"
    await client.extend_subscription_renewal_date(key, extension())
    put_off = client.extend_subscription_renewal_date
    assert await refused(put_off(key, extension())) == (403, 4030005)


async def test_X01_a_renewal_that_cannot_be_put_off(
    service: AppStoreService, client: Client
) -> None:
    key, put_off = service.store.families.buy(PLUS), client.extend_subscription_renewal_date
    member, trial = service.store.families.share(key), service.store.families.buy("dodam.monthly")
    assert await refused(put_off(key, extension(91))) == (400, 4000009)
    assert await refused(put_off(key, extension(id_=""))) == (400, 4000011)
    assert await refused(put_off("abc", extension())) == (400, 4000008)
    assert await refused(put_off("1", extension())) == (404, 4040005)
    assert await refused(put_off(member, extension())) == (403, 4030007)
    assert await refused(put_off(trial, extension())) == (403, 4030004)


async def test_X01_all_renewals_of_a_product_are_put_off(
    service: AppStoreService, client: Client
) -> None:
    service.store.families.buy(PLUS)
    asked = MassExtendRenewalDateRequest(
        extendByDays=3,
        extendReasonCode=ExtendReasonCode.SERVICE_ISSUE_OR_OUTAGE,
        requestIdentifier=REQUEST_ID,
        productId=PLUS,
    )
    answer = await client.extend_renewal_date_for_all_active_subscribers(asked)
    assert answer.requestIdentifier == REQUEST_ID
    done = await client.get_status_of_subscription_renewal_date_extensions(REQUEST_ID, PLUS)
    assert (done.complete, done.succeededCount, done.failedCount) == (True, 1, 0)
    other = "0f8fad5b-d9cb-469f-a165-70867728950e"
    unknown = client.get_status_of_subscription_renewal_date_extensions(other, PLUS)
    assert await refused(unknown) == (404, 4040009)


async def test_X01_consumption_is_told_with_consent_only(
    service: AppStoreService, client: Client
) -> None:
    about = service.store.families.ask_refund(service.store.families.buy(PLUS))

    def used(*, consented: bool) -> ConsumptionRequest:
        return ConsumptionRequest(
            customerConsented=consented,
            sampleContentProvided=True,
            deliveryStatus=DeliveryStatus.DELIVERED,
            consumptionPercentage=25_000,
        )

    without = client.send_consumption_information(about, used(consented=False))
    assert await refused(without) == (400, 4000035)
    await client.send_consumption_information(about, used(consented=True))
    told = service.store.desk.consumption[about]
    assert (told["consumptionPercentage"], told["deliveryStatus"]) == (25_000, "DELIVERED")
