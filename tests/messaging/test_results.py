"""N01: what became of messages, asked for until it is known."""

from datetime import timedelta
from uuid import UUID

import pytest

from dodam.platform.work import TryLater
from dodam_sim.world.faults import WELL, Fault, Faults

from .desk import Desk, korean


async def _sent(post: Desk, number: str | None = None) -> UUID:
    guardian, _ = await post.guardian(number)
    message = await post.welcome(guardian)
    assert await post.send(message) == [None]
    return message


async def test_N01_a_message_that_arrived_is_delivered_and_its_number_forgotten(
    post: Desk,
) -> None:
    message = await _sent(post)
    assert (await post.row(message))["due_at"] == post.clock.now() + timedelta(seconds=10)
    post.clock.advance(timedelta(seconds=10))
    await post.chore("take-up-messages")
    order = (await post.row(message))["request_id"]
    assert await post.tasks("messaging.ask_results.v1", order) == 1
    await post.ask(message)
    row = await post.row(message)
    assert (row["state"], row["reason"], row["number"]) == ("delivered", None, None)
    assert (row["ended_at"], row["due_at"]) == (post.clock.now(), None)


async def test_N01_it_is_known_that_a_text_came_in_its_stead(post: Desk) -> None:
    number = korean()
    post.sens.account.not_on_kakao.add(number[-8:])
    message = await _sent(post, number)
    post.clock.advance(timedelta(seconds=10))
    await post.ask(message)
    assert await post.state(message) == ("delivered_by_sms", "3019")
    [text] = [each for each in post.sens.messages if each.to.endswith(number[-8:])]
    assert "가입을 환영합니다" in text.content


async def test_N01_it_is_known_that_neither_came(post: Desk) -> None:
    number = korean()
    post.sens.account.not_on_kakao.add(number[-8:])
    post.sens.account.unreachable.add(number[-8:])
    message = await _sent(post, number)
    post.clock.advance(timedelta(seconds=10))
    await post.ask(message)
    assert await post.state(message) == ("failed", "3019")


async def test_N01_pauses_between_questions_double(post: Desk) -> None:
    message = await _sent(post)
    await post.ask(message)
    row = await post.row(message)
    assert (row["state"], row["due_at"]) == ("accepted", post.clock.now() + timedelta(seconds=10))
    post.line.faults = Faults.always(Fault.BROKEN)
    with pytest.raises(TryLater):
        await post.ask(message)
    assert await post.row(message) == row
    post.line.faults = WELL


class _Silent:
    """A service that never tells."""

    async def results(self, request_id: str, message_ids: object) -> dict[str, object]:
        del request_id, message_ids
        return {}


@pytest.mark.parametrize(
    ("waited", "pause"),
    [
        (timedelta(seconds=3), timedelta(seconds=10)),
        (timedelta(minutes=10), timedelta(minutes=10)),
        (timedelta(hours=20), timedelta(hours=6)),
        (timedelta(hours=71, minutes=59), timedelta(hours=6)),
        (timedelta(hours=72), None),
    ],
)
async def test_N01_what_is_never_told_is_given_up_after_three_days(
    post: Desk, waited: timedelta, pause: timedelta | None
) -> None:
    message = await _sent(post)
    post.clock.advance(waited)
    await post.ask(message, _Silent())
    row = await post.row(message)
    if pause is None:
        assert (row["state"], row["reason"], row["due_at"]) == ("failed", "no_result", None)
    else:
        assert (row["state"], row["due_at"]) == ("accepted", post.clock.now() + pause)


async def test_N01_one_question_tells_of_a_whole_order(post: Desk) -> None:
    welcomes = [await post.welcome((await post.guardian())[0]) for _ in range(5)]
    await post.send(*welcomes)
    post.clock.advance(timedelta(seconds=10))
    await post.chore("take-up-messages")
    [order] = {(await post.row(each))["request_id"] for each in welcomes}
    assert await post.tasks("messaging.ask_results.v1", order) == 1
    await post.ask(welcomes[0])
    assert {(await post.state(each))[0] for each in welcomes} == {"delivered"}


async def test_N01_asking_twice_changes_nothing(post: Desk) -> None:
    message = await _sent(post)
    post.clock.advance(timedelta(seconds=10))
    await post.ask(message)
    row = await post.row(message)
    post.clock.advance(timedelta(hours=1))
    await post.ask(message)
    assert await post.row(message) == row
