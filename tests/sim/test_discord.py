"""The simulated Discord takes and refuses webhook posts as the real one does."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dodam_sim.serving import serving
from dodam_sim.world.discord import Discord, Webhook
from tests.clock import NOON, StoppedClock

ERRORS = Webhook()
PAYMENTS = Webhook(
    id="1100000000000000002", token="another-webhook-token-of-the-demo", name="payments"
)


@pytest.fixture
async def discord(clock: StoppedClock) -> Discord:
    return Discord(clock.now, [ERRORS, PAYMENTS], invalid_limit=30)


@pytest.fixture
async def http(discord: Discord) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(discord)
    url = "http://discord/api/v10"
    async with httpx.AsyncClient(transport=transport, base_url=url) as client:
        yield client


async def send(
    http: httpx.AsyncClient, webhook: Webhook = ERRORS, *, wait: str = "true", **form: Any
) -> httpx.Response:
    return await http.post(webhook.path, params={"wait": wait}, json=form)


async def legacy(http: httpx.AsyncClient, **form: Any) -> httpx.Response:
    """Post to the address as Discord's settings show it: without a version."""
    url = http.base_url.copy_with(path=f"/api{ERRORS.path}")
    return await http.post(url, json=form)


async def faults(http: httpx.AsyncClient, **form: Any) -> dict[str, Any]:
    answer = await send(http, **form)
    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["message"]) == (50035, "Invalid Form Body")
    return answer.json()["errors"]


def too_long(most: int) -> dict[str, Any]:
    message = f"Must be {most} or fewer in length."
    return {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": message}]}


async def test_N02_a_post_that_waits_is_answered_with_the_message(
    discord: Discord, http: httpx.AsyncClient
) -> None:
    embed = {"title": "Start", "fields": [{"name": "instance", "value": "one"}]}
    answer = await send(http, content=" 서버가 켜졌어요 ", embeds=[embed], username="ops")
    message = answer.json()
    assert answer.status_code == 200
    assert (message["content"], message["webhook_id"]) == ("서버가 켜졌어요", ERRORS.id)
    assert message["embeds"] == [{**embed, "type": "rich"}]
    assert (message["author"]["username"], message["author"]["bot"]) == ("ops", True)
    [posted] = discord.received
    assert (posted.id, posted.at, posted.webhook) == (message["id"], NOON, ERRORS)
    assert (int(posted.id) >> 22) + 1420070400000 == NOON.timestamp() * 1000


async def test_N02_a_post_that_does_not_wait_is_answered_with_nothing(
    discord: Discord, http: httpx.AsyncClient
) -> None:
    answer = await send(http, wait="false", content="hello")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["x-ratelimit-remaining"] == "4"
    assert [each.content for each in discord.received] == ["hello"]


async def test_N02_nothing_makes_a_post_idempotent(
    discord: Discord, http: httpx.AsyncClient
) -> None:
    for _ in range(2):
        await send(http, content="twice", nonce="same", enforce_nonce=True)
    assert [each.content for each in discord.received] == ["twice", "twice"]
    assert len({each.id for each in discord.received}) == 2


@pytest.mark.parametrize(
    ("form", "pings"),
    [
        ({"content": "@everyone up?"}, True),
        ({"content": "@here", "allowed_mentions": {"parse": ["everyone"]}}, True),
        ({"content": "@everyone up?", "allowed_mentions": {"parse": []}}, False),
        ({"content": "everyone up?"}, False),
    ],
)
async def test_N02_text_pings_everyone_unless_it_is_forbidden(
    http: httpx.AsyncClient, form: dict[str, Any], *, pings: bool
) -> None:
    assert (await send(http, **form)).json()["mention_everyone"] is pings


async def test_N02_content_ends_at_2000_characters(http: httpx.AsyncClient) -> None:
    assert (await send(http, content="가" * 2000)).status_code == 200
    assert await faults(http, content="가" * 2001) == {"content": too_long(2000)}


@pytest.mark.parametrize(
    ("embed", "path", "most"),
    [
        ({"title": "x" * 257}, ["title"], 256),
        ({"description": "x" * 4097}, ["description"], 4096),
        ({"footer": {"text": "x" * 2049}}, ["footer", "text"], 2048),
        ({"author": {"name": "x" * 257}}, ["author", "name"], 256),
        ({"fields": [{"name": "x" * 257, "value": "y"}]}, ["fields", "0", "name"], 256),
        ({"fields": [{"name": "x", "value": "y" * 1025}]}, ["fields", "0", "value"], 1024),
        ({"fields": [{"name": "x", "value": "y"}] * 26}, ["fields"], 25),
    ],
)
async def test_N02_every_part_of_an_embed_ends_somewhere(
    http: httpx.AsyncClient, embed: dict[str, Any], path: list[str], most: int
) -> None:
    found = await faults(http, embeds=[{"title": "fine"}, embed])
    for step in ["embeds", "1", *path]:
        found = found[step]
    assert found == too_long(most)


async def test_N02_the_embeds_of_a_message_share_6000_characters(
    discord: Discord, http: httpx.AsyncClient
) -> None:
    halves = [{"description": "x" * 3000}, {"description": "y" * 2995, "title": "1234 "}]
    assert (await send(http, embeds=[*halves, {"author": {"name": "z"}}])).status_code == 200
    assert await faults(http, embeds=[*halves, {"author": {"name": "zz"}}]) == {
        "embeds": {
            "_errors": [
                {
                    "code": "MAX_EMBED_SIZE_EXCEEDED",
                    "message": "Embed size exceeds maximum size of 6000",
                }
            ]
        }
    }
    assert await faults(http, embeds=[{"title": "x"}] * 11) == {"embeds": too_long(10)}
    assert len(discord.received) == 1


@pytest.mark.parametrize(
    ("form", "path", "code"),
    [
        ({"content": ["a"]}, ["content"], "STRING_TYPE_CONVERT"),
        ({"embeds": "a"}, ["embeds"], "LIST_TYPE_CONVERT"),
        ({"embeds": ["a"]}, ["embeds", "0"], "MODEL_TYPE_CONVERT"),
        ({"embeds": [{"color": "#57F287"}]}, ["embeds", "0", "color"], "NUMBER_TYPE_COERCE"),
        ({"embeds": [{"color": 1 << 24}]}, ["embeds", "0", "color"], "NUMBER_TYPE_MAX"),
        ({"embeds": [{"timestamp": "noon"}]}, ["embeds", "0", "timestamp"], "DATE_TIME_TYPE_PARSE"),
        (
            {"embeds": [{"fields": [{"name": "a", "value": " "}]}]},
            ["embeds", "0", "fields", "0", "value"],
            "BASE_TYPE_REQUIRED",
        ),
        ({"content": "a", "username": "x" * 81}, ["username"], "BASE_TYPE_BAD_LENGTH"),
        ({"content": "a", "username": ""}, ["username"], "BASE_TYPE_BAD_LENGTH"),
        (
            {"content": "a", "allowed_mentions": {"parse": ["all"]}},
            ["allowed_mentions", "parse", "0"],
            "BASE_TYPE_CHOICES",
        ),
    ],
)
async def test_N02_a_wrong_part_is_named_by_its_path(
    http: httpx.AsyncClient, form: dict[str, Any], path: list[str], code: str
) -> None:
    found = await faults(http, **form)
    for step in path:
        found = found[step]
    assert found["_errors"][0]["code"] == code


async def test_N02_all_that_is_wrong_is_told_at_once(http: httpx.AsyncClient) -> None:
    found = await faults(http, content="x" * 2001, embeds=[{"title": "x" * 257, "color": "red"}])
    assert found["content"] == too_long(2000)
    assert found["embeds"]["0"].keys() == {"title", "color"}


EMPTY: list[dict[str, Any]] = [{}, {"content": " "}, {"embeds": []}, {"embeds": [{}]}]


@pytest.mark.parametrize("form", EMPTY)
async def test_N02_an_empty_message_is_refused(
    discord: Discord, http: httpx.AsyncClient, form: dict[str, Any]
) -> None:
    answer = await send(http, **form)
    assert answer.status_code == 400
    assert answer.json() == {"message": "Cannot send an empty message", "code": 50006}
    assert not discord.received


@pytest.mark.parametrize("body", [b'{"content": "half', b"[]", b"\xff\xfe", b""])
async def test_N02_what_is_no_json_object_is_refused(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await http.post(
        ERRORS.path, content=body, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, 50109)
    untyped = await http.post(ERRORS.path, content=b'{"content": "a"}')
    assert (untyped.status_code, untyped.json()["code"]) == (400, 50035)


async def test_N02_an_unknown_webhook_and_a_wrong_token_are_told_apart(
    http: httpx.AsyncClient,
) -> None:
    unknown = await send(http, Webhook(id="1"), content="a")
    assert unknown.status_code == 404
    assert unknown.json() == {"message": "Unknown Webhook", "code": 10015}
    wrong = await send(http, Webhook(token="wrong"), content="a")
    assert wrong.status_code == 401
    assert wrong.json() == {"message": "Invalid Webhook Token", "code": 50027}
    assert (await http.get(ERRORS.path)).json() == {
        "message": "405: Method Not Allowed",
        "code": 0,
    }
    old = await http.post(http.base_url.copy_with(path=f"/api/v5{ERRORS.path}"))
    assert (old.status_code, old.json()["code"]) == (400, 50041)


async def test_N02_a_webhook_takes_five_posts_in_two_seconds(
    clock: StoppedClock, discord: Discord, http: httpx.AsyncClient
) -> None:
    answers: list[httpx.Headers] = []
    for number in range(5):
        answers.append((await send(http, content=str(number))).headers)
        clock.advance(timedelta(milliseconds=100))
    assert [each["x-ratelimit-remaining"] for each in answers] == ["4", "3", "2", "1", "0"]
    assert answers[4]["x-ratelimit-limit"] == "5"
    assert answers[4]["x-ratelimit-reset-after"] == "1.600"
    assert answers[4]["x-ratelimit-reset"] == f"{NOON.timestamp() + 2:.3f}"

    refused = await send(http, content="one too many")
    assert refused.status_code == 429
    assert refused.json() == {
        "message": "You are being rate limited.",
        "retry_after": 1.5,
        "global": False,
    }
    assert refused.headers["retry-after"] == "2"
    assert refused.headers["x-ratelimit-scope"] == "user"
    assert "x-ratelimit-global" not in refused.headers
    other = await send(http, PAYMENTS, content="counted apart")
    assert other.headers["x-ratelimit-bucket"] == refused.headers["x-ratelimit-bucket"]

    clock.advance(timedelta(seconds=1.5))
    assert (await send(http, content="again")).headers["x-ratelimit-remaining"] == "4"
    assert [each.content for each in discord.received][-2:] == ["counted apart", "again"]


async def test_N02_refused_posts_count_in_the_bucket_too(http: httpx.AsyncClient) -> None:
    for _ in range(5):
        await send(http)
    assert (await send(http, content="a")).status_code == 429


async def test_N02_an_address_without_a_version_speaks_the_oldest_one(
    clock: StoppedClock, http: httpx.AsyncClient
) -> None:
    assert (await legacy(http, content="x" * 2001)).json() == {
        "content": ["Must be 2000 or fewer in length."]
    }
    wrong = await legacy(http, embeds=[{"title": "fine"}, {"title": "x" * 257, "color": "red"}])
    assert wrong.json() == {"embeds": ["1"]}
    for _ in range(3):
        await legacy(http, content="a")
    clock.advance(timedelta(milliseconds=500))
    refused = await legacy(http, content="a")
    assert refused.json()["retry_after"] == 1500
    assert refused.headers["retry-after"] == "1500"
    assert refused.headers["x-ratelimit-reset-after"] == "2"


async def test_N02_all_webhooks_together_take_fifty_requests_a_second(
    clock: StoppedClock,
) -> None:
    many = [Webhook(id=str(number), token=f"{number}") for number in range(11)]
    discord = Discord(clock.now, many)
    async with serving(discord) as url, httpx.AsyncClient(base_url=f"{url}/api/v10") as http:
        for webhook in many[:10]:
            for _ in range(5):
                assert (await send(http, webhook, content="a")).status_code == 200
        refused = await send(http, many[10], content="a")
        assert refused.status_code == 429
        assert refused.json()["global"] is True
        assert refused.headers["x-ratelimit-global"] == "true"
        assert refused.headers["x-ratelimit-scope"] == "global"
        assert "x-ratelimit-bucket" not in refused.headers
        clock.advance(timedelta(seconds=1))
        assert (await send(http, many[10], content="a")).status_code == 200


async def test_N02_who_ignores_refusals_is_shut_out_for_a_while(
    clock: StoppedClock, discord: Discord, http: httpx.AsyncClient
) -> None:
    for _ in range(30):
        await send(http, Webhook(token="wrong"), content="a")
        clock.advance(timedelta(seconds=1))
    shut_out = await send(http, content="fine in itself")
    assert shut_out.status_code == 429
    assert shut_out.headers["content-type"].startswith("text/html")
    assert "error code: 1015" in shut_out.text
    assert "x-ratelimit-scope" not in shut_out.headers
    assert discord.refused == {401: 30, 429: 1}
    clock.advance(timedelta(minutes=10))
    assert (await send(http, content="let in again")).status_code == 200


async def test_N02_the_page_shows_what_was_posted(
    clock: StoppedClock, discord: Discord, http: httpx.AsyncClient
) -> None:
    embed = {"title": "Refund", "fields": [{"name": "order", "value": "7"}]}
    await send(http, PAYMENTS, content="a refund", embeds=[embed])
    [shown] = discord.shown()
    assert (shown.at, shown.who, shown.title) == (clock.now(), "payments", "payments")
    assert shown.text == "a refund\nRefund\norder: 7"
