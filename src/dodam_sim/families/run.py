"""A whole run: families move in, play their weeks, send everything again, and check it all."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import count
from time import monotonic
from typing import Protocol

import httpx

from dodam_sim.families.client import Patience, Server, UnexpectedAnswerError
from dodam_sim.families.household import Household, guardian_of
from dodam_sim.families.learning import BOTH
from dodam_sim.families.persona import Weeks, make_family
from dodam_sim.families.picture import columns_of, draw
from dodam_sim.families.summary import Counts, Difference, Outcome


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be simulated. `replay` is how often everything is sent again before the check."""

    families: int = 50
    days: int = 56
    seed: int = 7
    url: str = "http://127.0.0.1:8000"
    replay: int = 0
    until: date | None = None
    concurrency: int = 8
    patience: Patience = field(default_factory=Patience)


class Watcher(Protocol):
    """Is told how far a phase of the run has come, in families."""

    def __call__(self, phase: str, done: int, total: int) -> None: ...


Step = Callable[[Household], Awaitable[None]]


async def run(
    order: Order, watcher: Watcher, transport: httpx.AsyncBaseTransport | None = None
) -> Outcome:
    """Simulate, and return what came of it. Raises `ServerAwayError` if nobody answers.

    A family that gets an answer it cannot go on with stops; the others go on.
    """
    began = monotonic()
    counts = Counts()
    weeks = Weeks(order.days, order.patience.now(), order.until)
    families = [make_family(order.seed, n, weeks) for n in range(order.families)]
    broken: dict[str, Difference] = {}
    async with Server(order.url, counts, order.patience, transport) as server:
        households = [Household(family, guardian_of(family, server), counts) for family in families]
        for phase, step in _steps(order):
            able = [home for home in households if home.family.email not in broken]
            tell = partial(watcher, phase, total=len(able))
            broken |= await _each(able, step, order.concurrency, tell)
    counts.seconds = monotonic() - began
    found = [difference for household in households for difference in household.differences]
    return Outcome(counts, [*broken.values(), *found], _picture(households, order))


def _steps(order: Order) -> list[tuple[str, Step]]:
    again: list[tuple[str, Step]] = [
        (f"sending again {turn + 1}", partial(Household.replay, turn=turn))
        for turn in range(order.replay)
    ]
    return [
        ("moving in", Household.move_in),
        ("playing", Household.play),
        *again,
        ("planning ahead", partial(Household.plan_ahead, now=order.patience.now)),
        ("playing mini-games", partial(Household.play_games, now=order.patience.now)),
        ("checking", partial(Household.check, now=order.patience.now)),
    ]


async def _each(
    households: Sequence[Household], step: Step, concurrency: int, tell: Callable[[int], None]
) -> dict[str, Difference]:
    """Do a step for every family, `concurrency` at once; return those that broke, by e-mail."""
    waiting = iter(households)
    broken: dict[str, Difference] = {}
    done = count(1)

    async def work() -> None:
        for household in waiting:
            try:
                await step(household)
            except UnexpectedAnswerError as error:
                email = household.family.email
                broken[email] = Difference(email, None, error.call, "success", error.shown)
            tell(next(done))

    workers = [asyncio.create_task(work()) for _ in range(concurrency)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
    return broken


def _picture(households: Sequence[Household], order: Order) -> str | None:
    """Draw the weeks of the child that came most often, of those with one affected hand."""
    diaries = [
        diary
        for household in households
        for diary in household.diaries
        if diary.child.affected_hand != BOTH and len(diary.ledger)
    ]
    if not diaries:
        return None
    chosen = max(diaries, key=lambda diary: len(diary.ledger.played_days))
    today = chosen.child.days.day_of(order.patience.now())
    history = chosen.history(chosen.plans, today)
    statuses = {day: history.status(day) for day in chosen.child.weeks}
    return draw(columns_of(chosen.ledger, statuses), chosen.child.affected_hand)
