"""C02: after the grace period nothing of a child is left, or nothing that names it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import asyncpg
import pytest

from dodam.bootstrap import Dodam, build
from dodam.features.children.models.children import Child
from dodam.features.children.service.children import Children
from dodam.platform.database import Transaction
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import CHILD, Guardian, play
from tests.worker import working

from .conftest import Participants
from .steps import GRACE, kept, live_a_little, one_row, remove, restore, travel

EVERYWHERE = {
    "children.child",
    "children.child_consent",
    "children.diagnosis",
    "therapy.daily_activity_log",
    "therapy.daily_motion_log",
    "therapy.evening",
    "therapy.exceptional_day",
    "therapy.finished_session",
    "therapy.pause",
    "therapy.plan",
    "therapy.play_record",
    "therapy.session_event",
    "therapy.therapy_result",
}


async def _erase_due(system: Dodam, children: Children, child: dict[str, Any]) -> None:
    async with system.database.transaction() as tx:
        await children.erase_due(tx, UUID(child["id"]))


@asynccontextmanager
async def _worker(settings: Settings, url: str, clock: StoppedClock) -> AsyncGenerator[None]:
    """A worker for this feature's jobs: those that other tests left behind may take long."""
    dodam = build(settings, url, clock)
    kinds = cast("dict[str, object]", vars(vars(dodam.jobs)["_kinds"])["_kinds"])
    for name in [name for name in kinds if not name.startswith("deliver:children.")]:
        del kinds[name]
    async with dodam.running(), working(dodam.jobs):
        yield


async def test_C02_a_removed_child_is_erased_when_its_time_is_over(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    clock: StoppedClock,
    settings: Settings,
    database_url: str,
) -> None:
    sibling = await guardian.register_child(name="서연")
    for each in (child, sibling):
        await live_a_little(guardian, each)
    assert set(await kept(system, child)) == EVERYWHERE
    siblings = await kept(system, sibling)
    await remove(guardian, child)

    clock.set(NOON + GRACE)
    async with system.database.transaction() as tx:
        await system.chores["erase-removed-children"](tx)
    async with _worker(settings, database_url, clock), asyncio.timeout(60):
        while await kept(system, child):  # noqa: ASYNC110 - rows tell nobody that they are gone
            await asyncio.sleep(0.01)
    assert await kept(system, sibling) == siblings
    tombstone = await one_row(system, "select * from children.erased_child where id = $1", child)
    assert tombstone == {"id": UUID(child["id"]), "erased_at": NOON + GRACE}


async def test_C02_a_child_is_not_erased_before_its_time(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    children: Children,
    clock: StoppedClock,
) -> None:
    await live_a_little(guardian, child)
    before = await kept(system, child)
    await _erase_due(system, children, child)
    assert await kept(system, child) == before
    await remove(guardian, child)
    clock.set(NOON + GRACE - timedelta(microseconds=1))
    await _erase_due(system, children, child)
    assert await kept(system, child) == before


async def test_C02_a_restored_child_is_not_erased_by_an_announcement_on_its_way(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    children: Children,
    clock: StoppedClock,
) -> None:
    await remove(guardian, child)
    assert (await restore(guardian, child)).status_code == 200
    await travel(guardian, clock, NOON + GRACE)
    await _erase_due(system, children, child)
    assert await guardian.get("/children") == [child]


async def test_C02_erasing_again_and_at_once_does_nothing_more(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    children: Children,
    clock: StoppedClock,
) -> None:
    await live_a_little(guardian, child)
    await remove(guardian, child)
    clock.set(NOON + GRACE)
    await asyncio.gather(*(_erase_due(system, children, child) for _ in range(4)))
    assert await kept(system, child) == {}


async def test_C02_an_erased_child_is_not_there_and_its_id_is_never_given_again(
    system: Dodam,
    guardian: Guardian,
    other_guardian: Guardian,
    child: dict[str, Any],
    children: Children,
) -> None:
    async with system.database.transaction() as tx:
        assert await children.erase_all_of(tx, UUID(guardian.account_id)) == 1
    path = f"/children/{child['id']}"
    for method, below, body in (
        ("GET", "", None),
        ("PATCH", "", {"grade": 2}),
        ("DELETE", "", None),
        ("POST", "/restore", None),
        ("POST", "/play-records", [play(NOON)]),
        ("GET", "/diagnoses", None),
    ):
        answer = await guardian.call(method, path + below, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "child_not_found")
    form = {**CHILD, "id": child["id"], "name": "서연", "birth_date": "2020-01-01"}
    for who in (guardian, other_guardian):
        answer = await who.call("POST", "/children", json=form)
        assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")
    assert await kept(system, child) == {}


async def test_C02_with_the_account_all_its_children_are_erased(
    system: Dodam, guardian: Guardian, child: dict[str, Any], children: Children
) -> None:
    removed, there = [await guardian.register_child() for _ in range(2)]
    for each in (child, removed, there):
        await live_a_little(guardian, each)
    await remove(guardian, removed)
    guardian_id = UUID(guardian.account_id)
    async with system.database.transaction() as tx:
        await children.remove_all_of(tx, guardian_id)
        assert await children.erase_all_of(tx, guardian_id) == 3
    for each in (child, removed, there):
        assert await kept(system, each) == {}
    async with system.database.transaction() as tx:
        assert await children.erase_all_of(tx, guardian_id) == 0


class Forgetful:
    """A feature that was told of the erasure and keeps what it has."""

    async def child_registered(self, tx: Transaction, child: Child) -> None: ...

    async def hands_changed(self, tx: Transaction, child: Child) -> None: ...

    async def erase_child(self, tx: Transaction, child_id: UUID) -> None: ...

    async def pseudonymise_child(self, tx: Transaction, child_id: UUID) -> None: ...


async def test_C02_a_child_is_erased_whole_or_not_at_all(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    children: Children,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await live_a_little(guardian, child)
    before = await kept(system, child)
    with monkeypatch.context() as patch:
        patch.setattr(children, "_followers", [Forgetful()])
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with system.database.transaction() as tx:
                await children.erase_all_of(tx, UUID(guardian.account_id))
    assert await kept(system, child) == before
    async with system.database.transaction() as tx:
        await children.erase_all_of(tx, UUID(guardian.account_id))
    assert await kept(system, child) == {}


async def test_C02_who_restores_while_a_child_is_being_erased_finds_it_gone(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    children: Children,
    clock: StoppedClock,
) -> None:
    await remove(guardian, child)
    async with system.database.transaction() as tx:
        clock.set(NOON + GRACE)
        await children.erase_due(tx, UUID(child["id"]))
        clock.set(NOON)
        restoring = asyncio.create_task(restore(guardian, child))
        done, _ = await asyncio.wait([restoring], timeout=0.2)
        assert not done
    assert (await restoring).status_code == 404
    assert await kept(system, child) == {}


async def test_C02_what_erases_while_a_child_is_being_restored_lets_it_be(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    children: Children,
    clock: StoppedClock,
) -> None:
    await remove(guardian, child)
    async with system.database.transaction() as tx:
        await children.restore(tx, UUID(guardian.account_id), UUID(child["id"]))
        clock.set(NOON + GRACE)
        erasing = asyncio.create_task(_erase_due(system, children, child))
        done, _ = await asyncio.wait([erasing], timeout=0.2)
        assert not done
    await erasing
    clock.set(NOON)
    assert await guardian.get("/children") == [child]


async def test_C02_plays_that_arrive_while_their_child_is_erased_are_refused_and_others_stored(
    system: Dodam,
    guardian: Guardian,
    other_guardian: Guardian,
    child: dict[str, Any],
    children: Children,
) -> None:
    theirs = await other_guardian.register_child()
    async with system.database.transaction() as tx:
        await children.erase_all_of(tx, UUID(guardian.account_id))
        uploads = [
            asyncio.create_task(
                who.call("POST", f"/children/{whose['id']}/play-records", json=[play(NOON)])
            )
            for _ in range(5)
            for who, whose in ((guardian, child), (other_guardian, theirs))
        ]
        await asyncio.wait(uploads, timeout=0.2)
    answers = await asyncio.gather(*uploads)
    assert [answer.status_code for answer in answers] == [404, 200] * 5
    assert await kept(system, child) == {}
    assert (await kept(system, theirs))["therapy.play_record"] == 5


async def test_C02_an_id_is_not_given_again_while_its_child_is_being_erased(
    system: Dodam, guardian: Guardian, child: dict[str, Any], children: Children
) -> None:
    form = {**CHILD, "id": child["id"], "name": "서연", "birth_date": "2020-01-01"}
    other = UUID(guardian.account_id)
    await remove(guardian, child)
    async with system.database.transaction() as tx:
        await children.erase_all_of(tx, other)
        registering = asyncio.create_task(guardian.call("POST", "/children", json=form))
        await asyncio.wait([registering], timeout=0.2)
    answer = await registering
    assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")
    assert await kept(system, child) == {}


async def test_C02_a_trial_participants_plays_stay_under_a_pseudonym(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    children: Children,
    participants: Participants,
    clock: StoppedClock,
) -> None:
    sibling = await guardian.register_child(name="서연")
    for each in (child, sibling):
        await live_a_little(guardian, each)
        await remove(guardian, each)
    before = await kept(system, child)
    participants.ids.add(UUID(child["id"]))
    clock.set(NOON + GRACE)
    for each in (child, sibling) * 2:
        await _erase_due(system, children, each)
    assert await kept(system, sibling) == {}
    # Its days are no longer summed up.
    del before["therapy.evening"]
    assert await kept(system, child) == before

    itself = await one_row(system, "select * from children.child where id = $1", child)
    assert (itself["guardian_id"], itself["name"]) == (None, None)
    assert itself["birth_date"] == date(2019, 1, 1)
    assert itself["pseudonymised_at"] == NOON + GRACE
    diagnosis = await one_row(system, "select * from children.diagnosis where child_id = $1", child)
    assert (diagnosis["code"], diagnosis["diagnosed_on"]) == ("G80.2", date(2021, 1, 1))
    assert {diagnosis[name] for name in ("institution", "notes", "changed_by")} == {None}
    stored = await one_row(system, "select * from therapy.play_record where child_id = $1", child)
    assert (stored["device"], stored["repetitions"]) == (None, 10)
    event = await one_row(
        system,
        "select kind, device_id from therapy.session_event where child_id = $1"
        " and kind = 'finished'",
        child,
    )
    assert event == {"kind": "finished", "device_id": None}
    day = await one_row(system, "select * from therapy.exceptional_day where child_id = $1", child)
    assert (day["reason"], day["note"]) == ("illness", None)
    pause = await one_row(system, "select * from therapy.pause where child_id = $1", child)
    assert (pause["reason"], pause["note"]) == ("travel", None)
    made = "select note from therapy.plan where child_id = $1 and source = 'guardian'"
    assert await one_row(system, made, child) == {"note": None}


async def test_C02_a_pseudonymised_child_is_nobodys(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    children: Children,
    participants: Participants,
) -> None:
    participants.ids.add(UUID(child["id"]))
    guardian_id = UUID(guardian.account_id)
    async with system.database.transaction() as tx:
        assert await children.erase_all_of(tx, guardian_id) == 1
        await children.restore_all_of(tx, guardian_id)
    assert await guardian.get("/children") == await guardian.get("/children/removed") == []
    for method, below, body in (
        ("GET", "", None),
        ("POST", "/restore", None),
        ("POST", "/play-records", [play(NOON)]),
    ):
        answer = await guardian.call(method, f"/children/{child['id']}{below}", json=body)
        assert answer.status_code == 404
    form = {**CHILD, "id": child["id"], "name": "서연", "birth_date": "2020-01-01"}
    answer = await guardian.call("POST", "/children", json=form)
    assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")


async def test_C02_an_announcement_about_nobody_is_let_go(
    system: Dodam, children: Children
) -> None:
    await _erase_due(system, children, {"id": str(uuid4())})
