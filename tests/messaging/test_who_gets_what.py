"""N01, A12, A14: one message for each thing there is to tell, to whom it may be told."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from dodam.features.messaging.models.kinds import MessageKind
from tests.families import PASSWORD, Guardian, sign_up

from .desk import DAY, Desk, korean


async def test_N01_a_day_is_told_once(post: Desk) -> None:
    guardian, _ = await post.guardian()
    child = await guardian.register_child()
    for _ in range(2):
        await post.tell(guardian, child)
        await post.tell(guardian, child, MessageKind.DAILY_RESULT)
    kinds = [each["kind"] for each in await post.rows(guardian)]
    assert kinds == ["therapy_goal_reached", "daily_result"]


async def test_N01_told_at_the_same_moment_it_is_one_message(post: Desk) -> None:
    guardian, _ = await post.guardian()
    child = await guardian.register_child()
    await asyncio.gather(*(post.tell(guardian, child) for _ in range(5)))
    assert len(await post.rows(guardian)) == 1


async def test_N01_each_day_and_each_child_has_its_own(post: Desk) -> None:
    guardian, _ = await post.guardian()
    for child in [await guardian.register_child() for _ in range(2)]:
        for day in (DAY, DAY + timedelta(days=1)):
            await post.tell(guardian, child, day=day)
    assert len(await post.rows(guardian)) == 4


async def test_N01_an_account_is_welcomed_once_for_ever(post: Desk) -> None:
    guardian, _ = await post.guardian()
    message = await post.welcome(guardian)
    await post.send(message)
    await guardian.call("DELETE", "/phone")
    await post.give_phone(guardian, korean())
    assert await post.welcome(guardian) == message
    post.clock.advance(timedelta(days=400))
    await post.chore("forget-old-messages")
    assert await post.welcome(guardian) == message


async def test_N01_without_a_number_nothing_is_sent(post: Desk) -> None:
    guardian = await sign_up(post.http)
    message = await post.tell(guardian, await guardian.register_child())
    assert await post.state(message) == ("not_sent", "no_phone")
    assert await post.tasks("messaging.send.v1", str(message)) == 0


async def test_N01_a_number_abroad_has_no_channel(post: Desk) -> None:
    guardian = await sign_up(post.http)
    await post.give_phone(guardian, "+14155552671", "US")
    message = await post.welcome(guardian)
    assert await post.state(message) == ("not_sent", "no_channel")


async def test_N01_a_number_that_was_removed_meanwhile_is_sent_nothing(post: Desk) -> None:
    guardian, number = await post.guardian()
    message = await post.welcome(guardian)
    await guardian.call("DELETE", "/phone")
    assert await post.send(message) == [None]
    assert await post.state(message) == ("not_sent", "no_phone")
    assert post.talks(number) == []


async def test_N01_a_message_goes_to_the_number_there_is_when_it_is_sent(post: Desk) -> None:
    guardian, number = await post.guardian()
    message = await post.welcome(guardian)
    await guardian.call("DELETE", "/phone")
    newer = korean()
    await post.give_phone(guardian, newer)
    await post.send(message)
    assert (len(post.talks(number)), len(post.talks(newer))) == (0, 1)


async def _make_test_account(post: Desk, guardian: Guardian) -> None:
    owner = await sign_up(post.http)
    async with post.system.database.transaction() as tx:
        await tx.execute(
            "insert into accounts.test_account values ($1, $2, null, $3)",
            UUID(guardian.account_id),
            UUID(owner.account_id),
            post.clock.now(),
        )


async def test_A12_test_accounts_are_sent_nothing(post: Desk) -> None:
    guardian, number = await post.guardian()
    child = await guardian.register_child()
    before = await post.tell(guardian, child)
    await _make_test_account(post, guardian)
    after = await post.tell(guardian, child, MessageKind.DAILY_RESULT)
    assert await post.state(after) == ("not_sent", "test_account")
    await post.send(before)
    assert await post.state(before) == ("not_sent", "test_account")
    assert post.talks(number) == []


async def _leave(guardian: Guardian) -> None:
    form = {"confirm": True, "password": PASSWORD}
    answer = await guardian.call("POST", "/account/withdrawal", json=form)
    assert answer.status_code == 202, answer.text


async def test_A13_who_leaves_while_a_message_waits_gets_nothing(post: Desk) -> None:
    guardian, number = await post.guardian()
    child = await guardian.register_child()
    message = await post.tell(guardian, child)
    await _leave(guardian)
    await post.send(message)
    assert await post.state(message) == ("not_sent", "withdrawn")
    await post.tell(guardian, child, MessageKind.DAILY_RESULT)
    await post.welcome(guardian)
    assert len(await post.rows(guardian)) == 1
    assert post.talks(number) == []


async def test_A13_of_a_child_that_is_being_removed_nothing_is_told(post: Desk) -> None:
    guardian, number = await post.guardian()
    child = await guardian.register_child()
    message = await post.tell(guardian, child)
    await guardian.call("DELETE", f"/children/{child['id']}")
    await post.send(message)
    assert await post.state(message) == ("not_sent", "child_removed")
    await post.tell(guardian, child, MessageKind.DAILY_RESULT)
    assert len(await post.rows(guardian)) == 1
    assert post.talks(number) == []


@pytest.mark.parametrize("documents", [{"child_health": None}])
async def test_A14_without_consent_nothing_of_a_child_is_told(
    post: Desk, documents: dict[str, None]
) -> None:
    guardian, number = await post.guardian()
    child = await guardian.register_child()
    message = await post.tell(guardian, child)
    form = {"given_by": "legal_guardian", "documents": documents}
    answer = await guardian.call("PUT", f"/children/{child['id']}/consent", json=form)
    assert answer.status_code == 200, answer.text
    await post.send(message)
    assert await post.state(message) == ("not_sent", "no_consent")
    await post.tell(guardian, child, MessageKind.DAILY_RESULT)
    assert len(await post.rows(guardian)) == 1
    assert post.talks(number) == []


async def test_N01_a_kind_that_was_turned_off_is_not_sent(post: Desk) -> None:
    guardian, number = await post.guardian()
    child = await guardian.register_child()
    waiting = await post.tell(guardian, child)
    off = {"therapy_goal_reached": False}
    assert (await guardian.call("PATCH", "/notifications", json=off)).status_code == 200
    await post.send(waiting)
    later = await post.tell(guardian, child, day=DAY + timedelta(days=1))
    assert await post.state(waiting) == ("not_sent", "turned_off")
    assert await post.state(later) == ("not_sent", "turned_off")
    await post.send(await post.welcome(guardian))
    assert len(post.talks(number)) == 1


async def test_N01_of_a_day_that_was_not_summed_up_there_is_nothing_to_tell(post: Desk) -> None:
    guardian, _ = await post.guardian()
    message = await post.tell(guardian, await guardian.register_child(), MessageKind.DAILY_RESULT)
    await post.send(message)
    assert await post.state(message) == ("not_sent", "nothing_to_tell")


async def test_N01_what_a_child_is_called_is_read_when_it_is_told(post: Desk) -> None:
    guardian, number = await post.guardian()
    child = await guardian.register_child(name="민준")
    message = await post.tell(guardian, child)
    await guardian.call("PATCH", f"/children/{child['id']}", json={"name": "하늘"})
    await post.send(message)
    assert "하늘 어린이가" in post.talks(number)[0].message.content
