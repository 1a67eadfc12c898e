"""What both stores' lives are asked for."""

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Protocol

from msgspec import Struct

from dodam.features.billing.models.states import State
from dodam.features.billing.models.told import Told
from dodam_sim.stores.apple.saying import Notification
from dodam_sim.stores.google.messages import Message as Published


class Message(Struct, frozen=True):
    """About a purchase; `told` is null where the store is to be asked."""

    key: str
    type: str
    told: Told | None


class Truth(Struct, frozen=True):
    """What a store holds at an instant; `states` are dodam's words that fit it."""

    name: str
    entitled: bool
    states: frozenset[State]


class StoreLife(Protocol):
    """One customer at a store. Nothing happens but by `act` and `run_to`."""

    def __init__(self, seed: int) -> None: ...

    @property
    def deeds(self) -> Sequence[str]:
        """What may be done; what is done more often, more than once."""
        ...

    @property
    def keys(self) -> list[str]: ...

    def run_to(self, at: datetime) -> None: ...

    def next_due(self) -> datetime | None: ...

    def act(self, deed: str, dice: Random) -> bool: ...

    def bought(self) -> list[str]: ...

    def handed_in(self, key: str) -> Told | None: ...

    def raw(self) -> Sequence[Notification | Published]: ...

    def messages(self) -> list[Message]: ...

    def ask(self, key: str) -> Told | None: ...

    def acknowledge(self, key: str) -> None: ...

    def truth(self, key: str, at: datetime) -> Truth | None: ...

    def money(self, key: str) -> dict[str, int]: ...
