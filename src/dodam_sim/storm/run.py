"""The storm: a family's clients at one game, all at once, while one of the instances is killed."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from uuid import UUID, uuid4

from dodam_sim.callers.api import Api, Person
from dodam_sim.callers.family import Family, move_in
from dodam_sim.callers.staff import join, publish, treat
from dodam_sim.storm.check import ask, differences
from dodam_sim.storm.crowd import Client, Known
from dodam_sim.storm.game import DEFINITION

_RICH, _POOR = 100, 10


@dataclass(frozen=True, slots=True)
class Order:
    """How many clients a family's children have together, and how often each asks for a play."""

    children: int
    clients: int
    plays: int


FULL = Order(children=10, clients=50, plays=40)
SHORT = Order(children=4, clients=50, plays=5)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a storm; `resent` counts calls that an instance left unanswered."""

    asked: int
    granted: int
    given_back: int
    results: int
    resent: int
    differences: list[str]

    @property
    def is_fine(self) -> bool:
        return not self.differences and self.resent > 0

    def __str__(self) -> str:
        told = (
            f"{self.asked} plays asked for, {self.granted} granted, {self.given_back} given back;"
            f" {self.results} results; {self.resent} calls sent again;"
            f" {len(self.differences)} differences"
        )
        return "\n".join([told, *self.differences])


async def storm(
    urls: Sequence[str], invitation: str, order: Order, kill: Callable[[], None]
) -> Outcome:
    """Let the clients loose, and `kill` an instance when they are half done.

    Every other child has more tickets than a day has plays, the others have fewer.
    """
    async with Api(urls) as api:
        admin = await join(api, invitation)
        game = f"storm_{secrets.token_hex(4)}"
        await publish(admin, game, DEFINITION)
        family = await move_in(api, order.children)
        given = {child: _POOR if n % 2 else _RICH for n, child in enumerate(family.children)}
        for child, tickets in given.items():
            await _grant(admin, child, tickets)
        known = await _let_loose(family, game, order, kill)
        found = [
            difference
            for each in known
            for told in [await ask(family.guardian, game, each)]
            for difference in differences(each, told, given[each.child])
        ]
        return Outcome(
            asked=order.clients * order.plays,
            granted=sum(len(each.granted) for each in known),
            given_back=sum(len(each.given_back) for each in known),
            results=sum(len(each.sent) for each in known),
            resent=api.resent,
            differences=found,
        )


async def _grant(admin: Person, child: UUID, tickets: int) -> None:
    await treat(admin, child)
    grant = {"id": str(uuid4()), "tickets": tickets, "reason": "For the storm."}
    await admin.post(f"/staff/children/{child}/tickets", grant)


async def _let_loose(
    family: Family, game: str, order: Order, kill: Callable[[], None]
) -> list[Known]:
    known = [Known(child) for child in family.children]
    left = order.clients * order.plays

    def done() -> None:
        nonlocal left
        left -= 1
        if left == order.clients * order.plays // 2:
            kill()

    clients = [
        Client(family.guardian, game, known[n % len(known)], Random(n), done)  # noqa: S311 (a simulation)
        for n in range(order.clients)
    ]
    await asyncio.gather(*(client.play(order.plays) for client in clients))
    for client in clients[: len(known)]:
        await client.play_on()
    return known
