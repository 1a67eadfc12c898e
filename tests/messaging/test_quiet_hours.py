"""N01: phones do not ring at night."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from dodam.features.messaging.models.kinds import MessageKind
from dodam.features.messaging.models.quiet_hours import QuietHours

from .desk import DAY, Desk, at

TOMORROW = DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("hour", "minute", "over"),
    [
        (20, 59, None),
        (21, 0, at(8, day=TOMORROW)),
        (23, 59, at(8, day=TOMORROW)),
        (0, 0, at(8)),
        (7, 59, at(8)),
        (8, 0, None),
        (12, 0, None),
    ],
)
def test_N01_quiet_hours_go_over_midnight(hour: int, minute: int, over: object) -> None:
    assert QuietHours.read("21:00-08:00").over_at(at(hour, minute)) == over


@pytest.mark.parametrize(
    ("hour", "over"), [(0, None), (1, at(5)), (4, at(5)), (5, None), (23, None)]
)
def test_N01_or_lie_within_a_day(hour: int, over: object) -> None:
    assert QuietHours.read("01:00-05:00").over_at(at(hour)) == over


@pytest.mark.parametrize("hour", [0, 7, 12, 21])
def test_N01_or_there_are_none(hour: int) -> None:
    assert QuietHours.read("00:00-00:00").over_at(at(hour)) is None


async def test_N01_a_welcome_answers_at_once_whoever_verifies_a_phone_at_night(post: Desk) -> None:
    post.clock.set(at(22, 30))
    guardian, number = await post.guardian()
    await post.send(await post.welcome(guardian))
    assert len(post.talks(number)) == 1


async def test_N01_news_that_a_goal_was_reached_waits_for_the_morning(post: Desk) -> None:
    guardian, number = await post.guardian()
    child = await guardian.register_child()
    post.clock.set(at(21))
    message = await post.tell(guardian, child)
    assert await post.send(message) == [None]
    row = await post.row(message)
    assert (row["state"], row["due_at"]) == ("waiting", at(8, day=TOMORROW))
    post.clock.set(at(7, 59, day=TOMORROW))
    await post.chore("take-up-messages")
    assert (await post.row(message))["due_at"] is not None
    waiting = await post.tasks("messaging.send.v1", str(message))
    post.clock.set(at(8, day=TOMORROW))
    await post.chore("take-up-messages")
    await post.chore("take-up-messages")
    assert await post.tasks("messaging.send.v1", str(message)) == waiting + 1
    assert await post.send(message) == [None]
    assert len(post.talks(number)) == 1


async def test_N01_the_result_of_the_day_is_of_no_use_the_day_after(post: Desk) -> None:
    guardian, number = await post.guardian()
    child = await guardian.register_child()
    await post.result_of(child)
    post.clock.set(at(20, 59))
    message = await post.tell(guardian, child, MessageKind.DAILY_RESULT)
    post.clock.set(at(21))
    assert await post.send(message) == [None]
    assert await post.state(message) == ("not_sent", "quiet_hours")
    assert post.talks(number) == []


async def test_N01_the_result_of_the_day_is_sent_until_quiet_hours_begin(post: Desk) -> None:
    guardian, number = await post.guardian()
    child = await guardian.register_child()
    await post.result_of(child)
    post.clock.set(at(20, 59))
    message = await post.tell(guardian, child, MessageKind.DAILY_RESULT)
    await post.send(message)
    assert len(post.talks(number)) == 1


@pytest.mark.parametrize(
    ("kind", "hours"), [(MessageKind.WELCOME, 72), (MessageKind.THERAPY_GOAL_REACHED, 24)]
)
async def test_N01_old_news_is_not_sent(post: Desk, kind: MessageKind, hours: int) -> None:
    guardian, number = await post.guardian()
    child = await guardian.register_child()
    made: list[UUID] = []
    for _ in range(2):
        day = date(2026, 3, 18) - timedelta(days=len(made))
        if kind is MessageKind.WELCOME:
            guardian, number = await post.guardian()
            made.append(await post.welcome(guardian))
        else:
            made.append(await post.tell(guardian, child, kind, day))
    in_time, late = made
    post.clock.advance(timedelta(hours=hours, seconds=-1))
    await post.send(in_time)
    post.clock.advance(timedelta(seconds=1))
    await post.send(late)
    assert (await post.state(in_time))[0] == "accepted"
    assert await post.state(late) == ("not_sent", "expired")
    assert len(post.talks(number)) == (0 if kind is MessageKind.WELCOME else 1)
