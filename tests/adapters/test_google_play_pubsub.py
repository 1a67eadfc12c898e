"""P02: what Pub/Sub brings is believed if Google signed it for us, and each kind is told apart."""

import base64
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from dodam.features.billing.errors.stores import ForgedMessage, StoreNotSetUp
from dodam.features.billing.models.store_messages import (
    GOOGLE_MESSAGES,
    GOOGLE_ONE_TIME_MESSAGES,
    GOOGLE_SUBSCRIPTION_MESSAGES,
)
from dodam.features.billing.models.stores import Store
from dodam.platform.work import TryLater
from dodam_sim.providers.google import Google
from dodam_sim.serving import Trouble
from tests.adapters.play_desk import PACKAGE, QUEUE, Play, PlayHouse, pushed
from tests.clock import NOON, StoppedClock


def _said(**what: Any) -> dict[str, Any]:
    """A DeveloperNotification; Google writes the time as a text."""
    millis = int(NOON.timestamp() * 1000) + 250
    return {"version": "1.0", "packageName": PACKAGE, "eventTimeMillis": str(millis), **what}


def _about(number: int) -> dict[str, Any]:
    what = {"version": "1.0", "notificationType": number, "purchaseToken": "token"}
    return _said(subscriptionNotification=what)


async def test_P02_a_push_names_what_happened_and_the_purchase(play: Play) -> None:
    read = await play.store.read_push(play.signed(), pushed(_about(4), "7"))
    assert (read.store, read.id, read.type) == (Store.GOOGLE, "7", "SUBSCRIPTION_PURCHASED")
    assert (read.key, read.transaction_id, read.subtype) == ("token", None, None)
    assert read.sent_at == NOON + timedelta(milliseconds=250)
    assert read.told is None


MESSAGES = [
    *[(_about(number), name, "token") for number, name in GOOGLE_SUBSCRIPTION_MESSAGES.items()],
    *[
        (
            _said(oneTimeProductNotification={"notificationType": n, "purchaseToken": "t"}),
            name,
            None,
        )
        for n, name in GOOGLE_ONE_TIME_MESSAGES.items()
    ],
    (
        _said(
            voidedPurchaseNotification={
                "purchaseToken": "token",
                "orderId": "GPA.1",
                "productType": 1,
            }
        ),
        "VOIDED_PURCHASE",
        "token",
    ),
    (
        _said(pendingRefundReviewNotification={"pendingRefundToken": "r", "orderId": "GPA.1"}),
        "PENDING_REFUND_REVIEW",
        None,
    ),
    (_said(testNotification={"version": "1.0"}), "TEST", None),
]


@pytest.mark.parametrize(("said", "type_", "key"), MESSAGES, ids=[each[1] for each in MESSAGES])
async def test_P02_each_documented_kind_is_told_by_its_name(
    play: Play, said: dict[str, Any], type_: str, key: str | None
) -> None:
    read = await play.store.read_push(play.signed(), pushed(said))
    assert (read.type, read.key) == (type_, key)


def test_P02_no_documented_kind_is_left_out() -> None:
    assert {each[1] for each in MESSAGES} == set(GOOGLE_MESSAGES)


@pytest.mark.parametrize(
    ("said", "type_", "key"),
    [
        (_about(99), "SUBSCRIPTION_99", "token"),
        (_said(oneTimeProductNotification={"notificationType": 9}), "ONE_TIME_PRODUCT_9", None),
        (_said(giftNotification={"of": "whom"}), "giftNotification", None),
        (_said(), "UNKNOWN", None),
    ],
)
async def test_P02_a_kind_newer_than_this_release_is_kept(
    play: Play, said: dict[str, Any], type_: str, key: str | None
) -> None:
    read = await play.store.read_push(play.signed(), pushed(said))
    assert (read.type, read.key) == (type_, key)
    assert read.type not in GOOGLE_MESSAGES


async def test_P02_a_voided_purchase_names_its_order_and_is_looked_up_if_a_subscription(
    play: Play,
) -> None:
    voided = {"purchaseToken": "token", "orderId": "GPA.1..3", "productType": 2, "refundType": 1}
    read = await play.store.read_push(
        play.signed(), pushed(_said(voidedPurchaseNotification=voided))
    )
    assert (read.key, read.transaction_id) == (None, "GPA.1..3")


_HOUR_AGO = int((NOON - timedelta(hours=1)).timestamp())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"aud": "https://somebody.else.example"}, "not_signed"),
        ({"aud": ""}, "not_signed"),
        ({"iss": "https://accounts.google.com.example"}, "not_signed"),
        ({"exp": _HOUR_AGO}, "not_signed"),
        ({"iat": _HOUR_AGO + 7200}, "not_signed"),
        ({"email": "somebody@else.iam.gserviceaccount.com"}, "wrong_sender"),
        ({"email": None}, "wrong_sender"),
        ({"email_verified": False}, "wrong_sender"),
        ({"email_verified": None}, "wrong_sender"),
    ],
)
async def test_P02_a_push_signed_for_another_or_by_another_is_refused(
    play: Play, changes: dict[str, object], reason: str
) -> None:
    with pytest.raises(ForgedMessage) as refusal:
        await play.store.read_push(play.signed(**changes), pushed(_about(4)))
    assert refusal.value.reason == reason


async def test_P02_a_push_signed_by_other_keys_is_refused(play: Play, clock: StoppedClock) -> None:
    stranger = Play(play.store, play.desk, Google(clock.now), clock)
    head, body, signature = play.signed().removeprefix("Bearer ").split(".")
    changed = base64.urlsafe_b64encode(b'{"email":"me"}').decode().rstrip("=")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    for header in (
        stranger.signed(),
        f"Bearer {head}.{changed}.{signature}",
        f"Bearer {unsigned}.{body}.",
        f"Bearer {head}.{body}",
        "Bearer ",
    ):
        with pytest.raises(ForgedMessage) as refusal:
            await play.store.read_push(header, pushed(_about(4)))
        assert refusal.value.reason == "not_signed"


@pytest.mark.parametrize("header", [None, "", "Basic YTpi", "token"])
async def test_P02_a_push_without_a_token_is_refused(play: Play, header: str | None) -> None:
    with pytest.raises(ForgedMessage) as refusal:
        await play.store.read_push(header, pushed(_about(4)))
    assert refusal.value.reason == "no_token"


async def test_P02_a_push_about_another_app_is_refused(play: Play) -> None:
    body = pushed(_said(packageName="kr.example.other", testNotification={}))
    with pytest.raises(ForgedMessage) as refusal:
        await play.store.read_push(play.signed(), body)
    assert refusal.value.reason == "wrong_app"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b'{"message":{}}',
        b'{"message":{"messageId":"1","data":"no base64!"}}',
        b'{"message":{"messageId":"1"}}',
        pushed(b"no json"),
        pushed(b"\xff"),
        pushed({"packageName": PACKAGE}),
        pushed(_said(eventTimeMillis="soon")),
        pushed(_said(eventTimeMillis="9" * 18)),
        pushed(_said(subscriptionNotification={"notificationType": 4})),
        pushed(_said(subscriptionNotification="token")),
    ],
)
async def test_P02_what_google_play_would_not_send_is_refused(play: Play, body: bytes) -> None:
    with pytest.raises(ForgedMessage) as refusal:
        await play.store.read_push(play.signed(), body)
    assert refusal.value.reason == "unreadable"


async def test_P02_a_push_is_tried_again_while_googles_keys_are_away(play: Play) -> None:
    play.google.trouble = Trouble.DOWN
    with pytest.raises(TryLater):
        await play.store.read_push(play.signed(), pushed(_about(4)))
    play.google.trouble = Trouble.NONE
    play.clock.advance(timedelta(seconds=6))
    assert (await play.store.read_push(play.signed(), pushed(_about(4)))).key == "token"


async def test_P02_pushes_and_pulls_are_set_up_apart(
    play_house: PlayHouse, clock: StoppedClock
) -> None:
    nothing = {"play_push_audience": "", "play_push_email": "", "play_pubsub_subscription": ""}
    play = play_house.play(clock, **nothing)
    with pytest.raises(StoreNotSetUp):
        await play.store.read_push(play.signed(aud=""), pushed(_about(4)))
    assert await play.store.pull(10) == {}
    await play.store.acknowledge_messages(["1"])
    assert play.desk.asked == []


async def test_P02_messages_are_pulled_and_acknowledged_once_they_are_kept(play: Play) -> None:
    play.desk.waiting = [_waits("a", _about(2)), _waits("b", _said(testNotification={}))]
    pulled = await play.store.pull(10)
    assert {ack: each.type for ack, each in pulled.items()} == {
        "a": "SUBSCRIPTION_RENEWED",
        "b": "TEST",
    }
    assert pulled["a"].id == "message a"
    [asked] = play.desk.asked
    assert asked.path == f"/v1/{QUEUE}:pull"
    assert asked.body["maxMessages"] == 10
    await play.store.acknowledge_messages(list(pulled))
    assert play.desk.asked_for(":acknowledge")[0].body == {"ackIds": ["a", "b"]}


async def test_P02_an_empty_queue_has_nothing_to_pull(play: Play) -> None:
    assert await play.store.pull(10) == {}


async def test_P02_what_is_pulled_and_not_for_this_app_is_acknowledged_and_left_out(
    play: Play,
) -> None:
    other = _said(packageName="kr.example.other", testNotification={})
    play.desk.waiting = [_waits("a", other), _waits("b", _about(2)), _waits("c", b"no json")]
    assert set(await play.store.pull(10)) == {"b"}
    assert play.desk.asked_for(":acknowledge")[0].body == {"ackIds": ["a", "c"]}


def _waits(ack_id: str, said: object) -> dict[str, Any]:
    return {"ackId": ack_id, **msgspec.json.decode(pushed(said, f"message {ack_id}"))}
