"""C02, P09: what becomes of a child's tickets when the child is erased or pseudonymised."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from dodam.bootstrap import Dodam
from dodam.features.children.service.children import Children
from dodam.features.rewards.service.child_records import ChildRecords
from dodam.platform.settings import Settings
from tests.families import Guardian
from tests.staff import care_member

from .conftest import Ledger


async def _rows(system: Dodam, child_id: UUID) -> dict[str, int]:
    found: dict[str, int] = {}
    async with system.database.reading() as db:
        for table in ("ledger", "entry", "grant"):
            [row] = await db.fetch(
                f"select count(*) as count from rewards.{table} where child_id = $1",  # noqa: S608 - named above
                child_id,
            )
            found[table] = row["count"]
    return found


async def _given(
    system: Dodam, http: httpx.AsyncClient, settings: Settings, child: dict[str, Any]
) -> None:
    clinician = await care_member(system, http, settings, child)
    form = {"id": str(uuid4()), "tickets": 3, "reason": "민준이 생일 선물"}
    answer = await clinician.call("POST", f"/staff/children/{child['id']}/tickets", json=form)
    assert answer.status_code == 201, answer.text


async def test_C02_P09_of_an_erased_child_no_ticket_is_left(
    system: Dodam,
    http: httpx.AsyncClient,
    settings: Settings,
    guardian: Guardian,
    other_guardian: Guardian,
    child: dict[str, Any],
    ledger: Ledger,
) -> None:
    others = await other_guardian.register_child()
    for each in (child, others):
        await _given(system, http, settings, each)
    await ledger.spend(1, "a play")
    assert await _rows(system, ledger.child_id) == {"ledger": 1, "entry": 2, "grant": 1}
    children = system.services["children"]
    assert isinstance(children, Children)
    async with system.database.transaction() as tx:
        await children.erase_all_of(tx, UUID(guardian.account_id))
    assert await _rows(system, ledger.child_id) == {"ledger": 0, "entry": 0, "grant": 0}
    assert await _rows(system, UUID(others["id"])) == {"ledger": 1, "entry": 1, "grant": 1}


async def test_C02_P09_of_a_pseudonymised_child_the_numbers_stay_and_no_words(
    system: Dodam,
    http: httpx.AsyncClient,
    settings: Settings,
    child: dict[str, Any],
    ledger: Ledger,
) -> None:
    await _given(system, http, settings, child)
    async with system.database.transaction() as tx:
        await ChildRecords().pseudonymise_child(tx, ledger.child_id)
    assert await ledger.lines() == [(1, 3, 3)]
    async with system.database.reading() as db:
        [grant] = await db.fetch(
            'select reason from rewards."grant" where child_id = $1', ledger.child_id
        )
    assert grant["reason"] is None
