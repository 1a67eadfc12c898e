"""L01, L03: of requests and jobs only ids, choices and flags are written, by declared types."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import pytest
from msgspec import UNSET, Meta, Struct, UnsetType, field

from dodam.features.accounts.models.people import SignUp
from dodam.features.children.models.children import AffectedHand, ChildChanges, NewChild
from dodam.platform.masking.selecting import ids_in, selected, selected_query
from dodam.platform.masking.sensitive import Sensitive

_ID = UUID("01900000-0000-7000-8000-000000000001")


class Colour(StrEnum):
    RED = "red"


class Form(Struct):
    id: Annotated[UUID, Meta(description="Made by the tablet.")]
    colour: Colour | None
    side: Literal["left", "right"] | UnsetType = UNSET
    agreed: bool = False
    hidden: Annotated[Colour, Sensitive] = Colour.RED
    from_: UUID | None = field(name="from", default=None)
    words: str = "words"
    choice_or_words: Colour | str = "words"
    number: int = 7
    day: date = date(2019, 5, 14)
    inner: list[UUID] = []


def test_L03_of_a_body_ids_choices_and_flags_are_read() -> None:
    form = Form(_ID, Colour.RED, "left", agreed=True, from_=_ID)
    assert selected(Form)(msgspec.json.encode(form)) == {
        "id": str(_ID),
        "colour": "red",
        "side": "left",
        "agreed": True,
        "from": str(_ID),
    }
    assert selected(Annotated[Form, Meta()])(b'{"agreed":true,"words":[1]}') == {"agreed": True}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"id":"no id"}', b'{"colour":"\xff"}', b"[" * 10_000]
)
def test_L03_of_a_body_that_is_not_as_declared_nothing_is_read(body: bytes) -> None:
    assert selected(Form)(body) == {}


def test_L03_of_a_list_its_length_is_read_and_of_one_or_a_list_what_it_is() -> None:
    assert selected(list[Form])(b'[{"words":"a"},1,"b"]') == {"count": 3}
    assert selected(list[Form])(b"[") == {}
    either = selected(Form | list[Form])
    assert either(b" [{},{}]") == {"count": 2}
    assert either(b'{"agreed":false}') == {"agreed": False}
    for other in (dict[str, int], str, Form | Colour, Form | SignUp):
        assert selected(other)(b'{"agreed":true}') == {}


def test_L03_of_the_forms_of_the_api_nothing_of_a_person_is_read() -> None:
    sign_up = SignUp("parent@dodam.example", "Hunter2!", "김민준")
    assert selected(SignUp)(msgspec.json.encode(sign_up)) == {"language": "ko"}
    child = NewChild("민준", date(2019, 5, 14), AffectedHand.LEFT, id=_ID)
    assert selected(NewChild)(msgspec.json.encode(child)) == {"language": "ko", "id": str(_ID)}
    assert selected(ChildChanges)(b'{"affected_hand":"left","sex":"male"}') == {}


def test_L03_of_a_query_the_same_is_read() -> None:
    select = selected_query(
        {"colour": Colour | None, "child_id": UUID, "all": bool, "limit": int, "text": str}
    )
    query = b"colour=red&child_id=01900000-0000-7000-8000-000000000001&all=true&limit=3&text=a"
    assert select(query) == {"colour": "red", "child_id": str(_ID), "all": True}
    for odd in (b"", b"colour=blue", b"\xff", b"&&=&", b"limit=3", b"a=1&" * 1_000):
        assert select(odd) == {}
    assert selected_query({"limit": int})(query) == {}


def test_L03_of_a_jobs_arguments_only_ids_are_read() -> None:
    payload = msgspec.json.encode(
        {"child_id": _ID, "name": "민준", "email_id": "a@b.c", "fact": {"id": _ID}, "day": "x"}
    )
    assert ids_in(payload) == {"child_id": str(_ID), "id": str(_ID)}
    assert ids_in(b"") == ids_in(b'\xff"id":1') == {}
