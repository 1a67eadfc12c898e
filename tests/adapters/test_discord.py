"""N02: notices reach a channel at Discord within its limits, in their order, and none is lost."""

from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from random import Random
from typing import Any, NamedTuple

import pytest
import structlog

from dodam.adapters.discord.webhook import DiscordWebhook
from dodam.adapters.notice_log import NoticeLog
from dodam.features.operations.models.notices import Level, Notice
from dodam.features.operations.ports import NoticeBoard, Posted
from dodam.platform.ids import new_id
from dodam.platform.work import CannotBeDone, PerhapsDone, TryLater
from dodam_sim.serving import serving
from dodam_sim.world.discord import Discord, Webhook
from dodam_sim.world.faults import Fault, Faults, Faulty
from tests.clock import NOON, StoppedClock

SECRET = Webhook().token


class Channel(NamedTuple):
    board: DiscordWebhook
    discord: Discord
    line: Faulty
    url: str

    @property
    def embeds(self) -> list[dict[str, Any]]:
        return [embed for each in self.discord.received for embed in each.embeds]

    @property
    def titles(self) -> list[str]:
        return [embed["title"] for embed in self.embeds]


@pytest.fixture
async def channel(clock: StoppedClock) -> AsyncIterator[Channel]:
    discord = Discord(clock.now, invalid_limit=20)
    line = Faulty(discord, Random(1))  # noqa: S311 - dice, not a secret
    async with serving(line) as home:
        # As Discord's settings show it: without a version.
        url = f"{home}/api{Webhook().path}"
        yield Channel(DiscordWebhook(url, clock), discord, line, url)


def notice(title: str = "Server started", text: str = "", level: Level = Level.INFO) -> Notice:
    return Notice(new_id(), NOON, level, title, text)


async def post(board: NoticeBoard, *notices: Notice) -> list[Posted]:
    return [step async for step in board.post(notices)]


async def attempt(
    board: NoticeBoard, notices: Iterable[Notice]
) -> tuple[set[Any], TryLater | CannotBeDone | None]:
    """What was posted, and why the rest was not."""
    done = set[Any]()
    try:
        async for step in board.post(list(notices)):
            done |= set(step.ids)
    except (TryLater, CannotBeDone) as failure:
        return done, failure
    return done, None


async def wait(board: NoticeBoard) -> timedelta:
    """How long the board has to wait before it can post."""
    _, failure = await attempt(board, [notice()])
    assert isinstance(failure, TryLater)
    assert failure.after is not None
    return failure.after


async def test_N02_a_notice_is_an_embed_that_pings_nobody(channel: Channel) -> None:
    told = notice("@everyone `ValueError`", "3 times, see @here", Level.ERROR)
    assert await post(channel.board, told) == [Posted([told.id])]
    [message] = channel.discord.received
    assert not message.mention_everyone
    assert message.content == ""
    assert message.embeds == [
        {
            "type": "rich",
            "title": "@everyone `ValueError`",
            "description": "3 times, see @here",
            "color": 0xE74C3C,
            "timestamp": NOON.isoformat(),
        }
    ]


async def test_N02_ten_notices_are_one_message(channel: Channel) -> None:
    notices = [notice(str(number)) for number in range(23)]
    steps = await post(channel.board, *notices)
    assert [len(each.embeds) for each in channel.discord.received] == [10, 10, 3]
    assert channel.titles == [str(number) for number in range(23)]
    assert [id_ for step in steps for id_ in step.ids] == [each.id for each in notices]


async def test_N02_a_message_holds_six_thousand_characters(channel: Channel) -> None:
    notices = [notice("제목", "가" * 1_500) for _ in range(7)]
    await post(channel.board, *notices)
    assert [len(each.embeds) for each in channel.discord.received] == [3, 3, 1]


async def test_N02_a_notice_too_long_for_a_message_comes_in_numbered_parts(
    channel: Channel,
) -> None:
    text = "\n".join(f"line {number} of a long story" for number in range(600))
    told = notice("Long", text)
    [step] = [
        step for step in await post(channel.board, told, notice("Next")) if told.id in step.ids
    ]
    assert step.refused is None
    assert channel.titles == [f"Long ({number}/4)" for number in range(1, 5)] + ["Next"]
    assert "".join(each["description"] for each in channel.embeds[:4]) == text


async def test_N02_titles_end_where_discord_ends_them(channel: Channel) -> None:
    await post(channel.board, notice("😀" * 300, "x" * 9_000))
    assert channel.titles[0].endswith(" (1/3)")
    assert len(channel.titles[0].encode("utf-16-le")) // 2 <= 256


async def test_N02_the_bucket_is_obeyed_and_no_request_is_refused(
    channel: Channel, clock: StoppedClock
) -> None:
    waiting = [notice(str(number)) for number in range(180)]
    waits = list[timedelta]()
    while waiting:
        done, failure = await attempt(channel.board, waiting)
        waiting = [each for each in waiting if each.id not in done]
        if isinstance(failure, TryLater) and failure.after:
            waits.append(failure.after)
            clock.advance(failure.after)
    assert waits == [timedelta(seconds=2)] * 3
    assert channel.titles == [str(number) for number in range(180)]
    assert not channel.discord.refused


async def test_N02_another_senders_bucket_is_heard_of_by_429_with_fractions(
    channel: Channel, clock: StoppedClock
) -> None:
    other = DiscordWebhook(channel.url, clock)
    for _ in range(5):
        await post(other, notice())
    clock.advance(timedelta(milliseconds=250))
    assert await wait(channel.board) == timedelta(milliseconds=1750)
    # Asked again too early, it does not even knock.
    clock.advance(timedelta(milliseconds=1))
    assert await wait(channel.board) == timedelta(milliseconds=1749)
    assert channel.discord.refused[429] == 1
    clock.advance(timedelta(milliseconds=1749))
    await post(channel.board, notice("after all"))
    assert channel.titles[-1] == "after all"


async def test_N02_the_limit_of_everything_is_obeyed(clock: StoppedClock) -> None:
    webhooks = [Webhook(id=str(number)) for number in range(11)]
    async with serving(Discord(clock.now, webhooks)) as home:
        boards = [DiscordWebhook(f"{home}/api{each.path}", clock) for each in webhooks]
        for board in boards[:10]:
            for _ in range(5):
                await post(board, notice())
        assert await wait(boards[10]) == timedelta(seconds=1)


@pytest.mark.parametrize(
    ("webhook", "status"),
    [(Webhook(token="of-another"), 401), (Webhook(id="42"), 404)],
)
async def test_N02_a_webhook_that_is_refused_is_left_alone(
    channel: Channel, clock: StoppedClock, webhook: Webhook, status: int
) -> None:
    board = DiscordWebhook(channel.url.replace(Webhook().path, webhook.path), clock)
    _, failure = await attempt(board, [notice()])
    assert isinstance(failure, CannotBeDone)
    assert failure.reason == f"discord answered {status}"
    for _ in range(50):
        assert await wait(board) == timedelta(minutes=10)
    assert sum(channel.discord.refused.values()) == 1
    clock.advance(timedelta(minutes=10))
    _, failure = await attempt(board, [notice()])
    assert isinstance(failure, CannotBeDone)


async def test_N02_an_address_that_is_shut_out_waits_as_long_as_it_is_told(
    channel: Channel, clock: StoppedClock
) -> None:
    for _ in range(20):
        wrong = DiscordWebhook(channel.url + "x", clock)
        await attempt(wrong, [notice()])
    assert await wait(channel.board) == timedelta(seconds=30)


async def test_N02_one_that_discord_does_not_take_does_not_keep_others_from_being_read(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if a limit had changed."""
    monkeypatch.setattr("dodam.adapters.discord.messages._MOST_IN_TITLE", 300)
    notices = [notice("first"), notice("x" * 280), notice("last")]
    steps = await post(channel.board, *notices)
    assert channel.titles == ["first", "last"]
    assert [(step.ids, step.refused) for step in steps] == [
        ([notices[0].id], None),
        ([notices[1].id], "discord answered 400"),
        ([notices[2].id], None),
    ]


@pytest.mark.parametrize(
    ("fault", "perhaps"),
    [
        (Fault.DOWN, True),
        (Fault.LOST, True),
        (Fault.HALF, True),
        (Fault.GARBAGE, True),
        (Fault.BROKEN, True),
        (Fault.BUSY, False),
    ],
)
async def test_N02_whatever_befalls_the_line_is_tried_again(
    channel: Channel, clock: StoppedClock, fault: Fault, *, perhaps: bool
) -> None:
    channel.line.faults = Faults.always(fault)
    done, failure = await attempt(channel.board, [notice("again")])
    assert not done
    assert isinstance(failure, PerhapsDone) is perhaps
    assert isinstance(failure, TryLater)
    clock.advance(timedelta(minutes=1))
    channel.line.faults = Faults()
    await post(channel.board, notice("again"))
    assert set(channel.titles) == {"again"}


async def test_N02_after_failures_in_a_row_discord_is_left_alone(channel: Channel) -> None:
    channel.line.faults = Faults.always(Fault.BROKEN)
    for _ in range(5):
        await attempt(channel.board, [notice()])
    channel.line.faults = Faults()
    _, failure = await attempt(channel.board, [notice()])
    assert isinstance(failure, TryLater)
    assert "left alone" in failure.reason
    assert not channel.discord.received


async def test_N02_what_was_posted_before_a_failure_is_told_of(channel: Channel) -> None:
    notices = [notice(str(number)) for number in range(70)]
    done, failure = await attempt(channel.board, notices)
    assert isinstance(failure, TryLater)
    assert done == {each.id for each in notices[:50]}


async def test_N02_the_log_never_has_the_webhooks_secret(
    channel: Channel, log: list[Any], clock: StoppedClock
) -> None:
    await post(channel.board, notice())
    for fault in (Fault.DOWN, Fault.BROKEN, Fault.GARBAGE, Fault.BUSY):
        channel.line.faults = Faults.always(fault)
        _, failure = await attempt(channel.board, [notice()])
        assert SECRET not in str(failure)
        clock.advance(timedelta(minutes=1))
    assert len(log) >= 5
    assert SECRET not in str(log)


@pytest.fixture
def log() -> Iterable[list[Any]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.mark.parametrize(
    "url",
    [
        "https://discord.com/api/webhooks/1",
        "https://discord.com/api/webhooks/x/token",
        "https://discord.com/api/webhooks/1/token?wait=true",
        "https://discord.com/api/webhooks/1/token/../../2/other",
        "discord.com/api/webhooks/1/token",
        "",
    ],
)
def test_N02_what_is_no_webhook_is_refused_at_the_start(clock: StoppedClock, url: str) -> None:
    with pytest.raises(ValueError, match="not the URL of a webhook"):
        DiscordWebhook(url, clock)


async def test_N02_without_a_channel_notices_are_lines_of_the_log(
    log: list[Any],
) -> None:
    told = notice("Server started", "here")
    assert await post(NoticeLog(), told) == [Posted([told.id])]
    assert [(line["log_level"], line["title"], line["text"]) for line in log] == [
        ("info", "Server started", "here")
    ]
