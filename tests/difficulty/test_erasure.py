"""C02: of decisions nothing outlives a child, or nothing that a person wrote."""

from typing import Any
from uuid import UUID

import pytest

from dodam.bootstrap import Dodam
from dodam.features.children.service.children import Children
from tests.children.conftest import Participants, children, participants
from tests.families import Guardian
from tests.staff import Staff

__all__ = ["children", "participants"]


@pytest.mark.parametrize("takes_part", [False, True])
async def test_C02_a_decision_goes_with_its_child_or_names_nobody(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    clinician: Staff,
    children: Children,
    participants: Participants,
    *,
    takes_part: bool,
) -> None:
    sibling = await guardian.register_child()
    path = f"/children/{child['id']}/difficulty/mass_grasp/left"
    form = {"lowest": 2, "highest": 4, "reason": "민준이 손목 통증"}
    assert (await clinician.call("PUT", path, json=form)).status_code == 200
    if takes_part:
        participants.ids.add(UUID(child["id"]))
    async with system.database.transaction() as tx:
        await children.erase_all_of(tx, UUID(guardian.account_id))
    async with system.database.reading() as db:
        left = await db.fetch(
            "select lowest, highest, reason, made_by from difficulty.decision"
            " where child_id = any($1)",
            [UUID(child["id"]), UUID(sibling["id"])],
        )
    assert [tuple(row.values()) for row in left] == ([(2, 4, None, None)] if takes_part else [])
