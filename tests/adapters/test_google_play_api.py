"""P02, P07: what Google Play is asked to do, and what its refusals mean to us."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from dodam.features.billing.errors.stores import UnknownPurchase
from dodam.features.billing.ports import GooglePlay, VoidedPurchase
from dodam.platform.work import CannotBeDone, PerhapsDone, TryLater
from dodam_sim.serving import Trouble
from tests.adapters.play_desk import PACKAGE, Play
from tests.adapters.play_purchases import ENDS, order, purchase
from tests.clock import NOON

_APP = f"/androidpublisher/v3/applications/{PACKAGE}"
_TOKENS = f"{_APP}/purchases/subscriptionsv2/tokens"
_DAYS = timedelta(days=7)

Deed = Callable[[GooglePlay], Awaitable[object]]
DEEDS: dict[str, Deed] = {
    "ask": lambda store: store.subscription("token"),
    "acknowledge": lambda store: store.acknowledge("token", "monthly"),
    "cancel": lambda store: store.cancel("token"),
    "defer": lambda store: store.defer("token", _DAYS),
    "revoke": lambda store: store.revoke("token"),
}


@pytest.fixture(autouse=True)
def _one_purchase(play: Play) -> None:
    play.desk.purchases = {"token": purchase()}
    play.desk.orders = {"GPA.1": order()}


async def test_P02_google_is_told_that_a_purchase_arrived(play: Play) -> None:
    await play.store.acknowledge("token", "monthly")
    [asked] = play.desk.asked
    path = f"{_APP}/purchases/subscriptions/monthly/tokens/token:acknowledge"
    assert (asked.method, asked.path, asked.body) == ("POST", path, {})


async def test_P07_a_renewal_is_ended_as_the_guardian_would(play: Play) -> None:
    await play.store.cancel("token")
    [asked] = play.desk.asked
    assert (asked.method, asked.path) == ("POST", f"{_TOKENS}/token:cancel")
    assert asked.body == {
        "cancellationContext": {"cancellationType": "USER_REQUESTED_STOP_RENEWALS"}
    }


async def test_P07_a_purchase_is_revoked_with_all_its_money(play: Play) -> None:
    await play.store.revoke("token")
    [asked] = play.desk.asked
    assert asked.path == f"{_TOKENS}/token:revoke"
    assert asked.body == {"revocationContext": {"fullRefund": {}}}


async def test_P02_a_renewal_is_put_off_in_the_state_that_was_seen(play: Play) -> None:
    assert await play.store.defer("token", _DAYS) == ENDS
    [asked] = play.desk.asked_for(":defer")
    assert asked.body == {"deferralContext": {"deferDuration": "604800s", "etag": "e1"}}


async def test_P02_a_renewal_is_put_off_though_the_purchase_changed_meanwhile(play: Play) -> None:
    play.desk.changes = {"token": purchase(etag="e2")}
    assert await play.store.defer("token", _DAYS) == ENDS
    etags = [each.body["deferralContext"]["etag"] for each in play.desk.asked_for(":defer")]
    assert etags == ["e1", "e2"]


async def test_P02_a_refusal_of_another_kind_is_not_asked_for_again(play: Play) -> None:
    play.desk.refuses = {":defer": (400, "deferralTooLong")}
    with pytest.raises(CannotBeDone) as refusal:
        await play.store.defer("token", _DAYS)
    assert "deferralTooLong" in refusal.value.reason
    assert len(play.desk.asked_for(":defer")) == 1


async def test_P02_names_and_tokens_are_no_paths(play: Play) -> None:
    token, product = "a/../b?c=d#e%2f:cancel", "x/tokens/y:acknowledge?"
    play.desk.purchases = {token: purchase()}
    assert (await play.store.subscription(token)).key == token
    await play.store.acknowledge(token, product)
    asked = play.desk.asked_for(":acknowledge")[0]
    assert asked.path == (
        f"{_APP}/purchases/subscriptions/x%2Ftokens%2Fy%3Aacknowledge%3F"
        "/tokens/a%2F..%2Fb%3Fc%3Dd%23e%252f%3Acancel:acknowledge"
    )


@pytest.mark.parametrize("token", ["unknown", "..", ".", "가", "\x00", "a" * 4000])
async def test_P02_a_token_that_google_does_not_know_is_no_purchase(play: Play, token: str) -> None:
    with pytest.raises(UnknownPurchase):
        await play.store.subscription(token)


@pytest.mark.parametrize(
    ("status", "word"),
    [(404, "purchaseTokenNotFound"), (410, "purchaseTokenNoLongerValid"), (400, "invalid")],
)
async def test_P02_one_that_is_too_old_or_can_be_none_is_no_purchase_either(
    play: Play, status: int, word: str
) -> None:
    play.desk.refuses = {"/token": (status, word)}
    with pytest.raises(UnknownPurchase):
        await play.store.subscription("token")


@pytest.mark.parametrize("deed", ["acknowledge", "cancel", "revoke"])
async def test_P02_nothing_is_done_with_a_purchase_that_google_does_not_know(
    play: Play, deed: str
) -> None:
    play.desk.refuses = {f":{deed}": (410, "purchaseTokenNoLongerValid")}
    with pytest.raises(UnknownPurchase):
        await DEEDS[deed](play.store)


async def test_P02_an_app_that_google_does_not_know_is_a_fault_of_the_setting(play: Play) -> None:
    play.desk.refuses = {"/token": (404, "applicationNotFound")}
    with pytest.raises(CannotBeDone) as failure:
        await play.store.subscription("token")
    assert "applicationNotFound" in failure.value.reason


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize(
    ("status", "word"), [(401, "authError"), (403, "permissionDenied"), (409, "conflict")]
)
async def test_P02_a_refusal_says_what_is_to_be_mended(
    play: Play, deed: str, status: int, word: str
) -> None:
    play.desk.refuses = {"": (status, word)}
    with pytest.raises(CannotBeDone) as refusal:
        await DEEDS[deed](play.store)
    assert str(status) in refusal.value.reason
    assert word in refusal.value.reason


async def test_P02_orders_that_may_not_be_seen_are_not_taken_for_none(play: Play) -> None:
    play.desk.refuses = {"orders:batchGet": (403, "permissionDenied")}
    with pytest.raises(CannotBeDone):
        await play.store.subscription("token")


@pytest.mark.parametrize("deed", DEEDS)
async def test_P02_google_may_be_asked_too_often(play: Play, deed: str) -> None:
    play.desk.refuses = {"": (429, "rateLimitExceeded")}
    with pytest.raises(TryLater) as later:
        await DEEDS[deed](play.store)
    assert not isinstance(later.value, PerhapsDone)


@pytest.mark.parametrize("deed", DEEDS)
async def test_P02_after_a_failure_of_googles_it_may_be_done(play: Play, deed: str) -> None:
    play.desk.refuses = {"": (503, "backendError")}
    with pytest.raises(PerhapsDone):
        await DEEDS[deed](play.store)


@pytest.mark.parametrize("answer", [b"<h1>Hello</h1>", b"[]", b'{"lineItems":[{}]}', b"\xff"])
async def test_P02_an_answer_that_cannot_be_read_is_asked_for_again(
    play: Play, answer: bytes
) -> None:
    play.desk.answers = {"/token": answer}
    with pytest.raises(TryLater):
        await play.store.subscription("token")


async def test_P02_one_access_token_serves_all_who_ask_at_once(play: Play) -> None:
    await asyncio.gather(*(play.store.subscription("token") for _ in range(5)))
    await play.store.pull(1)
    assert play.desk.tokens_given == 1


async def test_P02_an_access_token_is_renewed_before_it_runs_out(play: Play) -> None:
    play.desk.token_life = 60
    await play.store.cancel("token")
    await play.store.cancel("token")
    assert play.desk.tokens_given == 2


async def test_P02_a_key_that_was_withdrawn_is_to_be_mended(play: Play) -> None:
    play.desk.refuses_token = (400, "invalid_grant")
    with pytest.raises(CannotBeDone) as failure:
        await play.store.subscription("token")
    assert "service account" in failure.value.reason
    assert play.desk.asked == []


async def test_P02_without_an_access_token_nothing_is_asked_yet(play: Play) -> None:
    play.desk.trouble = Trouble.DOWN
    with pytest.raises(TryLater) as later:
        await play.store.cancel("token")
    assert not isinstance(later.value, PerhapsDone)


async def _voided(play: Play, days_back: int) -> list[VoidedPurchase]:
    return [each async for each in play.store.voided(NOON - timedelta(days=days_back), NOON)]


def _void(number: int) -> dict[str, Any]:
    millis = int(NOON.timestamp() * 1000) + number
    return {
        "purchaseToken": f"token {number}",
        "orderId": f"GPA.{number}",
        "voidedTimeMillis": str(millis),
        "voidedReason": 7,
    }


async def test_P04_voided_purchases_are_listed_page_by_page(play: Play) -> None:
    play.desk.voided = [_void(1), _void(2), _void(3)]
    assert await _voided(play, 1) == [
        VoidedPurchase(f"token {n}", f"GPA.{n}", NOON + timedelta(milliseconds=n))
        for n in (1, 2, 3)
    ]
    first, second, third = play.desk.asked
    assert first.params["type"] == ["1"]
    assert "token" not in first.params
    assert (second.params["token"], third.params["token"]) == (["1"], ["2"])


@pytest.mark.parametrize(("days_back", "asked"), [(1, 1), (29, 29), (30, 30), (365, 30)])
async def test_P04_google_is_asked_no_further_back_than_it_looks(
    play: Play, days_back: int, asked: int
) -> None:
    assert await _voided(play, days_back) == []
    [request] = play.desk.asked
    since = (NOON - timedelta(days=asked)).timestamp() * 1000
    assert since <= int(request.params["startTime"][0]) <= since + 60_000
    assert "endTime" not in request.params


async def test_P04_google_is_asked_up_to_a_time_that_is_over(play: Play) -> None:
    until = NOON - timedelta(hours=1)
    assert [each async for each in play.store.voided(NOON - timedelta(days=1), until)] == []
    [request] = play.desk.asked
    assert request.params["endTime"] == [str(int(until.timestamp() * 1000))]


async def test_P02_no_token_of_a_purchase_is_logged(play: Play) -> None:
    play.desk.purchases = {"secret-token": purchase()}
    with capture_logs() as lines:
        await play.store.subscription("secret-token")
        await play.store.acknowledge("secret-token", "monthly")
        await play.store.cancel("secret-token")
    app = "/androidpublisher/v3/applications/{package}"
    assert [each["operation"] for each in lines] == [
        "POST token",
        f"GET {app}/purchases/subscriptionsv2/tokens/{{token}}",
        f"GET {app}/orders:batchGet",
        f"POST {app}/purchases/subscriptions/{{product}}/tokens/{{token}}:acknowledge",
        f"POST {app}/purchases/subscriptionsv2/tokens/{{token}}:cancel",
    ]
    assert "secret-token" not in repr(lines)
