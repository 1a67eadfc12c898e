"""P08: staff make promotions, print their codes, see who redeemed them, and withdraw them."""

import asyncio
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.platform.settings import Settings
from tests.clock import NOON
from tests.families import Guardian
from tests.house import Elsewhere, House
from tests.staff import staff
from tests.worker import all_done, working

from .conftest import FORM, Marketing, redeem, redeemed, refusal

_NOWHERE = "/staff/promotions/01933c5e-7a00-7000-8000-00000000c0ff"


async def test_P08_a_promotion_is_made_and_shown(marketing: Marketing) -> None:
    made = await marketing.make(
        gives={"free_days": 30, "tickets": 5}, name=" 박람회 ", campaign=" 2026 "
    )
    assert made == {
        "id": made["id"],
        "name": "박람회",
        "campaign": "2026",
        "gives": {"free_days": 30, "tickets": 5},
        "codes": {"kind": "single", "count": 3},
        "valid_from": "2026-03-18T12:00:00Z",
        "valid_until": "2026-04-17T12:00:00Z",
        "made_by": str(marketing.staff.id),
        "made_at": "2026-03-18T12:00:00Z",
        "issued_at": "2026-03-18T12:00:00Z",
        "withdrawn_at": None,
        "redeemed": 0,
    }
    listed = await marketing.staff.get("/staff/promotions?limit=500")
    assert made in listed


async def test_P08_codes_are_made_ready_in_the_background_all_at_once(
    house: House, elsewhere: Elsewhere, settings: Settings
) -> None:
    admin = staff(house.http, settings, Role.ADMIN)
    form = {"id": str(uuid4()), **FORM, "codes": {"kind": "single", "count": 2500}}
    made = (await admin.call("POST", "/staff/promotions", json=form)).json()
    assert made["issued_at"] is None
    path = f"/staff/promotions/{made['id']}"
    assert refusal(await admin.call("GET", f"{path}/codes.csv")) == (409, "not_issued_yet")
    async with working(house.dodam.jobs):
        await all_done(house.dodam)
    assert (await admin.get(path))["issued_at"] is not None
    first = await admin.call("GET", f"{path}/codes.csv")
    assert first.headers["content-type"].startswith("text/csv")
    assert first.headers["cache-control"] == "no-store"
    [head, *lines] = first.text.splitlines()
    assert head == "number,code"
    assert len(set(lines)) == 2500
    # At the other instance too, as often as they are to be printed.
    there = staff(elsewhere.http, settings, Role.MARKETING)
    assert (await there.call("GET", f"{path}/codes.csv")).text == first.text


async def test_P08_who_read_the_codes_is_in_the_audit_trail(
    marketing: Marketing, http: httpx.AsyncClient, settings: Settings
) -> None:
    made = await marketing.make()
    await marketing.codes(made)
    await marketing.staff.call("DELETE", f"/staff/promotions/{made['id']}/codes/2")
    await marketing.staff.call("DELETE", f"/staff/promotions/{made['id']}")
    admin = staff(http, settings, Role.ADMIN)
    trail = (await admin.get(f"/staff/audit?subject_id={made['id']}"))["entries"]
    assert [(entry["action"], entry["details"]) for entry in trail] == [
        ("promotion.withdrawn", {}),
        ("promotion.code_withdrawn", {"number": 2}),
        ("promotion.codes_read", {}),
        ("promotion.made", {}),
    ]
    assert {entry["actor_id"] for entry in trail} == {str(marketing.staff.id)}


async def test_P08_no_code_can_be_read_from_the_database(
    marketing: Marketing, system: Dodam
) -> None:
    made = await marketing.make()
    codes = [code.replace("-", "") for code in await marketing.codes(made)]
    async with system.database.reading() as db:
        shown = ""
        for table in ("promotions.promotion", "promotions.code", "audit.entry", "jobs.pgqueuer"):
            rows = await db.fetch(f"select each::text as shown from {table} as each")  # noqa: S608 - named above
            shown += "".join(row["shown"] for row in rows).upper()
        digests = {row["digest"] for row in await db.fetch("select digest from promotions.code")}
    assert not any(code in shown for code in codes)
    # Nor can one that is tried be known again without the key.
    assert not digests & {sha256(code.encode()).digest() for code in codes}


async def test_P08_a_promotion_that_is_sent_again_is_made_once(marketing: Marketing) -> None:
    same = str(uuid4())
    answers = await asyncio.gather(*(marketing.try_to_make(id=same) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert refusal(await marketing.try_to_make(id=same, name="다른 이름")) == (409, "id_reused")


async def test_P08_a_word_is_of_one_promotion_for_ever(marketing: Marketing) -> None:
    word = f"봄{uuid4().hex[:8]}"
    codes = {"kind": "word", "word": word, "uses": 10}
    answers = await asyncio.gather(*(marketing.try_to_make(codes=codes) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    again = {**codes, "word": f" {word.upper()} "}
    assert refusal(await marketing.try_to_make(codes=again)) == (409, "word_taken")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"gives": {}}, "gives"),
        ({"gives": {"free_days": 0}}, "gives.free_days"),
        ({"gives": {"free_days": 367}}, "gives.free_days"),
        ({"gives": {"tickets": -5}}, "gives.tickets"),
        ({"gives": {"tickets": 1001}}, "gives.tickets"),
        ({"codes": {"kind": "single", "count": 0}}, "codes.count"),
        ({"codes": {"kind": "single", "count": 100_001}}, "codes.count"),
        ({"codes": {"kind": "word", "word": "ab c", "uses": 1}}, "codes.word"),
        ({"codes": {"kind": "word", "word": "seventeen letters", "uses": 0}}, "codes.uses"),
        ({"codes": {"kind": "word", "word": "quite_nice", "uses": 1}}, "codes.word"),
        ({"codes": {"kind": "word", "word": "0123456789ABCDEFGH", "uses": 1}}, "codes.word"),
        ({"valid_until": NOON.isoformat()}, "valid_until"),
        ({"valid_from": (NOON + timedelta(days=30)).isoformat()}, "valid_until"),
        ({"valid_until": (NOON + timedelta(days=4000)).isoformat()}, "valid_until"),
        ({"valid_from": "2026-03-18T12:00:00"}, "valid_from"),
        ({"name": " "}, "name"),
        ({"campaign": ""}, "campaign"),
        ({"price": 1}, "price"),
    ],
)
async def test_P08_what_makes_no_promotion_is_named(
    marketing: Marketing, fields: dict[str, Any], field: str
) -> None:
    answer = await marketing.try_to_make(**fields)
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]


async def test_P08_a_promotion_that_is_nowhere_is_not_found(marketing: Marketing) -> None:
    for method, path in (
        ("GET", ""),
        ("GET", "/codes.csv"),
        ("GET", "/redemptions"),
        ("DELETE", ""),
        ("DELETE", "/codes/1"),
    ):
        answer = await marketing.staff.call(method, _NOWHERE + path)
        assert refusal(answer) == (404, "promotion_not_found")


async def test_P08_what_is_withdrawn_is_redeemed_no_more(
    marketing: Marketing, guardian: Guardian, other_guardian: Guardian
) -> None:
    child, others = await guardian.register_child(), await other_guardian.register_child()
    made = await marketing.make()
    path = f"/staff/promotions/{made['id']}"
    [first, second, third] = await marketing.codes(made)
    given = await redeemed(guardian, first, child)
    for number, status in ((2, 204), (2, 204), (4, 404)):
        answer = await marketing.staff.call("DELETE", f"{path}/codes/{number}")
        assert answer.status_code == status
    assert refusal(await redeem(other_guardian, second, others)) == (404, "code_unknown")
    answer = await marketing.staff.call("DELETE", path)
    assert answer.status_code == 204
    assert (await marketing.staff.get(path))["withdrawn_at"] is not None
    assert refusal(await redeem(other_guardian, third, others)) == (404, "code_unknown")
    # What was given stays, and is told again.
    assert await redeemed(guardian, first, child) == given


async def test_P08_staff_see_who_redeemed_which_code(
    marketing: Marketing, guardian: Guardian, other_guardian: Guardian
) -> None:
    made = await marketing.make()
    codes = await marketing.codes(made)
    for who, code in ((guardian, codes[2]), (other_guardian, codes[0])):
        await redeemed(who, code, await who.register_child())
    path = f"/staff/promotions/{made['id']}/redemptions"
    newest = await marketing.staff.get(f"{path}?limit=1")
    oldest = await marketing.staff.get(f"{path}?limit=1&before={newest['next_before']}")
    assert oldest["next_before"] is None
    assert [
        (use["number"], use["account_id"])
        for page in (newest, oldest)
        for use in page["redemptions"]
    ] == [(1, other_guardian.account_id), (3, guardian.account_id)]
    assert (await marketing.staff.get(f"/staff/promotions/{made['id']}"))["redeemed"] == 2
