"""The columns of the customers' database: what of a customer colleagues see, and no more."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from dodam.adapters.notion.pages import rich_text
from dodam.features.crm.models.customers import Customer
from dodam.platform.i18n import Text

# Notion takes no longer address, and half of one is none.
_MOST_EMAIL = 200


class Column(Struct, frozen=True):
    """`kind` is its type at Notion, `value` a customer's value in it.

    https://developers.notion.com/reference/page-property-values
    """

    kind: str
    name: Text
    value: Callable[[Customer], Any]


def _option(name: str) -> dict[str, str]:
    return {"name": name}


def _day(day: date | None) -> dict[str, str] | None:
    return None if day is None else {"start": day.isoformat()}


def _email(address: str | None) -> str | None:
    return address if address is not None and len(address) <= _MOST_EMAIL else None


# Every database has one title, called as colleagues like.
TITLE = Column("title", Text(ko="이름", en="Name"), lambda it: rich_text(it.name or "—"))
EXTERNAL_ID = Column(
    "rich_text", Text(ko="도담 ID", en="Dodam ID"), lambda it: rich_text(str(it.external_id))
)
COLUMNS = (
    TITLE,
    EXTERNAL_ID,
    Column("email", Text(ko="이메일", en="E-mail"), lambda it: _email(it.email)),
    Column("phone_number", Text(ko="전화번호", en="Phone"), lambda it: it.phone),
    Column("select", Text(ko="국가", en="Country"), lambda it: _option(it.country)),
    Column("select", Text(ko="언어", en="Language"), lambda it: _option(it.language)),
    Column("date", Text(ko="가입일", en="Joined"), lambda it: _day(it.joined_on)),
    Column("number", Text(ko="아이 수", en="Children"), lambda it: it.figures.children),
    Column(
        "date", Text(ko="마지막 연습일", en="Last played"), lambda it: _day(it.figures.last_day)
    ),
    Column(
        "number",
        Text(ko="최근 4주 연습일 수", en="Days played in 4 weeks"),
        lambda it: it.figures.days_played,
    ),
)
# Said of every customer, also of one who left.
STATUS = Text(ko="상태", en="Status")
STATUS_KIND = "select"
ACTIVE = Text(ko="이용 중", en="active")
LEFT = Text(ko="탈퇴", en="left")

# How a property of each type is emptied. Of other types are those that Notion fills in by itself.
EMPTY: Mapping[str, Any] = {
    "checkbox": False,
    "date": None,
    "email": None,
    "files": [],
    "multi_select": [],
    "number": None,
    "people": [],
    "phone_number": None,
    "relation": [],
    "rich_text": [],
    "select": None,
    "status": None,
    "title": [],
    "url": None,
}
