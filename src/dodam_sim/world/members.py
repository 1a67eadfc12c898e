"""The services of the world, as its page and its controls know them."""

from typing import Protocol

from msgspec import Struct

from dodam_sim.shown import Shown
from dodam_sim.world.faults import Faults


class Party(Protocol):
    """A service that remembers what it received."""

    name: str

    def shown(self) -> list[Shown]: ...


class Line(Protocol):
    """What lies between a service and its clients."""

    faults: Faults


class Member(Struct, frozen=True):
    party: Party
    line: Line

    def newest(self) -> list[Shown]:
        return sorted(self.party.shown(), key=lambda each: each.at, reverse=True)
