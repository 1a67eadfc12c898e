"""N01: each message reaches its phone once, over crashes, lost answers and two workers at once."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

import pytest

from dodam.features.messaging.models.kinds import MessageKind
from dodam.features.messaging.models.outgoing import NotTaken, Outgoing, Taken
from dodam.features.messaging.ports import Alimtalk
from dodam.platform.work import CannotBeDone, PerhapsDone, TryLater
from dodam_sim.world.faults import WELL, Fault, Faults
from tests.families import Guardian

from .desk import DETAILS, Desk

DONE = [None]


async def _waiting(post: Desk, **fields: str) -> tuple[UUID, str]:
    """A message that waits to be sent, and to whom."""
    guardian, number = await post.guardian(**fields)
    return await post.welcome(guardian), number


async def test_N01_a_message_is_sent_as_approved_and_noted(post: Desk) -> None:
    message, number = await _waiting(post, name="김하늘")
    assert await post.send(message) == DONE
    [talk] = post.talks(number)
    assert talk.template == "dodam_welcome_1"
    assert "김하늘님, 도담에 가입해 주셔서 감사합니다." in talk.message.content
    assert talk.result.name == "success"
    row = await post.row(message)
    assert row["state"] == "accepted"
    assert (row["request_id"], row["provider_id"]) == (talk.request_id, talk.message_id)
    assert (row["sent_at"], row["tries"]) == (post.clock.now(), 1)
    assert row["content"] == talk.message.content


_NOTHING_NEXT = {**DETAILS, "next_plan": None}
_OFF_TIME = {**DETAILS["next_plan"], "at": None, "hand": "both"}
_NO_WEEK = {**DETAILS["week"], "planned_days": 0, "kept_days": 0, "adherence": None}


@pytest.mark.parametrize(
    ("details", "week", "following"),
    [
        (DETAILS, "계획한 3일 중 2일 참여", "3월 20일(금) 17:00 왼손 5가지"),
        ({**DETAILS, "next_plan": _OFF_TIME}, "계획한 3일 중 2일 참여", "3월 20일(금) 양손 5가지"),
        (_NOTHING_NEXT, "계획한 3일 중 2일 참여", "정해진 날 없음"),
        ({**DETAILS, "week": _NO_WEEK}, "계획한 날 없음", "3월 20일(금) 17:00 왼손 5가지"),
        # A day that was summed up before these were kept.
        (None, "계획한 날 없음", "정해진 날 없음"),
    ],
)
async def test_T13_the_result_of_the_day_says_what_was_done_and_what_comes_next(
    post: Desk, details: dict[str, Any] | None, week: str, following: str
) -> None:
    guardian, number = await post.guardian()
    child = await guardian.register_child(name="민준")
    await post.result_of(child, details=details)
    message = await post.tell(guardian, child, MessageKind.DAILY_RESULT)
    assert await post.send(message) == DONE
    [talk] = post.talks(number)
    for line in (
        "민준 어린이의 3월 18일 손 재활 운동 결과입니다.",
        "▶ 목표: 5가지 운동 중 3가지 완료",
        "▶ 운동 시간: 13분",
        "▶ 반복: 1,234회 중 1,000회 성공",
        "▶ 연속 운동: 4일",
        f"▶ 이번 주: {week}",
        f"▶ 다음 운동: {following}",
    ):
        assert f"\n{line}\n" in talk.message.content
    assert talk.result.name == "success"


async def test_N01_a_task_that_comes_twice_sends_once(post: Desk) -> None:
    message, number = await _waiting(post)
    assert await post.send(message, message) == [None, None]
    assert await post.send(message) == DONE
    assert len(post.talks(number)) == 1


async def test_N01_a_task_of_a_message_that_is_gone_is_done(post: Desk) -> None:
    assert await post.send(UUID(int=1)) == DONE


async def test_N01_messages_of_one_template_go_in_one_order(post: Desk) -> None:
    welcomes = [await _waiting(post) for _ in range(3)]
    guardian, number = await post.guardian()
    goal = await post.tell(guardian, await guardian.register_child())
    assert await post.send(*(each for each, _ in welcomes), goal) == [None] * 4
    orders = {post.talks(to)[0].request_id for _, to in welcomes}
    assert len(orders) == 1
    assert post.talks(number)[0].request_id not in orders


class _DiesAfterwards:
    """Hands messages over, and dies before it is noted."""

    def __init__(self, alimtalk: Alimtalk) -> None:
        self._alimtalk = alimtalk
        self.find, self.results = alimtalk.find, alimtalk.results

    async def send(
        self, template: str, messages: Sequence[Outgoing]
    ) -> list[Taken | NotTaken | None]:
        await self._alimtalk.send(template, messages)
        raise asyncio.CancelledError


async def _crash(post: Desk, *messages: UUID) -> None:
    """A worker dies after the service took the messages, and before that is noted."""
    with pytest.raises(asyncio.CancelledError):
        await post.worker(_DiesAfterwards(post.alimtalk())).send(messages)


async def test_N01_after_a_crash_the_service_is_asked_before_anything_is_sent_again(
    post: Desk,
) -> None:
    message, number = await _waiting(post)
    await _crash(post, message)
    assert (await post.state(message))[0] == "sending"
    [outcome] = await post.send(message)
    assert isinstance(outcome, TryLater)
    assert outcome.after == timedelta(minutes=1)
    post.settle()
    assert await post.send(message) == DONE
    [talk] = post.talks(number)
    row = await post.row(message)
    assert (row["state"], row["provider_id"]) == ("accepted", talk.message_id)
    assert row["request_id"] == talk.request_id


async def test_N01_after_a_crash_before_it_was_handed_over_it_is_sent(post: Desk) -> None:
    message, number = await _waiting(post)
    post.line.faults = Faults.always(Fault.BROKEN)
    with pytest.raises(PerhapsDone):
        await post.send(message)
    post.line.faults = WELL
    post.settle()
    assert await post.send(message) == DONE
    assert len(post.talks(number)) == 1
    assert (await post.row(message))["tries"] == 2


@pytest.mark.parametrize("fault", list(Fault))
async def test_N01_whatever_the_line_does_each_message_is_sent_once(
    post: Desk, fault: Fault
) -> None:
    welcomes = [await _waiting(post) for _ in range(3)]
    ids = [message for message, _ in welcomes]
    post.line.faults = Faults.always(fault, slow_seconds=0.1)
    with suppress(TryLater, TimeoutError):
        async with asyncio.timeout(2):
            await post.send(*ids)
    post.line.faults = WELL
    post.settle()
    assert await post.send(*ids) == [None] * 3
    assert [len(post.talks(number)) for _, number in welcomes] == [1] * 3


async def test_N01_a_line_that_comes_and_goes_ends_with_each_message_sent_once(
    post: Desk,
) -> None:
    welcomes = [await _waiting(post) for _ in range(10)]
    ids = [message for message, _ in welcomes]
    quick = {Fault.LOST, Fault.HALF, Fault.GARBAGE, Fault.BUSY, Fault.BROKEN, Fault.DOWN}
    post.line.faults = Faults.flaky(0.6, quick)
    for _ in range(12):
        with suppress(TryLater):
            await post.send(*ids)
        post.settle()
    post.line.faults = WELL
    for _ in range(2):
        await post.send(*ids)
        post.settle()
    assert [len(post.talks(number)) for _, number in welcomes] == [1] * 10
    assert {(await post.state(each))[0] for each in ids} == {"accepted"}


async def test_N01_two_workers_with_the_same_messages_send_each_once(post: Desk) -> None:
    welcomes = [await _waiting(post) for _ in range(20)]
    ids = [message for message, _ in welcomes]
    outcomes = await asyncio.gather(*(post.send(*ids) for _ in range(4)))
    assert [len(post.talks(number)) for _, number in welcomes] == [1] * 20
    assert {(await post.state(each))[0] for each in ids} == {"accepted"}
    late = [each for each in chain.from_iterable(outcomes) if each is not None]
    assert all(isinstance(each, TryLater) for each in late)


async def test_N01_while_the_service_is_busy_a_message_waits_as_if_never_sent(post: Desk) -> None:
    message, number = await _waiting(post)
    post.line.faults = Faults.always(Fault.BUSY, busy_seconds=30)
    with pytest.raises(TryLater) as refusal:
        await post.send(message)
    assert refusal.value.after == timedelta(seconds=30)
    row = await post.row(message)
    assert (row["state"], row["number"], row["content"]) == ("waiting", None, None)
    post.line.faults = WELL
    assert await post.send(message) == DONE
    assert len(post.talks(number)) == 1


async def test_N01_where_one_order_cannot_be_made_the_next_waits_as_if_never_begun(
    post: Desk,
) -> None:
    welcome, number = await _waiting(post)
    guardian, other = await post.guardian()
    goal = await post.tell(guardian, await guardian.register_child())
    post.line.faults = Faults.always(Fault.BROKEN)
    with pytest.raises(PerhapsDone):
        await post.send(welcome, goal)
    assert {(await post.state(each))[0] for each in (welcome, goal)} == {"sending", "waiting"}
    post.line.faults = WELL
    post.settle()
    assert await post.send(welcome, goal) == [None, None]
    assert (len(post.talks(number)), len(post.talks(other))) == (1, 1)


async def _of_two_children(post: Desk, *names: str) -> tuple[Guardian, str, list[UUID]]:
    guardian, number = await post.guardian()
    children = [await guardian.register_child(name=name) for name in names]
    return guardian, number, [await post.tell(guardian, child) for child in children]


async def test_N01_two_children_of_one_phone_are_told_apart_by_what_is_said(post: Desk) -> None:
    _, number, (first, second) = await _of_two_children(post, "하늘", "바다")
    await _crash(post, second)
    post.settle()
    assert await post.send(first, second) == [None, None]
    said = sorted(talk.message.content.split("\n")[2][:2] for talk in post.talks(number))
    assert said == ["바다", "하늘"]
    of_second = [each for each in post.talks(number) if "바다" in each.message.content]
    assert (await post.row(second))["provider_id"] == of_second[0].message_id


async def test_N01_of_two_that_read_the_same_the_second_waits_for_the_first(post: Desk) -> None:
    """Twins of one name: were both under way, nobody could say which of them was taken."""
    _, number, (first, second) = await _of_two_children(post, "하늘", "하늘")
    sent, waits = await post.send(first, second)
    assert sent is None
    assert isinstance(waits, TryLater)
    assert waits.after == timedelta(seconds=5)
    assert await post.send(second) == DONE
    assert len(post.talks(number)) == 2


async def test_N01_what_reads_the_same_is_not_taken_for_what_another_message_said(
    post: Desk,
) -> None:
    _, number, (first, second) = await _of_two_children(post, "하늘", "하늘")
    await post.send(first)
    post.line.faults = Faults.always(Fault.BROKEN)
    with pytest.raises(PerhapsDone):
        await post.send(second)
    post.line.faults = WELL
    post.settle()
    assert await post.send(second) == DONE
    assert len(post.talks(number)) == 2


async def test_N01_twins_whose_sender_dies_are_both_sent_once(post: Desk) -> None:
    _, number, twins = await _of_two_children(post, "하늘", "하늘")
    await _crash(post, *twins)
    for _ in range(3):
        post.settle()
        await post.send(*twins)
    assert len(post.talks(number)) == 2
    assert {(await post.state(each))[0] for each in twins} == {"accepted"}


async def test_N01_a_refused_order_is_made_message_by_message(post: Desk) -> None:
    """One that SENS does not like, here for its number, holds up no other."""
    welcomes = [await _waiting(post) for _ in range(3)]
    bad, bad_number = welcomes[1]

    class Picky(_DiesAfterwards):
        async def send(
            self, template: str, messages: Sequence[Outgoing]
        ) -> list[Taken | NotTaken | None]:
            if any(each.number == bad_number for each in messages):
                raise CannotBeDone("SENS refused the request: 400")
            return await self._alimtalk.send(template, messages)

    picky = post.worker(Picky(post.alimtalk()))
    first, refused, last = await picky.send([message for message, _ in welcomes])
    assert (first, last) == (None, None)
    assert isinstance(refused, CannotBeDone)
    assert await post.state(bad) == ("failed", "refused")
    assert [len(post.talks(number)) for _, number in welcomes] == [1, 0, 1]
    # Staff mended it, and have the task done again.
    assert await post.send(bad) == DONE
    assert len(post.talks(bad_number)) == 1


async def test_N01_a_template_that_was_not_registered_holds_its_messages_for_staff(
    post: Desk,
) -> None:
    message, number = await _waiting(post)
    templates = post.sens.account.templates
    registered = templates.pop("dodam_welcome_1")
    [outcome] = await post.send(message)
    assert isinstance(outcome, CannotBeDone)
    templates["dodam_welcome_1"] = registered
    assert await post.send(message) == DONE
    assert len(post.talks(number)) == 1


async def test_N01_a_message_that_is_refused_by_itself_has_failed(post: Desk) -> None:
    class Refusing(_DiesAfterwards):
        async def send(
            self, template: str, messages: Sequence[Outgoing]
        ) -> list[Taken | NotTaken | None]:
            del template
            return [NotTaken("A006") for _ in messages]

    message, _ = await _waiting(post)
    assert await post.worker(Refusing(post.alimtalk())).send([message]) == DONE
    row = await post.row(message)
    assert (row["state"], row["reason"], row["number"]) == ("failed", "A006", None)
    assert row["ended_at"] == post.clock.now()


async def test_N01_one_that_the_answer_leaves_out_is_asked_for(post: Desk) -> None:
    class Forgetful(_DiesAfterwards):
        async def send(
            self, template: str, messages: Sequence[Outgoing]
        ) -> list[Taken | NotTaken | None]:
            taken = await self._alimtalk.send(template, messages)
            return [*taken[:1], None]

    welcomes = [await _waiting(post) for _ in range(2)]
    ids = [message for message, _ in welcomes]
    told, untold = await post.worker(Forgetful(post.alimtalk())).send(ids)
    assert told is None
    assert isinstance(untold, TryLater)
    post.settle()
    assert await post.send(*ids) == [None, None]
    assert [len(post.talks(number)) for _, number in welcomes] == [1, 1]


async def test_N01_an_attempt_that_was_held_up_hands_nothing_over_any_more(post: Desk) -> None:
    """Another worker may have taken it for over by then."""

    class Slow(_DiesAfterwards):
        async def send(
            self, template: str, messages: Sequence[Outgoing]
        ) -> list[Taken | NotTaken | None]:
            taken = await self._alimtalk.send(template, messages)
            post.clock.advance(timedelta(seconds=31))
            return taken

    guardian, number = await post.guardian()
    ids = [await post.welcome(guardian), await post.tell(guardian, await guardian.register_child())]
    outcomes = await post.worker(Slow(post.alimtalk())).send(ids)
    assert [each is None for each in sorted(outcomes, key=str)] == [True, False]
    assert len(post.talks(number)) == 1
    post.settle()
    assert await post.send(*ids) == [None, None]
    assert len(post.talks(number)) == 2


async def test_N01_a_question_that_is_refused_holds_up_no_other_message(post: Desk) -> None:
    class Mute(_DiesAfterwards):
        def __init__(self, alimtalk: Alimtalk) -> None:
            super().__init__(alimtalk)
            self.find = self._refuse
            self.send = alimtalk.send

        async def _refuse(
            self, template: str, number: str, content: str, since: datetime
        ) -> list[Taken]:
            del template, number, content, since
            raise CannotBeDone("SENS refused the request: 400")

    (unclear, _), (clear, number) = await _waiting(post), await _waiting(post)
    await _crash(post, unclear)
    post.settle()
    refused, sent = await post.worker(Mute(post.alimtalk())).send([unclear, clear])
    assert isinstance(refused, CannotBeDone)
    assert sent is None
    assert len(post.talks(number)) == 1
    assert (await post.state(unclear))[0] == "sending"
