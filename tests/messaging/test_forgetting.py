"""N01, A13: messages are forgotten in time, and go with whom they are about."""

from datetime import timedelta
from uuid import UUID

from dodam.features.accounts.events.withdrawal import AccountErased
from tests.families import Guardian

from .desk import Desk, service


async def test_A13_words_go_after_a_month_and_the_message_after_a_year(post: Desk) -> None:
    guardian, _ = await post.guardian()
    message = await post.tell(guardian, await guardian.register_child())
    await post.send(message)
    post.clock.advance(timedelta(days=30))
    await post.chore("forget-old-messages")
    assert (await post.row(message))["content"] is not None
    post.clock.advance(timedelta(seconds=1))
    await post.chore("forget-old-messages")
    row = await post.row(message)
    assert (row["content"], row["number"], row["state"]) == (None, None, "accepted")
    post.clock.advance(timedelta(days=335))
    await post.chore("forget-old-messages")
    assert await post.row(message) == {}


async def test_A13_what_is_told_once_for_ever_stays_without_its_words(post: Desk) -> None:
    guardian, _ = await post.guardian()
    message = await post.welcome(guardian)
    await post.send(message)
    post.clock.advance(timedelta(days=366))
    await post.chore("forget-old-messages")
    row = await post.row(message)
    assert (row["state"], row["content"]) == ("accepted", None)


async def test_A13_messages_about_a_child_go_with_the_child(post: Desk) -> None:
    guardian, _ = await post.guardian()
    child, sibling = await guardian.register_child(), await guardian.register_child()
    gone, stays = await post.tell(guardian, child), await post.tell(guardian, sibling)
    await post.send(gone, stays)
    await guardian.call("DELETE", f"/children/{child['id']}")
    post.clock.advance(timedelta(days=31))
    async with post.system.database.transaction() as tx:
        await service(post.system, "children").erase_due(tx, UUID(child["id"]))
    assert await post.row(gone) == {}
    assert await post.row(stays) != {}


async def _erase(post: Desk, guardian: Guardian) -> None:
    """As the event does; the rest of the erasure has tests of its own."""
    async with post.system.database.transaction() as tx:
        event = AccountErased(account_id=UUID(guardian.account_id))
        await service(post.system, "messages").erase(tx, event.account_id)


async def test_A13_nothing_of_an_erased_account_is_left(post: Desk) -> None:
    (guardian, _), (other, _) = await post.guardian(), await post.guardian()
    for each in (guardian, other):
        await post.tell(each, await each.register_child())
        await each.call("PATCH", "/notifications", json={"daily_result": False})
    await _erase(post, guardian)
    assert await post.rows(guardian) == []
    assert len(await post.rows(other)) == 1
    async with post.system.database.reading() as db:
        rows = await db.fetch("select account_id from messaging.turned_off")
        proof = await db.fetch(
            "select rows from accounts.erasure where part = 'messaging' and account_id = $1",
            UUID(guardian.account_id),
        )
    turned_off = {each["account_id"] for each in rows}
    assert UUID(guardian.account_id) not in turned_off
    assert UUID(other.account_id) in turned_off
    assert proof[0]["rows"] == {"message": 1, "turned_off": 1}


async def test_A13_a_task_of_an_erased_message_sends_nothing(post: Desk) -> None:
    guardian, number = await post.guardian()
    message = await post.welcome(guardian)
    await _erase(post, guardian)
    assert await post.send(message) == [None]
    assert post.talks(number) == []
