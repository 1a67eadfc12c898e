"""C01, C02: a removed child is hidden at once, and can be restored for some days."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from dodam.bootstrap import Dodam
from dodam.features.children.service.children import Children
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import CHILD, Guardian

from .steps import GRACE, diagnose, live_a_little, remove, restore, travel


def _z(moment: object) -> str:
    return str(moment).replace("+00:00", "Z").replace(" ", "T")


async def test_C02_nothing_was_removed(guardian: Guardian, child: dict[str, Any]) -> None:
    assert await guardian.get("/children/removed") == []
    assert await guardian.get("/children") == [child]


async def test_C02_a_removed_child_is_listed_with_the_day_it_is_erased(
    guardian: Guardian, child: dict[str, Any], clock: StoppedClock
) -> None:
    await remove(guardian, child)
    clock.advance(timedelta(minutes=1))
    later = await guardian.register_child(name="서연")
    await remove(guardian, later)
    minute = timedelta(minutes=1)
    assert await guardian.get("/children/removed") == [
        {
            "id": later["id"],
            "name": "서연",
            "removed_at": _z(NOON + minute),
            "erase_at": _z(NOON + minute + GRACE),
        },
        {
            "id": child["id"],
            "name": "민준",
            "removed_at": _z(NOON),
            "erase_at": _z(NOON + GRACE),
        },
    ]


async def test_C02_a_restored_child_is_as_it_was(guardian: Guardian, child: dict[str, Any]) -> None:
    await live_a_little(guardian, child)
    views = ("", "/plans", "/calendar", "/daily-logs", "/report", "/diagnoses")
    before = [await guardian.get(f"/children/{child['id']}{view}") for view in views]
    await remove(guardian, child)
    for view in views:
        answer = await guardian.call("GET", f"/children/{child['id']}{view}")
        assert (answer.status_code, answer.json()["code"]) == (404, "child_not_found")
    answer = await restore(guardian, child)
    assert (answer.status_code, answer.json()) == (200, child)
    assert [await guardian.get(f"/children/{child['id']}{view}") for view in views] == before
    assert await guardian.get("/children/removed") == []


async def test_C02_restoring_again_and_at_once_is_fine(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await remove(guardian, child)
    answers = await asyncio.gather(*(restore(guardian, child) for _ in range(5)))
    assert [answer.json() for answer in answers] == [child] * 5
    assert (await restore(guardian, child)).json() == child


@pytest.mark.parametrize(
    ("early", "status"), [(timedelta(microseconds=1), 200), (timedelta(), 404)]
)
async def test_C02_the_grace_period_ends_to_the_instant(
    guardian: Guardian,
    child: dict[str, Any],
    clock: StoppedClock,
    early: timedelta,
    status: int,
) -> None:
    await remove(guardian, child)
    await travel(guardian, clock, NOON + GRACE - early)
    assert len(await guardian.get("/children/removed")) == (status == 200)
    answer = await restore(guardian, child)
    assert answer.status_code == status
    assert len(await guardian.get("/children")) == (status == 200)


async def test_C02_somebody_elses_removed_child_is_not_there(
    guardian: Guardian, other_guardian: Guardian
) -> None:
    theirs = await other_guardian.register_child()
    await remove(other_guardian, theirs)
    assert await guardian.get("/children/removed") == []
    for child in (theirs, {"id": str(uuid4())}):
        answer = await restore(guardian, child)
        assert (answer.status_code, answer.json()["code"]) == (404, "child_not_found")
    assert (await restore(other_guardian, theirs)).status_code == 200
    answer = await restore(guardian, theirs)
    assert answer.status_code == 404


async def test_C02_restoring_keeps_to_the_limit(
    guardian: Guardian, child: dict[str, Any], settings: Settings
) -> None:
    await remove(guardian, child)
    others = [await guardian.register_child() for _ in range(settings.children_per_guardian)]
    answer = await restore(guardian, child)
    assert (answer.status_code, answer.json()["code"]) == (409, "child_limit_reached")
    answer = await restore(guardian, {"id": str(uuid4())})
    assert answer.status_code == 404
    await remove(guardian, others[0])
    answers = await asyncio.gather(restore(guardian, child), restore(guardian, others[0]))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_C02_restoring_and_registering_at_once_keep_to_the_limit(
    guardian: Guardian, child: dict[str, Any], settings: Settings
) -> None:
    await remove(guardian, child)
    for _ in range(settings.children_per_guardian - 1):
        await guardian.register_child()
    answers = await asyncio.gather(
        *(guardian.call("POST", "/children", json=CHILD) for _ in range(3)),
        *(restore(guardian, child) for _ in range(3)),
    )
    codes = [answer.status_code for answer in answers]
    assert codes.count(201) + (200 in codes) == 1
    assert len(await guardian.get("/children")) == settings.children_per_guardian


async def test_C02_a_removed_childs_id_is_not_given_to_another(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await remove(guardian, child)
    form = {**CHILD, "id": child["id"], "name": "서연", "birth_date": "2020-01-01"}
    answer = await guardian.call("POST", "/children", json=form)
    assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")


async def test_C01_a_changed_name_is_kept_without_the_space_around_it(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    path = f"/children/{child['id']}"
    answer = await guardian.call("PATCH", path, json={"name": "  서연 "})
    assert answer.json()["name"] == "서연"
    assert (await guardian.register_child(name=" 하준\n"))["name"] == "하준"


async def test_C02_children_hidden_with_the_account_come_back_with_it_only(
    system: Dodam, guardian: Guardian, child: dict[str, Any], children: Children
) -> None:
    removed_before = await guardian.register_child(name="서연")
    await diagnose(guardian, removed_before)
    await remove(guardian, removed_before)
    guardian_id = UUID(guardian.account_id)
    async with system.database.transaction() as tx:
        await children.remove_all_of(tx, guardian_id)
    assert await guardian.get("/children") == []
    assert [each["id"] for each in await guardian.get("/children/removed")] == [
        removed_before["id"]
    ]
    assert (await restore(guardian, child)).status_code == 404
    for _ in range(2):
        async with system.database.transaction() as tx:
            await children.restore_all_of(tx, guardian_id)
        assert await guardian.get("/children") == [child]
    assert (await restore(guardian, removed_before)).json() == removed_before


async def test_C02_hiding_an_accounts_children_touches_nobody_elses(
    system: Dodam, guardian: Guardian, other_guardian: Guardian, children: Children
) -> None:
    theirs = await other_guardian.register_child()
    async with system.database.transaction() as tx:
        await children.remove_all_of(tx, UUID(guardian.account_id))
        await children.erase_all_of(tx, UUID(guardian.account_id))
    assert await other_guardian.get("/children") == [theirs]
