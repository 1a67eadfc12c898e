"""N04: what fell behind without a fact that said so is found at night."""

from datetime import timedelta
from uuid import UUID

from dodam_sim.world.faults import Fault
from tests.clock import NOON, StoppedClock
from tests.crm.conftest import Office, a_house
from tests.families import Guardian, play, sign_up


async def _night(office: Office) -> list[str]:
    """The requests that write, of one night."""
    before = len(office.desk.line.requests)
    await office.do_chore("refresh-customers")
    await office.settled()
    asked = office.desk.line.requests[before:]
    return [each for each in asked if not each.startswith("GET")]


async def test_N04_figures_that_moved_on_are_renewed_and_others_left_alone(
    new_office: Office, clock: StoppedClock
) -> None:
    office = new_office
    plays, rests = await sign_up(office.http), await sign_up(office.http)
    child = await plays.register_child()
    await rests.register_child()
    await office.settled()
    assert await _night(office) == []

    await _play(plays, child)
    page = await office.page(plays)
    assert await _night(office) == [f"PATCH /v1/pages/{page.id}"]
    assert (await office.shown(plays))["Days played in 4 weeks"] == "1"
    assert await _night(office) == []

    clock.advance(timedelta(days=28))
    assert await _night(office) == [f"PATCH /v1/pages/{page.id}"]
    shown = await office.shown(plays)
    assert (shown["Days played in 4 weeks"], shown["Last played"]) == ("0", "2026-03-18")


async def _play(guardian: Guardian, child: dict[str, str]) -> None:
    await guardian.upload(child, [play(NOON - timedelta(hours=1))])


async def test_N04_accounts_from_before_there_was_a_crm_are_taken_up(new_office: Office) -> None:
    office = new_office
    stays, left, tester = [await sign_up(office.http) for _ in range(3)]
    await office.attach(stays, tester)
    await office.leave(left)
    await office.settled()
    async with office.system.database.transaction() as tx:
        await tx.execute("delete from crm.customer")
    known = {page.id for page in office.desk.pages}
    await _night(office)
    [new] = [page for page in office.desk.pages if page.id not in known]
    assert office.desk.written(new)["E-mail"] == stays.email
    rows = await office.rows("select account_id from crm.customer")
    assert [row["account_id"] for row in rows] == [UUID(stays.account_id)]


async def test_N04_work_that_was_given_up_is_taken_up_again(new_office: Office) -> None:
    office = new_office
    guardian = await sign_up(office.http)
    await office.settled()
    office.desk.database.properties["Phone"] = "number"
    await guardian.register_child()
    await office.settled()
    office.desk.database.properties["Phone"] = "phone_number"
    assert (await office.shown(guardian))["Children"] == "0"
    await _night(office)
    assert (await office.shown(guardian))["Children"] == "1"


async def test_N04_where_no_page_can_be_written_staff_are_told_once(new_office: Office) -> None:
    office = new_office
    for _ in range(4):
        guardian = await sign_up(office.http)
        child = await guardian.register_child()
        await office.settled()
        await _play(guardian, child)
    await office.settled()
    office.desk.database.properties["Phone"] = "number"
    await office.do_chore("refresh-customers")
    await office.settled()
    held = await office.rows("select entrypoint from jobs.pgqueuer where status = 'failed'")
    assert held == [{"entrypoint": "crm.look_for_drift.v1"}]


async def test_N04_people_who_left_unnoticed_are_hidden(new_office: Office) -> None:
    """As a restored backup would have it: the fact was told of, and its effect is gone."""
    office = new_office
    guardian = await sign_up(office.http)
    await office.settled()
    await office.leave(guardian)
    await office.settled()
    async with office.system.database.transaction() as tx:
        await tx.execute("update crm.customer set archived_at = null")
    page = await office.page(guardian)
    page.in_trash = False
    await _night(office)
    assert page.in_trash


async def test_N04_two_workers_write_as_one_would(new_office: Office) -> None:
    office = new_office
    async with a_house(office.settings, office.url):
        guardians = [await sign_up(office.http) for _ in range(4)]
        for after, fault in ((1, Fault.LOST), (4, Fault.BROKEN), (6, Fault.LOST)):
            office.desk.line.fails(fault, after=after)
        for guardian in guardians:
            for name in ("하나", "둘", "셋"):
                await guardian.register_child(name=name)
        await office.settled()
    shown = [await office.shown(guardian) for guardian in guardians]
    assert [each["Children"] for each in shown] == ["3"] * 4
    assert sorted(each["E-mail"] for each in shown) == sorted(each.email for each in guardians)
    assert len(office.desk.pages) == 4
