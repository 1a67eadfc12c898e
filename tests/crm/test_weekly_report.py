"""N04: a report a week, with the same figures however often it is tried, and of nobody alone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dodam.features.crm.models.weekly_report import WeekFigures, compose, monday_of, week_name
from dodam.features.therapy.models.figures import DayFigures
from dodam.features.therapy.models.reporting import WeekOfAll
from dodam.platform.i18n import Language
from dodam_sim.world.faults import Fault
from dodam_sim.world.notion import Block, Page
from tests.clock import StoppedClock
from tests.crm.conftest import Office
from tests.families import CHILD, Guardian, play, sign_up

# Monday, 09:00 in Seoul.
MONDAY = datetime(2026, 3, 23, tzinfo=UTC)
WEDNESDAY = datetime(2026, 3, 18, 12, tzinfo=UTC)
Rows = dict[str, list[str]]


def _reports(office: Office) -> list[Page]:
    workspace = office.desk.notion.workspace
    root = workspace.page(office.desk.notion.account.root_page_id)
    return [each for each in workspace.shown(root) if isinstance(each, Page)]


def _tables(office: Office, page: Page) -> list[Rows]:
    """The rows of each table, by their first cell."""
    workspace = office.desk.notion.workspace
    tables = [each for each in workspace.shown(page) if isinstance(each, Block)]
    return [
        {
            cells[0]: cells[1:]
            for row in workspace.shown(table)
            if isinstance(row, Block)
            and (cells := ["".join(i["plain_text"] for i in cell) for cell in row.content["cells"]])
        }
        for table in tables
        if table.kind == "table"
    ]


async def _families(office: Office, count: int) -> list[tuple[Guardian, dict[str, Any]]]:
    guardians = [await sign_up(office.http) for _ in range(count)]
    return [(each, await each.register_child(**CHILD)) for each in guardians]


async def _week_of_six(office: Office) -> None:
    """Six families; each plays for a minute on Monday to Wednesday, one of them late."""
    families = await _families(office, 6)
    tester = await sign_up(office.http)
    child = await tester.register_child()
    await office.attach(families[0][0], tester)
    for guardian, its in [*families, (tester, child)]:
        days = [play(WEDNESDAY - timedelta(days=age, hours=2)) for age in (0, 1, 2)]
        await guardian.upload(its, days)


async def test_N04_a_week_is_told_of_beside_the_week_before(
    new_office: Office, clock: StoppedClock
) -> None:
    office = new_office
    await _week_of_six(office)
    clock.set(MONDAY)
    await office.do_chore("write-weekly-report")
    await office.settled()
    [page] = _reports(office)
    assert page.title == "Dodam weekly report 2026-W12"
    headlines, days = _tables(office, page)
    assert headlines == {
        "": ["this week", "week before", "change"],
        "new accounts": ["6", "0", "+6"],
        "new children": ["6", "0", "+6"],
        "children who played": ["6", "0", "+6"],
        # Plans begin with their child, on Wednesday.
        "planned days": ["18", "0", "+18"],
        "planned days kept": ["6", "0", "+6"],
        "minutes played": ["18", "0", "+18"],
        "plays uploaded": ["18", "0", "+18"],
        "uploaded late": ["12", "0", "+12"],
    }
    assert days == {
        "day": ["children", "minutes", ""],
        "2026-03-16": ["6", "6", "█" * 20],
        "2026-03-17": ["6", "6", "█" * 20],
        "2026-03-18": ["6", "6", "█" * 20],
        **{f"2026-03-{day}": ["0", "0", ""] for day in (19, 20, 21, 22)},
    }


async def test_N04_one_page_a_week_however_often_it_is_asked_for(
    new_office: Office, clock: StoppedClock
) -> None:
    office = new_office
    for week in range(2):
        clock.set(MONDAY + timedelta(weeks=week))
        for _ in range(3):
            await office.do_chore("write-weekly-report")
            await office.settled()
            clock.advance(timedelta(hours=1))
    titles = ["Dodam weekly report 2026-W12", "Dodam weekly report 2026-W13"]
    assert [page.title for page in _reports(office)] == titles


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.BROKEN, Fault.BUSY])
async def test_N04_a_report_that_is_tried_again_is_one_page_with_the_same_figures(
    new_office: Office, clock: StoppedClock, fault: Fault
) -> None:
    office = new_office
    await _week_of_six(office)
    await office.settled()
    clock.set(MONDAY)
    # Looking for the page goes well; making it does not.
    office.desk.line.fails(fault, after=1, busy_seconds=1)
    asked = len(office.desk.line.requests)
    await office.do_chore("write-weekly-report")
    await office.until(lambda: len(office.desk.line.requests) == asked + 2)
    # What comes late changes the figures, and not the report.
    [latecomer] = await _families(office, 1)
    await latecomer[0].upload(latecomer[1], [play(WEDNESDAY)])
    await office.settled()
    [page] = _reports(office)
    assert _tables(office, page)[0]["children who played"][0] == "6"
    [row] = await office.rows("select page_id, written_at from crm.report")
    assert (row["page_id"], row["written_at"]) == (page.id, MONDAY)


async def test_N04_a_report_that_was_given_up_is_taken_up_the_next_week(
    new_office: Office, clock: StoppedClock
) -> None:
    office = new_office
    clock.set(MONDAY)
    async with office.system.database.transaction() as tx:
        await tx.execute("insert into crm.report (week) values ('2026-W11')")
    await office.do_chore("write-weekly-report")
    await office.settled()
    assert sorted(page.title[-8:] for page in _reports(office)) == ["2026-W11", "2026-W12"]


# --- what is told, and what is not --------------------------------------------------------------

NOTHING = WeekOfAll(
    active_children=0,
    plays=0,
    active_ms=0,
    planned_days=0,
    planned_children=0,
    kept_days=0,
    kept_children=0,
    uploads=0,
    uploading_children=0,
    late_uploads=0,
    late_children=0,
)


def _week(
    of_all: WeekOfAll = NOTHING, days: list[tuple[int, float]] | None = None, new_accounts: int = 0
) -> WeekFigures:
    given = days or [(0, 0.0)] * 7
    return WeekFigures(
        of_all,
        [
            DayFigures(
                day=date(2026, 3, 16) + timedelta(days=number),
                active_children=children,
                plays=children,
                minutes=minutes,
                new_accounts=new_accounts if number == 0 else 0,
                new_children=0,
            )
            for number, (children, minutes) in enumerate(given)
        ],
    )


def _told(now: WeekFigures, before: WeekFigures | None = None) -> list[Rows]:
    report = compose("2026-W12", now, before or _week(), Language.ENGLISH)
    return [{row[0]: list(row[1:]) for row in section.table.rows} for section in report.sections]


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (0, 0, ["0", "0", "+0"]),
        (4, 9, ["-", "9", "-"]),
        (5, 1, ["5", "-", "-"]),
        (1205, 1210, ["1,205", "1,210", "-5"]),
    ],
)
def test_N04_of_fewer_than_five_people_nothing_is_told(
    now: int, before: int, told: list[str]
) -> None:
    headlines, _ = _told(_week(new_accounts=now), _week(new_accounts=before))
    assert headlines["new accounts"] == told


def test_N04_what_rests_on_fewer_than_five_children_is_not_told_either() -> None:
    few = WeekOfAll(
        active_children=4,
        plays=90,
        active_ms=5_400_000,
        planned_days=50,
        planned_children=10,
        kept_days=12,
        kept_children=4,
        uploads=90,
        uploading_children=9,
        late_uploads=40,
        late_children=1,
    )
    headlines, _ = _told(_week(few))
    assert {name: row[0] for name, row in headlines.items()} == {
        "new accounts": "0",
        "new children": "0",
        "children who played": "-",
        "planned days": "50",
        "planned days kept": "-",
        "minutes played": "-",
        "plays uploaded": "90",
        "uploaded late": "-",
    }


def test_N04_a_day_that_is_withheld_cannot_be_worked_out_from_the_others() -> None:
    days = [(9, 90.0), (8, 40.0), (2, 15.0), (7, 60.0), (9, 80.0), (0, 0.0), (0, 0.0)]
    _, by_day = _told(_week(days=days))
    assert [row[1] for row in by_day.values()] == ["90", "-", "-", "60", "80", "0", "0"]
    assert [len(row[2]) for row in by_day.values()] == [20, 0, 0, 13, 18, 0, 0]


def test_N04_two_days_that_are_withheld_need_no_third() -> None:
    days = [(9, 90.0), (1, 40.0), (2, 15.0), (7, 60.0), (9, 80.0), (0, 0.0), (0, 0.0)]
    _, by_day = _told(_week(days=days))
    assert [row[1] for row in by_day.values()] == ["90", "-", "-", "60", "80", "0", "0"]


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 3, 22), "2026-W12"),
        (date(2026, 3, 23), "2026-W13"),
        (date(2026, 12, 31), "2026-W53"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
    ],
)
def test_N04_weeks_are_those_of_ISO_8601(day: date, week: str) -> None:
    assert week_name(day) == week
    assert monday_of(week) == day - timedelta(days=day.weekday())


def test_N04_a_report_speaks_korean_too() -> None:
    report = compose("2026-W12", _week(), _week(), Language.KOREAN)
    assert report.title == "도담 주간 보고 2026-W12"
    assert report.sections[0].table.head == ["", "이번 주", "지난주", "변화"]
    assert "2026-03-16 ~ 2026-03-22" in report.lead
