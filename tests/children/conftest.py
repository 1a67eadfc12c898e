"""A child of the guardian's, and children's services beside those of the system."""

from typing import Any
from uuid import UUID

import pytest

from dodam.bootstrap import Dodam
from dodam.features.children.models.removal import Erasure
from dodam.features.children.service.children import Children
from dodam.features.children.service.erasure import EraseEverything
from dodam.features.therapy.service.child_records import ChildRecords
from dodam.features.therapy.service.plans import Plans
from dodam.platform.database import Transaction
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.families import Guardian

from .steps import GRACE, RULES


class Participants:
    """The policy of a house in which these children take part in a trial."""

    def __init__(self) -> None:
        self.ids: set[UUID] = set()

    async def of(self, _tx: Transaction, child_id: UUID) -> Erasure:
        return Erasure.PSEUDONYMISE if child_id in self.ids else Erasure.ERASE


@pytest.fixture
async def child(guardian: Guardian) -> dict[str, Any]:
    """Born on 14 May 2019, in Seoul, with therapy since Monday two weeks ago."""
    return await guardian.register_child(therapy_starts_on="2026-03-02")


@pytest.fixture
def participants() -> Participants:
    return Participants()


def _children(
    policy: EraseEverything | Participants, settings: Settings, clock: StoppedClock, system: Dodam
) -> Children:
    children = Children(
        clock,
        policy,
        limit=settings.children_per_guardian,
        day_start_hour=settings.day_start_hour,
        removal_grace=GRACE,
    )
    children.follow(ChildRecords(Plans(clock, system.catalogue, RULES)))
    return children


@pytest.fixture
def children(settings: Settings, clock: StoppedClock, system: Dodam) -> Children:
    """The service itself, for what has no route."""
    return _children(EraseEverything(), settings, clock, system)


@pytest.fixture
def trial_children(
    participants: Participants, settings: Settings, clock: StoppedClock, system: Dodam
) -> Children:
    return _children(participants, settings, clock, system)
