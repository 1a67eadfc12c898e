"""A15: who did what, to what, when, and nobody changes it afterwards."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.audit.models import OPERATOR, Actor, ActorKind, Subject
from dodam.features.audit.service import Audit
from dodam.platform.ids import new_id
from dodam.platform.logging.log import Log
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import Guardian
from tests.staff import Staff, staff


@pytest.fixture
def admin(http: httpx.AsyncClient, settings: Settings) -> Staff:
    return staff(http, settings, "admin")


async def _record(
    system: Dodam, clock: StoppedClock, subject: UUID, by: Actor = OPERATOR, **details: Any
) -> None:
    async with system.database.transaction() as tx:
        await Audit(clock, Log()).record(tx, by, "thing.done", Subject("thing", subject), **details)


async def test_A15_a_deed_and_its_entry_are_kept_together_or_not_at_all(
    system: Dodam, clock: StoppedClock, admin: Staff
) -> None:
    subject = new_id()

    async def break_off_after_the_deed() -> None:
        async with system.database.transaction() as tx:
            await Audit(clock, Log()).record(tx, OPERATOR, "thing.done", Subject("thing", subject))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await break_off_after_the_deed()
    page = await admin.get("/staff/audit", params={"subject_id": str(subject)})
    assert page == {"entries": [], "next_cursor": None}


async def test_A15_an_entry_tells_who_did_what_to_what_when_and_from_where(
    system: Dodam, clock: StoppedClock, admin: Staff
) -> None:
    subject, actor = new_id(), new_id()
    by = Actor(ActorKind.STAFF, actor, "192.0.2.7")
    await _record(system, clock, subject, by, reason="asked for by telephone")
    page = await admin.get("/staff/audit", params={"subject_id": str(subject)})
    [entry] = page["entries"]
    assert entry.pop("id")
    assert entry == {
        "at": "2026-03-18T12:00:00Z",
        "actor_kind": "staff",
        "actor_id": str(actor),
        "action": "thing.done",
        "subject_kind": "thing",
        "subject_id": str(subject),
        "details": {"reason": "asked for by telephone"},
        "address": "192.0.2.7",
    }


async def test_A15_the_trail_is_read_in_pages_the_newest_first(
    system: Dodam, clock: StoppedClock, admin: Staff
) -> None:
    subject = new_id()
    # Two at every instant: pages part where instants do not.
    for number in range(7):
        if number % 2 == 0:
            clock.advance(timedelta(seconds=1))
        await _record(system, clock, subject, number=number)
    read: list[int] = []
    cursor: dict[str, str] = {}
    pages = 0
    while True:
        parameters = {"subject_id": str(subject), "limit": "3", **cursor}
        page = await admin.get("/staff/audit", params=parameters)
        read += [entry["details"]["number"] for entry in page["entries"]]
        pages += 1
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert (read, pages) == ([6, 5, 4, 3, 2, 1, 0], 3)


async def test_A15_the_trail_is_read_by_actor_and_by_time(
    system: Dodam, clock: StoppedClock, admin: Staff
) -> None:
    actor = Actor(ActorKind.STAFF, new_id(), "192.0.2.7")
    for number in range(4):
        await _record(system, clock, new_id(), actor, number=number)
        clock.advance(timedelta(hours=1))
    clock.set(NOON)
    parameters = {
        "actor_id": str(actor.id),
        "from": "2026-03-18T22:00:00+09:00",
        "to": "2026-03-18T15:00:00Z",
    }
    page = await admin.get("/staff/audit", params=parameters)
    assert [entry["details"]["number"] for entry in page["entries"]] == [2, 1]


@pytest.mark.parametrize(
    "change",
    [
        "update audit.entry set action = 'nothing'",
        "delete from audit.entry",
        "truncate audit.entry",
    ],
)
async def test_A15_what_is_written_stays_written(
    system: Dodam, clock: StoppedClock, change: str
) -> None:
    await _record(system, clock, new_id())
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only ever added to"):
        async with system.database.transaction() as tx:
            await tx.execute(change)


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "1.2"}, "cursor"),
        ({"cursor": f"{'9' * 18}.{'0' * 32}"}, "cursor"),
        ({"cursor": f"{'1' * 17}.{'0' * 32}\n"}, "cursor"),
        ({"cursor": f"{chr(0x0661) * 17}.{'0' * 32}"}, "cursor"),
        ({"cursor": "\u0000"}, "cursor"),
        ({"subject_id": "me"}, "subject_id"),
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-03-18T12:00:00"}, "from"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
    ],
)
async def test_A15_a_malformed_question_is_refused_by_name(
    admin: Staff, parameters: dict[str, str], field: str
) -> None:
    answer = await admin.call("GET", "/staff/audit", params=parameters)
    assert answer.status_code == 400, answer.text
    assert [each["field"] for each in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "parameters",
    [
        {"from": "0001-01-01T00:00:00+14:00"},
        {"to": "9999-12-31T23:59:59-14:00"},
        {"cursor": f"{'9' * 17}.{'f' * 32}"},
    ],
)
async def test_A15_the_ends_of_time_are_instants_like_others(
    system: Dodam, clock: StoppedClock, admin: Staff, parameters: dict[str, str]
) -> None:
    await _record(system, clock, new_id())
    page = await admin.get("/staff/audit", params={**parameters, "limit": "1"})
    assert len(page["entries"]) == 1


async def test_A15_guardians_and_roles_without_the_permission_do_not_read_the_trail(
    http: httpx.AsyncClient, settings: Settings, guardian: Guardian
) -> None:
    for caller in (guardian, staff(http, settings, "viewer")):
        answer = await caller.call("GET", "/staff/audit")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
