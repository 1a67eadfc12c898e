"""A ledger that lives on at random, held after every step against a plain list.

Hypothesis chooses the steps; some deeds are broken off, some come again, some come at once.
"""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dodam.bootstrap import Dodam
from dodam.features.rewards.errors import NotEnoughTickets
from dodam.features.rewards.models import TicketReason
from tests.families import sign_up

from .conftest import Ledger

Result = TypeVar("Result")

# Few, so that the same comes again.
_REFERENCES = st.sampled_from("abcde")
_TICKETS = st.integers(1, 4)


@dataclass(frozen=True)
class Surroundings:
    """What a machine, which runs in a thread of its own, needs of the test's event loop."""

    loop: asyncio.AbstractEventLoop
    system: Dodam
    http: httpx.AsyncClient

    def run(self, work: Awaitable[Result]) -> Result:
        async def awaited() -> Result:
            return await work

        return asyncio.run_coroutine_threadsafe(awaited(), self.loop).result(timeout=60)


class _Crash(Exception):
    pass


class LifeOfALedger(RuleBasedStateMachine):
    around: Surroundings  # given by the test

    def __init__(self) -> None:
        super().__init__()
        # What is known by hand: tickets by reason and reference, in order.
        self.lines: dict[tuple[TicketReason, str], int] = {}

    @property
    def balance(self) -> int:
        return sum(self.lines.values())

    @initialize()
    def begins(self) -> None:
        guardian = self.around.run(sign_up(self.around.http))
        child = self.around.run(guardian.register_child())
        self.ledger = Ledger(self.around.system, UUID(child["id"]))

    @rule(tickets=_TICKETS, reference=_REFERENCES)
    def earns(self, tickets: int, reference: str) -> None:
        self.lines.setdefault((TicketReason.GAME_REWARD, reference), tickets)
        assert self.around.run(self.ledger.earn(tickets, reference)) == self.balance

    @rule(tickets=_TICKETS, reference=_REFERENCES)
    def spends(self, tickets: int, reference: str) -> None:
        known = (TicketReason.GAME_PLAYED, reference)
        if known not in self.lines and self.balance < tickets:
            assert self.around.run(self.ledger.spend(tickets, reference)) is None
            return
        self.lines.setdefault(known, -tickets)
        assert self.around.run(self.ledger.spend(tickets, reference)) == self.balance

    @rule(reference=_REFERENCES, tickets=_TICKETS, after_that=st.booleans())
    def crashes(self, reference: str, tickets: int, *, after_that: bool) -> None:
        """A transaction that earns and may spend is broken off before it is committed."""

        async def broken_off() -> None:
            async with self.around.system.database.transaction() as tx:
                earn, spend = self.ledger.tickets.earn, self.ledger.tickets.spend
                child = self.ledger.child_id
                await earn(tx, child, tickets, TicketReason.GAME_REWARD, reference)
                if after_that:
                    await spend(tx, child, 1, TicketReason.GAME_PLAYED, reference)
                raise _Crash

        with suppress(_Crash, NotEnoughTickets):
            self.around.run(broken_off())

    @rule(references=st.lists(_REFERENCES, min_size=2, max_size=6))
    def spends_at_once(self, references: list[str]) -> None:
        """As many as there are tickets for go through, whichever they are; each one once."""
        new = {each for each in references if (TicketReason.GAME_PLAYED, each) not in self.lines}
        left = self.balance

        async def all_at_once() -> list[int | None]:
            return await asyncio.gather(*(self.ledger.spend(1, each) for each in references))

        answers = self.around.run(all_at_once())
        done = {
            each
            for each, answer in zip(references, answers, strict=True)
            if answer is not None and each in new
        }
        assert len(done) == min(len(new), left)
        for each in sorted(done):
            self.lines[TicketReason.GAME_PLAYED, each] = -1

    @invariant()
    def the_ledger_is_what_is_known_by_hand(self) -> None:
        lines = self.around.run(self.ledger.lines())
        assert sorted(tickets for _, tickets, _ in lines) == sorted(self.lines.values())
        assert self.around.run(self.ledger.balance()) == self.balance
