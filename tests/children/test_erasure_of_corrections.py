"""C02: of a child that is erased or pseudonymised no sibling's correction says anything."""

from typing import Any
from uuid import UUID

import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.features.children.service.children import Children
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import Guardian, play
from tests.staff import care_member, staff

from .conftest import Participants
from .steps import GRACE, kept, remove


@pytest.mark.parametrize("is_kept", [False, True])
async def test_C02_of_a_child_that_went_a_siblings_correction_says_nothing(
    system: Dodam,
    settings: Settings,
    guardian: Guardian,
    child: dict[str, Any],
    children: Children,
    participants: Participants,
    clock: StoppedClock,
    *,
    is_kept: bool,
) -> None:
    sibling = await guardian.register_child(name="서연")
    clinician = await care_member(system, guardian.http, settings, child)
    admin = staff(guardian.http, settings, Role.ADMIN)
    await admin.call("PUT", f"/staff/children/{sibling['id']}/care-team/{clinician.id}")
    sent = play(NOON)
    await guardian.upload(child, sent)
    form = {
        "kind": "reassign",
        "plays": [sent["id"]],
        "reason": "played by 서연",
        "to_child_id": sibling["id"],
    }
    answer = await clinician.call("POST", f"/children/{child['id']}/corrections", json=form)
    assert answer.status_code == 201, answer.text
    async with system.database.transaction() as tx:
        await tx.execute(
            "insert into therapy.reached_streak values ($1, 3, '2026-03-18', $2)",
            UUID(child["id"]),
            NOON,
        )
    if is_kept:
        participants.ids.add(UUID(child["id"]))
    await remove(guardian, child)
    clock.set(NOON + GRACE)
    async with system.database.transaction() as tx:
        await children.erase_due(tx, UUID(child["id"]))
    async with system.database.reading() as db:
        found = await db.fetch(
            "select child_id, kind, reason, other_child_id from therapy.correction"
            " where child_id = any($1) order by kind desc",
            [UUID(each["id"]) for each in (child, sibling)],
        )
    expected = [(UUID(sibling["id"]), "receive", None, None)]
    if is_kept:
        expected.append((UUID(child["id"]), "reassign", None, None))
    assert [tuple(row) for row in found] == expected
    left = await kept(system, child)
    assert bool(left) == is_kept
    assert left.get("therapy.corrected_play", 0) == is_kept
