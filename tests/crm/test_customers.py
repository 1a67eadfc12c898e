"""N04: a guardian's page says what is so, whatever happens and in whichever order."""

import re
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.events.accounts import AccountOpened, EmailChanged, ProfileChanged
from dodam.features.accounts.events.phones import PhoneVerified
from dodam.features.children.events import ChildRemoved
from dodam.platform.database import Event
from dodam_sim.world.faults import Fault, Faults
from dodam_sim.world.notion import Notion, NotionAccount
from tests.clock import NOON, StoppedClock
from tests.crm.conftest import Office
from tests.families import Guardian, play, sign_up

NUMBER = "+821087654321"


async def _verify_phone(office: Office, guardian: Guardian) -> None:
    answer = await guardian.call("POST", "/phone/verifications", json={"number": NUMBER})
    assert answer.status_code == 202, answer.text
    letters = (office.settings.data_dir / "sms").glob(f"*{NUMBER.removeprefix('+')}*")
    newest = max(letters, key=lambda letter: letter.stat().st_mtime_ns)
    code = re.search(r"\d{6}", newest.read_text(encoding="utf-8"))
    assert code is not None
    path = f"/phone/verifications/{answer.json()['id']}/check"
    checked = await guardian.call("POST", path, json={"code": code[0]})
    assert checked.is_success, checked.text


async def _rename(office: Office, guardian: Guardian, name: str, *events: Event) -> None:
    """A new name, as a fact that is told of by these events."""
    async with office.system.database.transaction() as tx:
        await tx.execute(
            "update accounts.account set name = $2 where id = $1", UUID(guardian.account_id), name
        )
        for event in events:
            await tx.publish(event)


def _facts(guardian: Guardian) -> list[Event]:
    account_id = UUID(guardian.account_id)
    return [
        AccountOpened(account_id=account_id),
        ProfileChanged(account_id=account_id),
        EmailChanged(account_id=account_id, old_email="old@dodam.example"),
        PhoneVerified(account_id=account_id),
        ChildRemoved(child_id=uuid4(), guardian_id=account_id),
    ]


async def test_N04_whoever_signs_up_has_a_page(office: Office, guardian: Guardian) -> None:
    shown = await office.shown(guardian)
    assert shown == {
        "Name": "김하늘",
        "Dodam ID": str((await office.customer(guardian))["external_id"]),
        "Status": "active",
        "E-mail": guardian.email,
        "Country": "KR",
        "Language": "ko",
        "Joined": "2026-03-18",
        "Children": "0",
        "Days played in 4 weeks": "0",
    }


async def test_N04_a_number_is_shown_once_it_is_verified_and_until_it_is_taken_off(
    office: Office, guardian: Guardian
) -> None:
    await _verify_phone(office, guardian)
    assert (await office.shown(guardian))["Phone"] == NUMBER
    assert (await guardian.call("DELETE", "/phone")).is_success
    assert "Phone" not in await office.shown(guardian)


async def test_N04_children_are_counted_and_nothing_of_them_is_told(
    office: Office, guardian: Guardian
) -> None:
    child = await guardian.register_child(name="민준이")
    await guardian.register_child(name="서연이")
    diagnosis = {"code": "G80.2", "diagnosed_on": "2021-06-30", "notes": "spastic"}
    path = f"/children/{child['id']}"
    assert (await guardian.call("POST", f"{path}/diagnoses", json=diagnosis)).is_success
    await guardian.upload(child, [play(NOON - timedelta(days=3))])
    shown = await office.shown(guardian)
    assert shown["Children"] == "2"
    for word in ("민준이", "서연이", "G80.2", "spastic", child["id"], "mass_grasp"):
        assert word not in str(shown)

    assert (await guardian.call("DELETE", path)).is_success
    assert (await office.shown(guardian))["Children"] == "1"
    assert (await guardian.call("POST", f"{path}/restore")).is_success
    assert (await office.shown(guardian))["Children"] == "2"


async def test_N04_days_are_counted_once_for_a_family_and_within_four_weeks(
    office: Office, guardian: Guardian
) -> None:
    first, second = await guardian.register_child(), await guardian.register_child()
    for child, ages in ((first, (1, 3, 27, 28, 40)), (second, (3, 5))):
        await guardian.upload(child, [play(NOON - timedelta(days=age)) for age in ages])
    await _rename(office, guardian, "김바다", ProfileChanged(account_id=UUID(guardian.account_id)))
    shown = await office.shown(guardian)
    assert shown["Last played"] == "2026-03-17"
    assert shown["Days played in 4 weeks"] == "4", "1, 3, 5 and 27 days ago"


async def test_N04_A14_of_a_child_without_consent_no_day_is_told(
    office: Office, guardian: Guardian
) -> None:
    child = await guardian.register_child()
    await guardian.upload(child, [play(NOON - timedelta(days=1))])
    path = f"/children/{child['id']}/consent"
    form = {"given_by": "legal_guardian", "documents": {"child_data": None}}
    assert (await guardian.call("PUT", path, json=form)).is_success
    await _rename(office, guardian, "김바다", ProfileChanged(account_id=UUID(guardian.account_id)))
    shown = await office.shown(guardian)
    assert (shown["Children"], shown["Days played in 4 weeks"]) == ("1", "0")
    assert "Last played" not in shown


# --- leaving --------------------------------------------------------------------------------------


async def test_N04_A13_who_leaves_is_hidden_and_who_comes_back_is_shown(
    office: Office, guardian: Guardian
) -> None:
    await guardian.register_child()
    await _verify_phone(office, guardian)
    await office.settled()
    await office.leave(guardian)
    shown = await office.shown(guardian)
    row = await office.customer(guardian)
    assert (await office.page(guardian)).in_trash
    assert shown == {"Dodam ID": str(row["external_id"]), "Status": "left"}
    assert row["archived_at"] is not None

    await office.come_back(guardian)
    shown = await office.shown(guardian)
    assert not (await office.page(guardian)).in_trash
    assert (shown["Status"], shown["Phone"], shown["Children"]) == ("active", NUMBER, "1")
    assert len(office.desk.pages) == 1


async def test_N04_A13_who_is_erased_leaves_an_empty_page_in_the_trash_and_no_trace_to_it(
    office: Office, guardian: Guardian, clock: StoppedClock
) -> None:
    page = await office.page(guardian)
    office.desk.database.properties["Notes"] = "rich_text"
    page.properties["Notes"] = [{"plain_text": "moved to Busan", "text": {"content": ""}}]
    left = await office.leave(guardian)
    await office.settled()
    clock.advance(timedelta(days=31))
    await office.do_chore("erase-withdrawn-accounts")
    await office.settled()

    assert page.in_trash
    assert office.desk.written(page) == {}
    row = await office.customer(guardian)
    assert row["erased_at"] is not None
    assert {name for name, value in row.items() if value is not None} <= {
        *("account_id", "wanted", "synced", "begun_at", "synced_at"),
        *("archived_at", "erased_at"),
    }
    proof = await office.http.get(f"/v1/withdrawals/{left['receipt']}")
    parts = {each["part"]: each["rows"] for each in proof.json()["erased"]}
    assert parts["crm"] == {"page": 1}


async def test_N04_A13_an_erasure_waits_for_notion_however_long_it_is_away(
    office: Office, guardian: Guardian, clock: StoppedClock
) -> None:
    page = await office.page(guardian)
    await office.leave(guardian)
    await office.settled()
    clock.advance(timedelta(days=31))
    office.desk.line.always = Faults.always(Fault.BUSY, busy_seconds=1)
    await office.do_chore("erase-withdrawn-accounts")
    await office.until(lambda: len(office.desk.line.requests) > 8)
    assert (await office.customer(guardian))["erased_at"] is None
    office.desk.line.always = Faults()
    await office.settled()
    assert (await office.customer(guardian))["erased_at"] is not None
    assert office.desk.written(page) == {}


async def test_N04_facts_that_come_after_the_erasure_bring_nothing_back(
    office: Office, guardian: Guardian, clock: StoppedClock
) -> None:
    await office.leave(guardian)
    clock.advance(timedelta(days=31))
    await office.settled()
    await office.do_chore("erase-withdrawn-accounts")
    await office.settled()
    asked = len(office.desk.line.requests)
    async with office.system.database.transaction() as tx:
        for event in _facts(guardian):
            await tx.publish(event)
    await office.settled()
    assert len(office.desk.line.requests) == asked


# --- test accounts --------------------------------------------------------------------------------


async def test_N04_A12_an_account_that_becomes_a_test_account_has_no_page_any_more(
    office: Office, guardian: Guardian
) -> None:
    owner = await sign_up(office.http)
    await office.settled()
    page = await office.page(guardian)
    await office.attach(owner, guardian)
    await office.settled()
    assert page.in_trash
    assert office.desk.written(page) == {}
    assert (await office.customer(guardian))["page_id"] is None

    path = f"/staff/accounts/{owner.account_id}/test-accounts?account={guardian.account_id}"
    assert (await office.admin.call("DELETE", path)).is_success
    assert (await office.shown(guardian))["E-mail"] == guardian.email


async def test_N04_A12_nothing_is_asked_of_notion_for_test_accounts(
    office: Office, guardian: Guardian, clock: StoppedClock
) -> None:
    asked = len(office.desk.line.requests)
    form = {"request_id": str(uuid4()), "count": 3, "password": "twenty lanterns over the bay"}
    path = f"/staff/accounts/{guardian.account_id}/test-accounts"
    made = await office.admin.call("POST", path, json=form)
    assert made.is_success, made.text
    await office.settled()
    tester = Guardian(office.http, made.json()[0]["email"])
    signed_in = {"email": tester.email, "password": form["password"]}
    tester.tokens = (await office.http.post("/v1/auth/sign-in", json=signed_in)).json()
    await tester.consent(terms=1, privacy=1)
    await tester.register_child()
    answer = await tester.call("POST", "/account/withdrawal", json={"confirm": True, **signed_in})
    if answer.status_code == 400:
        form = {"confirm": True, "password": signed_in["password"]}
        answer = await tester.call("POST", "/account/withdrawal", json=form)
    assert answer.status_code == 202, answer.text
    clock.advance(timedelta(days=31))
    await office.do_chore("erase-withdrawn-accounts")
    await office.settled()
    assert len(office.desk.line.requests) == asked


# --- what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_N04_the_order_of_facts_does_not_matter(
    office: Office, guardian: Guardian, order: tuple[int, ...]
) -> None:
    facts = _facts(guardian)
    for number, which in enumerate(order):
        await _rename(office, guardian, f"name {number}", facts[which])
    assert (await office.shown(guardian))["Name"] == "name 2"
    assert len(office.desk.pages) == 1


@pytest.mark.parametrize(
    "fault",
    [Fault.DOWN, Fault.LOST, Fault.HALF, Fault.GARBAGE, Fault.BROKEN, Fault.BUSY],
)
@pytest.mark.parametrize("after", [0, 1], ids=["looking for the page", "making it"])
async def test_N04_a_customer_has_one_page_whatever_happens_on_the_way(
    office: Office, guardian: Guardian, fault: Fault, after: int
) -> None:
    del guardian  # whose page made the columns known
    office.desk.line.fails(fault, after=after, busy_seconds=1)
    another = await sign_up(office.http)
    assert (await office.shown(another))["E-mail"] == another.email
    assert len(office.desk.pages) == 2


async def test_N04_once_the_access_is_mended_work_goes_on(
    office: Office, clock: StoppedClock
) -> None:
    desk = office.desk
    desk.line.lead_to(Notion(clock.now, NotionAccount(token="ntn_another")))
    guardian = await sign_up(office.http)
    await office.put_off()
    desk.line.lead_to(desk.notion)
    await office.hurry()
    assert (await office.shown(guardian))["E-mail"] == guardian.email


async def test_N04_a_column_of_another_type_is_told_to_staff_by_name(office: Office) -> None:
    office.desk.database.properties["Phone"] = "number"
    guardian = await sign_up(office.http)
    await office.settled()
    [held] = await office.rows(
        "select entrypoint from jobs.pgqueuer where status = 'failed' and payload like $1",
        f"%{guardian.account_id}%".encode(),
    )
    assert held == {"entrypoint": "crm.sync_customer.v1"}
    [log] = await office.rows(
        "select traceback::text as why from jobs.pgqueuer_log where status = 'failed'"
        " order by id desc limit 1"
    )
    assert "the property Phone is number, and has to be phone_number" in log["why"]
    assert guardian.email not in log["why"]
    assert (await office.customer(guardian))["busy_until"] is None


async def test_N04_without_a_crm_nothing_is_kept(
    system: Dodam, http: httpx.AsyncClient, desk: Any
) -> None:
    guardian = await sign_up(http)
    await guardian.register_child()
    async with system.database.reading() as db:
        kept = await db.fetch(
            "select 1 from crm.customer where account_id = $1", UUID(guardian.account_id)
        )
        jobs = await db.fetch(
            "select 1 from jobs.pgqueuer where entrypoint like 'crm.%' or entrypoint like"
            " 'deliver:crm.%'"
        )
    assert (kept, jobs) == ([], [])
    assert desk.line.requests == []
