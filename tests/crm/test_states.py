"""N04: support sees where an account's page stands."""

from uuid import uuid4

import httpx
import pytest

from dodam.platform.settings import Settings
from dodam_sim.world.faults import Fault, Faults
from tests.crm.conftest import Office
from tests.families import Guardian, sign_up
from tests.staff import staff


async def _state(office: Office, guardian: Guardian) -> dict[str, str | None]:
    support = staff(office.http, office.settings, "support")
    return await support.get(f"/staff/accounts/{guardian.account_id}/crm")


async def test_N04_support_finds_the_page(office: Office, guardian: Guardian) -> None:
    page = await office.page(guardian)
    assert await _state(office, guardian) == {
        "status": "synced",
        "page_url": f"https://www.notion.so/{page.id.replace('-', '')}",
        "synced_at": "2026-03-18T12:00:00Z",
    }
    await office.leave(guardian)
    await office.settled()
    assert (await _state(office, guardian))["status"] == "archived"


async def test_N04_support_sees_that_a_page_is_behind(office: Office) -> None:
    office.desk.line.always = Faults.always(Fault.BROKEN)
    guardian = await sign_up(office.http)
    await office.until(lambda: len(office.desk.line.requests) > 0)
    state = {"status": "waiting", "page_url": None, "synced_at": None}
    assert await _state(office, guardian) == state
    office.desk.line.always = Faults()
    await office.settled()
    assert (await _state(office, guardian))["status"] == "synced"


async def test_N04_a_test_account_has_no_page(office: Office, guardian: Guardian) -> None:
    await office.attach(await sign_up(office.http), guardian)
    await office.settled()
    state = await _state(office, guardian)
    assert (state["status"], state["page_url"]) == ("absent", None)


async def test_N04_without_a_crm_support_is_told_so(
    http: httpx.AsyncClient, settings: Settings
) -> None:
    guardian = await sign_up(http)
    support = staff(http, settings, "support")
    state = await support.get(f"/staff/accounts/{guardian.account_id}/crm")
    assert state == {"status": "off", "page_url": None, "synced_at": None}


@pytest.mark.parametrize("kind", ["staff", "nobody"])
async def test_N04_only_guardians_are_customers(office: Office, kind: str) -> None:
    who = office.admin.id if kind == "staff" else uuid4()
    answer = await office.admin.call("GET", f"/staff/accounts/{who}/crm")
    assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")
