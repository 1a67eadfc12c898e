"""P09: tickets are earned once, spent once, and never below zero, whoever comes at once."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from dodam.bootstrap import Dodam
from dodam.features.children.errors import ChildNotFound
from dodam.features.rewards.errors import NotEnoughTickets
from dodam.features.rewards.models import TicketReason
from dodam.platform.i18n import Language
from dodam.platform.ids import new_id
from tests.families import Guardian

from .conftest import Ledger


async def test_P09_what_is_earned_can_be_spent_down_to_nothing(ledger: Ledger) -> None:
    assert await ledger.balance() == 0
    assert await ledger.spend(1, "a play") is None
    assert await ledger.earn(3, "a result") == 3
    assert await ledger.spend(2, "a play") == 1
    assert await ledger.spend(2, "another play") is None
    assert await ledger.spend(1, "a third play") == 0
    assert await ledger.lines() == [(1, 3, 3), (2, -2, 1), (3, -1, 0)]


async def test_P09_a_second_time_for_the_same_nothing_happens(ledger: Ledger) -> None:
    assert [await ledger.earn(2, "a result") for _ in range(3)] == [2, 2, 2]
    # However much is left, and whatever is said the second time.
    assert [await ledger.spend(2, "a play") for _ in range(3)] == [0, 0, 0]
    assert await ledger.spend(5, "a play") == 0
    assert await ledger.earn(5, "a result") == 0
    # The same words for another reason are another thing.
    assert await ledger.earn(1, "a play") == 1
    assert await ledger.lines() == [(1, 2, 2), (2, -2, 0), (3, 1, 1)]


async def test_P09_who_has_not_enough_is_told_what_there_is(ledger: Ledger) -> None:
    await ledger.earn(2, "a result")
    with pytest.raises(NotEnoughTickets) as refused:
        async with ledger.system.database.transaction() as tx:
            await ledger.tickets.spend(tx, ledger.child_id, 3, TicketReason.GAME_PLAYED, "a play")
    assert refused.value.details == {"balance": 2, "needed": 3}
    assert "3" in refused.value.message(Language.KOREAN)


async def test_P09_of_a_hundred_who_spend_at_once_seven_have_one_of_seven(ledger: Ledger) -> None:
    await ledger.earn(7, "a result")
    spent = await asyncio.gather(*(ledger.spend(1, f"play {number}") for number in range(100)))
    assert sorted(left for left in spent if left is not None) == [0, 1, 2, 3, 4, 5, 6]
    assert len(await ledger.lines()) == 8


async def test_P09_what_a_hundred_send_at_once_is_earned_and_spent_once(ledger: Ledger) -> None:
    earned = await asyncio.gather(*(ledger.earn(5, "a result") for _ in range(100)))
    assert set(earned) == {5}
    spent = await asyncio.gather(*(ledger.spend(3, "a play") for _ in range(100)))
    assert set(spent) == {2}
    assert await ledger.lines() == [(1, 5, 5), (2, -3, 2)]


async def test_P09_earning_and_spending_at_once_lose_nothing(ledger: Ledger) -> None:
    await ledger.earn(50, "a result")
    await asyncio.gather(
        *(ledger.earn(1, f"result {number}") for number in range(50)),
        *(ledger.spend(1, f"play {number}") for number in range(50)),
    )
    assert await ledger.balance() == 50
    assert len(await ledger.lines()) == 101


class _BrokenOff(Exception):
    pass


async def test_P09_what_is_rolled_back_was_never_spent(ledger: Ledger) -> None:
    await ledger.earn(1, "a result")

    async def broken_off() -> None:
        async with ledger.system.database.transaction() as tx:
            await ledger.tickets.spend(tx, ledger.child_id, 1, TicketReason.GAME_PLAYED, "a play")
            raise _BrokenOff

    with pytest.raises(_BrokenOff):
        await broken_off()
    assert await ledger.lines() == [(1, 1, 1)]
    assert await ledger.spend(1, "a play") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "update rewards.entry set tickets = 100 where child_id = $1",
        "delete from rewards.entry where child_id = $1",
        "update rewards.ledger set balance = -1 where child_id = $1",
        "insert into rewards.entry values ($1, 2, 'streak', '', 0, 1, now())",
        "insert into rewards.entry values ($1, 2, 'streak', '', -2, -1, now())",
        "insert into rewards.entry values ($1, 2, 'game_reward', 'a result', 1, 2, now())",
        "insert into rewards.entry values ($1, 1, 'streak', '', 1, 2, now())",
        # A line that the ledger does not follow, does not follow on, or leaves a gap before it.
        "insert into rewards.entry values ($1, 2, 'streak', '', 1, 2, now())",
        (
            "with line as (insert into rewards.entry values ($1, 2, 'streak', '', 2, 2, now()))"
            " update rewards.ledger set balance = 2, entries = 2 where child_id = $1"
        ),
        (
            "with line as (insert into rewards.entry values ($1, 3, 'streak', '', 1, 2, now()))"
            " update rewards.ledger set balance = 2, entries = 3 where child_id = $1"
        ),
        # A ledger that says something else than its lines.
        "update rewards.ledger set balance = 2 where child_id = $1",
        "update rewards.ledger set balance = 2, entries = 2 where child_id = $1",
        "update rewards.ledger set balance = 0, entries = 0 where child_id = $1",
    ],
)
async def test_P09_the_database_refuses_what_breaks_the_rules(
    ledger: Ledger, statement: str
) -> None:
    await ledger.earn(1, "a result")
    with pytest.raises(
        (asyncpg.IntegrityConstraintViolationError, asyncpg.InsufficientPrivilegeError)
    ):
        async with ledger.system.database.transaction() as tx:
            await tx.execute(statement, ledger.child_id)
    assert await ledger.lines() == [(1, 1, 1)]


async def test_P09_a_ledger_opens_empty(system: Dodam, child: dict[str, Any]) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        async with system.database.transaction() as tx:
            await tx.execute("insert into rewards.ledger values ($1, 5, 0)", UUID(child["id"]))


async def test_P09_nobody_empties_all_ledgers(system: Dodam) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with system.database.transaction() as tx:
            await tx.execute("truncate rewards.entry")


async def test_P09_a_child_that_is_not_there_earns_nothing(system: Dodam) -> None:
    nobody = Ledger(system, new_id())
    with pytest.raises(ChildNotFound):
        await nobody.earn(1, "a result")


async def test_P09_one_childs_tickets_are_not_anothers(
    guardian: Guardian, ledger: Ledger, system: Dodam
) -> None:
    sibling: dict[str, Any] = await guardian.register_child(name="서연")
    await ledger.earn(2, "a result")
    siblings = Ledger(system, UUID(sibling["id"]))
    assert await siblings.earn(3, "a result") == 3
    assert await ledger.balance() == 2
