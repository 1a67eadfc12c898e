"""P01, P02, P04, P11: what the stores send is verified, kept as it came, then dealt with."""

import asyncio
from typing import Any

import httpx
import pytest

from dodam.bootstrap import build
from dodam.features.billing.models.told import Notification
from dodam.platform.settings import Settings

from .shops import Street

APPLE = "/v1/stores/apple/notifications"
GOOGLE = "/v1/stores/google/notifications"


async def test_P01_a_message_of_apple_is_stored_before_it_is_answered(street: Street) -> None:
    sold = street.apple.sell()
    answer = await street.by_apple(street.apple.say(sold, "SUBSCRIBED", "INITIAL_BUY"))
    assert answer.status_code == 200
    [kept] = await street.messages()
    assert kept["state"] == "waiting"
    assert (kept["type"], kept["subtype"], kept["came_by"]) == (
        "SUBSCRIBED",
        "INITIAL_BUY",
        "push",
    )
    [row] = await street.rows("select raw from billing.notification")
    assert row["raw"].startswith("apple.")
    # With its task, or not at all.
    [job] = await street.rows("select entrypoint from jobs.pgqueuer")
    assert job["entrypoint"] == "billing.process_notification.v1"


async def test_P02_a_message_of_google_is_stored_before_it_is_answered(street: Street) -> None:
    sold = street.google.sell()
    answer = await street.by_google(street.google.say(sold, "SUBSCRIPTION_PURCHASED"))
    assert (answer.status_code, answer.content) == (204, b"")
    [kept] = await street.messages()
    assert (kept["store"], kept["state"]) == ("google", "waiting")
    assert street.google.asked == []


async def test_P04_the_same_message_again_is_answered_the_same_and_is_one(street: Street) -> None:
    message = street.apple.say(street.apple.sell(), "SUBSCRIBED", "INITIAL_BUY")
    answers = await asyncio.gather(*(street.by_apple(message) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    push = street.google.say(street.google.sell(), "SUBSCRIPTION_PURCHASED")
    answers = await asyncio.gather(*(street.by_google(push) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {204}
    assert len(await street.messages()) == 2
    assert len(await street.rows("select id from jobs.pgqueuer")) == 2


async def test_P04_a_crash_leaves_neither_the_message_nor_its_task(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = street.apple.say(street.apple.sell(), "SUBSCRIBED", "INITIAL_BUY")

    async def killed(*_: object) -> None:
        async with street.dodam.database.reading() as db:
            await db.fetch(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where state = 'idle in transaction' and datname = current_database()"
            )
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr("dodam.platform.outbox.enqueue", killed)
        assert (await street.by_apple(message)).status_code == 503
    assert await street.messages() == []
    assert await street.rows("select id from jobs.pgqueuer") == []
    # Apple sends again what was not answered with a success.
    assert (await street.by_apple(message)).status_code == 200
    assert len(await street.messages()) == 1


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        (APPLE, {"signedPayload": "wrong_app.e30.x"}, "wrong_app"),
        (GOOGLE, {"message": {}}, "no_token"),
    ],
)
async def test_P11_a_forged_message_is_refused_and_counted_and_nothing_else(
    street: Street, path: str, body: dict[str, Any], reason: str
) -> None:
    for _ in range(3):
        answer = await street.http.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (401, "forged_store_message")
    assert await street.messages() == []
    assert await street.rows("select id from jobs.pgqueuer") == []
    [refused] = await street.rows("select reason, count from billing.refused")
    assert (refused["reason"], refused["count"]) == (reason, 3)


async def test_P11_a_flood_of_forgeries_is_a_row_however_many_come(street: Street) -> None:
    body = {"signedPayload": "wrong_app.e30.x"}
    answers = await asyncio.gather(*(street.http.post(APPLE, json=body) for _ in range(200)))
    assert {answer.status_code for answer in answers} == {401}
    [refused] = await street.rows("select count from billing.refused")
    assert refused["count"] == 200


async def test_P11_a_network_of_forgers_is_not_listened_to_but_the_store_is(
    street: Street, settings: Settings
) -> None:
    strict = settings.model_copy(update={"limit_store_forgeries": "3/hour"})
    dodam = build(strict, street.url)
    elsewhere = httpx.ASGITransport(app=dodam.app, client=("192.0.2.7", 1))  # pyright: ignore[reportArgumentType]
    apples = httpx.ASGITransport(app=dodam.app, client=("192.0.2.8", 1))  # pyright: ignore[reportArgumentType]
    async with (
        dodam.running(),
        httpx.AsyncClient(transport=elsewhere, base_url="http://house") as forger,
        httpx.AsyncClient(transport=apples, base_url="http://house") as http,
    ):
        forged = {"signedPayload": "not_signed.e30.x"}
        codes = [(await forger.post(APPLE, json=forged)).status_code for _ in range(5)]
        assert codes == [401, 401, 401, 429, 429]
        message = street.apple.say(street.apple.sell(), "SUBSCRIBED", "INITIAL_BUY")
        there = Street(dodam, street.url, http, street.admin, street.apple, street.google)
        assert (await there.by_apple(message)).status_code == 200


@pytest.mark.parametrize("body", [{}, {"signedPayload": "x"}, {"signedPayload": 1}, [], "x"])
async def test_P01_what_is_no_signed_payload_is_malformed(street: Street, body: Any) -> None:
    answer = await street.http.post(APPLE, json=body)
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("path", [APPLE, GOOGLE])
async def test_P11_a_message_of_a_size_that_no_store_sends_is_refused(
    street: Street, path: str
) -> None:
    body = {"signedPayload": f"apple.{'x' * 300_000}.y"}
    headers = {"authorization": "Bearer google"}
    answer = await street.http.post(path, json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_P01_while_a_message_cannot_be_verified_apple_is_to_send_again(
    street: Street,
) -> None:
    message = street.apple.say(street.apple.sell(), "SUBSCRIBED", "INITIAL_BUY")
    street.apple.away = True
    answer = await street.by_apple(message)
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unreachable")
    assert answer.headers["retry-after"] == "60"
    assert await street.rows("select 1 from billing.refused") == []


async def test_P01_without_a_store_its_messages_are_not_taken(http: httpx.AsyncClient) -> None:
    answer = await http.post(APPLE, json={"signedPayload": "apple.e30.x"})
    assert (answer.status_code, answer.json()["code"]) == (503, "store_not_set_up")


async def test_P02_messages_that_wait_are_pulled_and_acknowledged_once_kept(
    street: Street,
) -> None:
    said: list[Notification] = [
        street.google.say(street.google.sell(), "SUBSCRIPTION_PURCHASED") for _ in range(250)
    ]
    street.google.waiting = {f"ack-{each.id}": each for each in said}
    # One that was pushed before as well.
    await street.by_google(said[0])
    await street.chore("pull-store-messages")
    await street.settled()
    assert street.google.waiting == {}
    [row] = await street.rows("select count(*) as count from billing.notification")
    assert row["count"] == 250


async def test_P02_what_could_not_be_kept_is_not_acknowledged(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = street.google.say(street.google.sell(), "SUBSCRIPTION_PURCHASED")
    street.google.waiting = {"ack": message}

    async def broken(*_: object) -> None:
        raise ConnectionResetError

    await street.chore("pull-store-messages")
    with monkeypatch.context() as patch:
        patch.setattr("dodam.features.billing.service.inbox.Inbox.take", broken)
        await street.tried()
    assert list(street.google.waiting) == ["ack"]
    await street.hurry()
    await street.settled()
    assert street.google.waiting == {}
    assert len(await street.messages()) == 1
