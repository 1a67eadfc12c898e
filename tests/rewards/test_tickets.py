"""P09: families and care teams see what tickets were earned by; care teams give some."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.families import Guardian
from tests.staff import Staff, care_member, staff

from .conftest import Ledger


@pytest.fixture
async def clinician(
    system: Dodam, http: httpx.AsyncClient, settings: Settings, child: dict[str, Any]
) -> Staff:
    return await care_member(system, http, settings, child)


async def _give(who: Staff, child: dict[str, Any], tickets: int, **fields: Any) -> httpx.Response:
    form = {"id": str(uuid4()), "tickets": tickets, "reason": "어린이날 선물", **fields}
    return await who.call("POST", f"/staff/children/{child['id']}/tickets", json=form)


async def _shown(guardian: Guardian, child: dict[str, Any], query: str = "") -> dict[str, Any]:
    return await guardian.get(f"/children/{child['id']}/tickets{query}")


async def test_P09_a_child_begins_without_tickets(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    assert await _shown(guardian, child) == {"balance": 0, "entries": [], "next_before": None}


async def test_P09_the_care_team_gives_tickets_and_takes_some_back(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    given = await _give(clinician, child, 3, reason="  어린이날 선물 ")
    assert given.status_code == 201, given.text
    assert given.json() == {
        "id": given.json()["id"],
        "tickets": 3,
        "reason": "어린이날 선물",
        "balance": 3,
    }
    taken = await _give(clinician, child, -2, reason="두 번 드렸어요.")
    assert taken.json()["balance"] == 1
    shown = await guardian.get(
        f"/children/{child['id']}/tickets", headers={"accept-language": "ko"}
    )
    assert shown == await clinician.get(
        f"/children/{child['id']}/tickets", headers={"accept-language": "ko"}
    )
    assert shown["balance"] == 1
    assert [(line["number"], line["text"], line["balance"]) for line in shown["entries"]] == [
        (2, "담당 선생님이 되돌렸어요: 두 번 드렸어요.", 1),
        (1, "담당 선생님이 주셨어요: 어린이날 선물", 3),
    ]
    assert shown["entries"][1]["reference"] == given.json()["id"]


async def test_P09_who_gave_tickets_is_in_the_audit_trail(
    http: httpx.AsyncClient, settings: Settings, child: dict[str, Any], clinician: Staff
) -> None:
    given = (await _give(clinician, child, 3)).json()
    admin = staff(http, settings, "admin")
    [entry, *_] = (await admin.get(f"/staff/audit?subject_id={child['id']}"))["entries"]
    assert (entry["action"], entry["actor_id"]) == ("tickets.granted", str(clinician.id))
    assert entry["details"] == {"grant": given["id"], "tickets": 3}


async def test_P09_a_grant_that_is_sent_again_gives_once(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    same = str(uuid4())
    answers = await asyncio.gather(*(_give(clinician, child, 3, id=same) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert (await _shown(guardian, child))["balance"] == 3
    for tickets, reason in ((4, "어린이날 선물"), (3, "다른 이유")):
        other = await _give(clinician, child, tickets, id=same, reason=reason)
        assert (other.status_code, other.json()["code"]) == (409, "id_reused")
    assert (await _shown(guardian, child))["balance"] == 3


async def test_P09_a_grant_id_of_one_child_is_free_for_another(
    system: Dodam,
    http: httpx.AsyncClient,
    settings: Settings,
    guardian: Guardian,
    child: dict[str, Any],
    clinician: Staff,
) -> None:
    sibling = await guardian.register_child(name="서연")
    other = await care_member(system, http, settings, sibling)
    same = str(uuid4())
    await _give(clinician, child, 3, id=same)
    assert (await _give(other, sibling, 2, id=same)).json()["balance"] == 2
    assert (await _shown(guardian, child))["balance"] == 3


async def test_P09_no_more_is_taken_back_than_there_is(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    await _give(clinician, child, 2)
    refused = await _give(clinician, child, -3)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_enough_tickets")
    assert refused.json()["details"] == {"balance": 2, "needed": 3}
    # Nothing is left of it: the same id may be used for what there is.
    again = await _give(clinician, child, -2, id=str(uuid4()))
    assert again.json()["balance"] == 0
    assert len((await _shown(guardian, child))["entries"]) == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tickets": 0}, "tickets"),
        ({"tickets": 101}, "tickets"),
        ({"tickets": -101}, "tickets"),
        ({"tickets": 1.5}, "tickets"),
        ({"tickets": 2**80}, "tickets"),
        ({"reason": " "}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
        ({"reason": "가" * 201}, "reason"),
        ({"id": "me"}, "id"),
    ],
)
async def test_P09_a_grant_that_says_nothing_or_too_much_is_refused(
    child: dict[str, Any], clinician: Staff, fields: dict[str, Any], field: str
) -> None:
    refused = await _give(clinician, child, **{"tickets": 1, **fields})
    assert refused.status_code == 400, refused.text
    assert [error["field"] for error in refused.json()["errors"]] == [field]


async def test_P09_staff_who_do_not_treat_the_child_give_nothing(
    http: httpx.AsyncClient, settings: Settings, guardian: Guardian, child: dict[str, Any]
) -> None:
    stranger = staff(http, settings, "admin")
    assert (await _give(stranger, child, 3)).status_code == 404
    assert (await _shown(guardian, child))["balance"] == 0


async def test_P09_the_ledger_is_shown_page_by_page(
    guardian: Guardian, child: dict[str, Any], ledger: Ledger
) -> None:
    for number in range(5):
        await ledger.earn(1, f"result {number}")
    seen: list[int] = []
    query = "?limit=2"
    while True:
        page = await _shown(guardian, child, query)
        assert page["balance"] == 5
        seen += [line["number"] for line in page["entries"]]
        if page["next_before"] is None:
            break
        query = f"?limit=2&before={page['next_before']}"
    assert seen == [5, 4, 3, 2, 1]
    for wrong in ("before=0", "before=-1", "before=x", f"before={2**31}", "limit=0", "limit=101"):
        answer = await guardian.call("GET", f"/children/{child['id']}/tickets?{wrong}")
        assert answer.status_code == 400, wrong


async def test_P09_games_are_told_of_in_the_callers_language(
    guardian: Guardian, child: dict[str, Any], ledger: Ledger
) -> None:
    await ledger.earn(1, "a result")
    await ledger.spend(1, "a play")
    texts = [line["text"] for line in (await _shown(guardian, child))["entries"]]
    assert texts == ["Spent on a mini-game.", "A mini-game's reward."]
