"""A child of the guardian's, and the service behind the routes."""

from typing import Any
from uuid import UUID

import pytest

from dodam.bootstrap import Dodam
from dodam.features.children.models.removal import Erasure
from dodam.features.children.service.children import Children
from dodam.platform.database import Transaction
from tests.families import Guardian


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
def children(system: Dodam) -> Children:
    """The system's own service, for what has no route."""
    service = system.services["children"]
    assert isinstance(service, Children)
    return service


@pytest.fixture
def participants(children: Children, monkeypatch: pytest.MonkeyPatch) -> Participants:
    """The policy of the system while the test lasts."""
    policy = Participants()
    monkeypatch.setattr(children, "_erasure", policy)
    return policy
