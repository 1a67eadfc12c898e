"""Weekly reports: a page of headings, paragraphs and tables."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from dodam.platform.work import Task

# ISO 8601: 2026-W12.
Week = Annotated[str, Meta(pattern=r"^[0-9]{4}-W[0-5][0-9]$")]


class WriteWeeklyReport(Task, frozen=True, tag="crm.write_weekly_report.v1"):
    week: Week


class Table(Struct, frozen=True):
    """Rows as long as `head`, which names the columns."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


class Section(Struct, frozen=True):
    heading: str
    text: str
    table: Table


class Report(Struct, frozen=True):
    """A page that is found again by its title."""

    title: str
    lead: str
    sections: Sequence[Section]
