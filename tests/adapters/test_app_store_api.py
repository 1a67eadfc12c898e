"""P01, P05, P07: the App Store Server API: what is asked, what is understood, what goes wrong."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from joserfc import jwt

from dodam.bootstrap.outside import app_store
from dodam.features.billing.errors.stores import UnknownPurchase
from dodam.features.billing.models.stores import Environment
from dodam.features.billing.models.told import Notification
from dodam.features.billing.ports import ConsumptionAnswer
from dodam.platform.settings import Settings
from dodam.platform.work import CannotBeDone, PerhapsDone, TryLater
from tests.adapters.app_store_answers import KEY, Answer, Desk, desk, error
from tests.adapters.app_store_desk import (
    BOUGHT,
    BUNDLE_ID,
    BUYER,
    RENEWS,
    STORE,
    a_message,
    a_renewal,
    a_transaction,
    ms,
    of_sandbox,
)

ID = "2000000000000001"
SECOND = "2000000000000002"
ANOTHER = "2000000000000900"
PRODUCTION, SANDBOX = Environment.PRODUCTION, Environment.SANDBOX


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as opened:
        yield opened


def history(*transactions: dict[str, Any], more: str | None = None) -> Answer:
    signed = [STORE.sign(each) for each in transactions]
    return Answer(
        {"revision": more or "end", "hasMore": more is not None, "signedTransactions": signed}
    )


def statuses(*renewals: dict[str, Any]) -> Answer:
    last = [
        {
            "status": 1,
            "originalTransactionId": each["originalTransactionId"],
            "signedRenewalInfo": STORE.sign(each),
        }
        for each in renewals
    ]
    return Answer({"data": [{"subscriptionGroupIdentifier": "1", "lastTransactions": last}]})


def sent(*messages: dict[str, Any], more: str | None = None) -> Answer:
    records = [{"signedPayload": STORE.sign(each)} for each in messages]
    return Answer(
        {"notificationHistory": records, "hasMore": more is not None, "paginationToken": more}
    )


async def all_sent(api: Desk, environment: Environment = PRODUCTION) -> list[Notification]:
    since = BOUGHT - timedelta(days=400)
    return [each async for each in api.store.notifications(environment, since, BOUGHT)]


# --- asking ------------------------------------------------------------------------------------


async def test_P01_each_request_bears_a_token_that_our_key_signed(api: Desk) -> None:
    api.answers = [error(404, 4040010)]
    with pytest.raises(UnknownPurchase):
        await api.store.subscription(ID, PRODUCTION)
    [asked] = api.asked
    kind, token = asked.headers["authorization"].split()
    read = jwt.decode(token, KEY.public_key, algorithms=["ES256"])
    assert (kind, read.header["kid"]) == ("Bearer", KEY.key_id)
    assert (read.claims["iss"], read.claims["bid"]) == (KEY.issuer_id, BUNDLE_ID)
    assert read.claims["aud"] == "appstoreconnect-v1"


async def test_P01_each_environment_is_asked_at_its_own_address(api: Desk) -> None:
    api.answers = [
        history(of_sandbox(a_transaction())),
        statuses(of_sandbox(a_renewal())),
    ]
    told = await api.store.subscription(ID, SANDBOX)
    assert told.environment is SANDBOX
    assert [each.path for each in api.asked] == [
        f"/sandbox/inApps/v2/history/{ID}",
        f"/sandbox/inApps/v1/subscriptions/{ID}",
    ]


async def test_P07_a_subscription_is_all_its_periods_and_its_renewal(api: Desk) -> None:
    second = a_transaction(transactionId=SECOND, purchaseDate=ms(RENEWS))
    api.answers = [
        history(a_transaction(), more="rev1"),
        history(second),
        statuses(a_renewal(autoRenewStatus=0)),
    ]
    told = await api.store.subscription(ID, PRODUCTION)
    assert (told.key, told.buyer) == (ID, BUYER)
    assert [each.transaction_id for each in told.periods] == [ID, SECOND]
    assert told.renewal is not None
    assert not told.renewal.renews
    wanted = {"productType": ["AUTO_RENEWABLE"], "sort": ["ASCENDING"]}
    assert [each.query for each in api.asked] == [wanted, {**wanted, "revision": ["rev1"]}, {}]


async def test_P07_what_else_the_buyer_has_does_not_mix_in(api: Desk) -> None:
    """Apple answers with everything of the customer; a later transaction's id will do to ask."""
    another = {"transactionId": ANOTHER, "originalTransactionId": ANOTHER}
    second = a_transaction(transactionId=SECOND, purchaseDate=ms(RENEWS))
    api.answers = [
        history(a_transaction(**another), a_transaction(), second),
        statuses(a_renewal(originalTransactionId=ANOTHER, autoRenewStatus=0), a_renewal()),
    ]
    told = await api.store.subscription(SECOND, PRODUCTION)
    assert (told.key, len(told.periods)) == (ID, 2)
    assert told.renewal is not None
    assert told.renewal.renews


async def test_P04_whose_it_is_the_newest_transaction_says(api: Desk) -> None:
    again = UUID(int=7)
    newest = {"transactionId": SECOND, "purchaseDate": ms(RENEWS), "appAccountToken": str(again)}
    api.answers = [history(a_transaction(**newest), a_transaction()), statuses(a_renewal())]
    assert (await api.store.subscription(ID, PRODUCTION)).buyer == again


async def test_P01_an_upgrade_replaces_at_the_time_it_was_bought(api: Desk) -> None:
    """The history knows; no notification tells of it."""
    upgraded_at = BOUGHT + timedelta(days=9)
    year = {"transactionId": SECOND, "productId": "dodam.year", "purchaseDate": ms(upgraded_at)}
    after = {"transactionId": ANOTHER, "purchaseDate": ms(RENEWS + timedelta(days=300))}
    api.answers = [
        history(
            a_transaction(**after),
            a_transaction(isUpgraded=True),
            a_transaction(**year),
        ),
        statuses(a_renewal()),
    ]
    told = await api.store.subscription(ID, PRODUCTION)
    replaced = {each.transaction_id: each.replaced_at for each in told.periods}
    assert replaced == {ID: upgraded_at, SECOND: None, ANOTHER: None}


async def test_P07_a_subscription_may_have_no_renewal_any_more(api: Desk) -> None:
    api.answers = [history(a_transaction()), Answer({"data": []})]
    assert (await api.store.subscription(ID, PRODUCTION)).renewal is None


async def test_P07_what_has_no_transactions_is_unknown(api: Desk) -> None:
    api.answers = [history(), statuses()]
    with pytest.raises(UnknownPurchase):
        await api.store.subscription(ID, PRODUCTION)


async def test_P01_an_answer_that_the_store_did_not_sign_is_not_believed(api: Desk) -> None:
    api.answers = [Answer({"hasMore": False, "signedTransactions": ["a.b.c"]}), statuses()]
    with pytest.raises(CannotBeDone, match="not_signed"):
        await api.store.subscription(ID, PRODUCTION)
    api.answers = [history(of_sandbox(a_transaction())), statuses()]
    with pytest.raises(CannotBeDone, match="wrong_environment"):
        await api.store.subscription(ID, PRODUCTION)


# --- notifications of the past -----------------------------------------------------------------


async def test_P07_the_notifications_of_the_past_come_page_after_page(api: Desk) -> None:
    ids = [str(UUID(int=each)) for each in range(3)]
    first, second, third = (a_message(notificationUUID=each) for each in ids)
    api.answers = [sent(first, second, more="page2"), sent(more="page3"), sent(third)]
    assert [each.id for each in await all_sent(api)] == ids
    assert [each.query for each in api.asked] == [
        {},
        {"paginationToken": ["page2"]},
        {"paginationToken": ["page3"]},
    ]
    assert {"onlyFailures", "transactionId"}.isdisjoint(api.asked[0].body)


@pytest.mark.parametrize(("environment", "days"), [(PRODUCTION, 180), (SANDBOX, 30)])
async def test_P07_no_more_is_asked_for_than_apple_remembers(
    api: Desk, environment: Environment, days: int
) -> None:
    api.answers = [sent()]
    await all_sent(api, environment)
    body = api.asked[0].body
    assert body["endDate"] == ms(BOUGHT)
    assert body["startDate"] == ms(BOUGHT - timedelta(days=days, hours=-1))


async def test_P07_one_that_cannot_be_believed_does_not_hide_those_behind_it(api: Desk) -> None:
    good = a_message()
    answer = sent(a_message(data={"bundleId": "com.example.other"}), good)
    answer.body["notificationHistory"].insert(0, {})
    api.answers = [answer]
    assert [each.id for each in await all_sent(api)] == [good["notificationUUID"]]


# --- telling Apple something -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (
            ConsumptionAnswer(delivered=True, sampled=True, prefers_refund=None),
            {"deliveryStatus": "DELIVERED", "sampleContentProvided": True},
        ),
        (
            ConsumptionAnswer(delivered=True, sampled=False, prefers_refund=False),
            {
                "deliveryStatus": "DELIVERED",
                "sampleContentProvided": False,
                "refundPreference": "DECLINE",
            },
        ),
        (
            ConsumptionAnswer(delivered=False, sampled=True, prefers_refund=True),
            {
                "deliveryStatus": "UNDELIVERED_OTHER",
                "sampleContentProvided": True,
                "refundPreference": "GRANT_FULL",
            },
        ),
    ],
)
async def test_P05_a_request_for_consumption_is_answered_in_apples_words(
    api: Desk, answer: ConsumptionAnswer, body: dict[str, Any]
) -> None:
    """No share that was used: of a subscription Apple refuses it, and reckons it itself."""
    api.answers = [Answer(status=202)]
    await api.store.answer_consumption(PRODUCTION, ID, answer)
    [asked] = api.asked
    assert (asked.method, asked.path) == ("PUT", f"/inApps/v2/transactions/consumption/{ID}")
    assert asked.body == {"customerConsented": True, **body}


async def test_P06_a_renewal_is_put_off(api: Desk) -> None:
    later = RENEWS + timedelta(days=14)
    api.answers = [Answer({"success": True, "effectiveDate": ms(later)})]
    assert await api.store.extend(PRODUCTION, ID, 14, UUID(int=5)) == later
    [asked] = api.asked
    assert (asked.method, asked.path) == ("PUT", f"/inApps/v1/subscriptions/extend/{ID}")
    assert asked.body == {
        "extendByDays": 14,
        "extendReasonCode": 1,
        "requestIdentifier": str(UUID(int=5)),
    }


async def test_P06_a_renewal_that_cannot_be_put_off_says_why(api: Desk) -> None:
    api.answers = [Answer({"success": False}), error(403, 4030005)]
    with pytest.raises(CannotBeDone):
        await api.store.extend(PRODUCTION, ID, 14, UUID(int=5))
    with pytest.raises(CannotBeDone, match="SUBSCRIPTION_MAX_EXTENSION"):
        await api.store.extend(PRODUCTION, ID, 14, UUID(int=5))


# --- what goes wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (error(404, 4040010), UnknownPurchase),
        (error(404, 4040005), UnknownPurchase),
        (error(404, 4040001), UnknownPurchase),
        (error(400, 4000006), UnknownPurchase),
        (error(400, 4000008), UnknownPurchase),
        (error(404, 4040002), TryLater),
        (error(404, 4040006), TryLater),
        (Answer(status=401), TryLater),
        (Answer(status=403), TryLater),
        (error(500, 5000000), PerhapsDone),
        (error(500, 5000001), PerhapsDone),
        (Answer(b"<h1>Bad Gateway</h1>", 502, {"content-type": "text/html"}), PerhapsDone),
        (Answer(b"<h1>Welcome</h1>", 200, {"content-type": "text/html"}), PerhapsDone),
        (Answer({"signedTransactions": 7}), PerhapsDone),
        (error(400, 4000005), CannotBeDone),
        (error(404, 4999999), CannotBeDone),
        (Answer(b"<h1>Not Found</h1>", 404, {"content-type": "text/html"}), CannotBeDone),
    ],
)
async def test_P01_each_failure_is_one_to_wait_for_or_one_to_give_up_on(
    api: Desk, answer: Answer, raised: type[Exception]
) -> None:
    api.answers = [answer]
    with pytest.raises(raised) as failure:
        await api.store.subscription(ID, PRODUCTION)
    assert type(failure.value) is raised


@time_machine.travel(BOUGHT, tick=False)
@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        (str(ms(BOUGHT + timedelta(minutes=7))), timedelta(minutes=7)),
        (str(ms(BOUGHT - timedelta(minutes=7))), timedelta()),
        ("9" * 400, timedelta(days=1)),
        ("soon", None),
        ("", None),
    ],
)
async def test_P01_apples_quota_is_waited_for_until_the_time_it_names(
    api: Desk, retry_after: str, wait: timedelta | None
) -> None:
    """Not seconds, as everybody's Retry-After, but a time in milliseconds."""
    api.answers = [error(429, 4290000, **{"retry-after": retry_after})]
    with pytest.raises(TryLater) as later:
        await api.store.subscription(ID, PRODUCTION)
    assert later.value.after == wait


async def test_P01_without_access_there_is_no_app_store(tmp_path: Path) -> None:
    assert app_store(Settings(data_dir=tmp_path)) is None
