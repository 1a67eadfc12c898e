"""L03: a value is masked by its name, its type and its looks, whatever it is and however deep."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import msgspec
import pytest
from msgspec import UNSET, Struct, UnsetType
from pydantic import SecretStr

from dodam.features.accounts.models.people import SignUp
from dodam.features.children.models.children import AffectedHand, NewChild
from dodam.platform.masking.keys import is_sensitive_key
from dodam.platform.masking.sensitive import Sensitive
from dodam.platform.masking.values import mask, mask_fields

_ID = UUID("01900000-0000-7000-8000-000000000001")


@pytest.mark.parametrize(
    "key",
    [
        *("password", "old_password", "newPassword", "PASSWORD", "passwd", "client_secret"),
        *("token", "refresh_token", "purchaseToken", "X-Access-Token", "Authorization", "Cookie"),
        *("set-cookie", "Set_Cookie", "api_key", "X-Api-Key", "ncp_sens_secret_key", "receipt"),
        *("signedPayload", "signed_transaction", "signedTransactionInfo", "signedRenewalInfo"),
        *("phone", "guardian_phone", "phoneNumber", "mobile", "email", "E-Mail", "userEmail"),
        *("name", "nickname", "first_name", "familyName", "display_name", "child_name"),
        *("birth_date", "birthDate", "dateOfBirth", "address", "street address", "otp", "code"),
        *("rrn", "card", "card_number", "notes", "body", "payload", "args", "params", "nonce"),
    ],
)
def test_L03_a_telling_name_is_known_however_it_is_written(key: str) -> None:
    assert is_sensitive_key(key)
    assert mask({key: "Hunter2!"}) == {key: "[masked]"}


@pytest.mark.parametrize(
    "key",
    [
        *("motion_name", "task", "event", "logger", "hostname", "route", "status", "level"),
        *("error_code", "status_code", "instance", "service", "path", "method", "reason"),
        *("attempt", "count", "job", "ms", "at", "kind", "namespace", "filename", "tablename"),
        *("request_id", "child_id", "account_id", "device_id", "folder", "statement"),
    ],
)
def test_L03_names_of_our_own_lines_are_left_alone(key: str) -> None:
    assert mask({key: "mass_grasp"}) == {key: "mass_grasp"}


def test_L03_whether_there_is_one_is_not_what_it_is() -> None:
    assert mask({"email": None, "phone": True}) == {"email": None, "phone": True}


class Hand(StrEnum):
    LEFT = "left"


class Inner(Struct):
    nick: Annotated[str, Sensitive]
    size: int


class Outer(Struct):
    hand: Hand
    wishes: Annotated[list[str], Sensitive]
    friends: list[Annotated[str, Sensitive]]
    inner: Inner | None
    hint: Annotated[str, Sensitive] | UnsetType = UNSET
    by_place: dict[str, Inner] = {}
    age: Annotated[int, Sensitive] = 7


@dataclass
class Plain:
    hint: Annotated[str, Sensitive]
    size: int


class Pair(NamedTuple):
    password: str
    size: int


def test_L03_a_field_is_masked_by_its_type_wherever_its_struct_is() -> None:
    inner = Inner("Mini", 3)
    value = {"of": [Outer(Hand.LEFT, ["a"], ["b"], inner, "x", {"home": inner}), Plain("x", 1)]}
    assert mask(value) == {
        "of": [
            {
                "hand": "left",
                "wishes": "[masked]",
                "friends": "[masked]",
                "inner": {"nick": "[masked]", "size": 3},
                "hint": "[masked]",
                "by_place": {"home": {"nick": "[masked]", "size": 3}},
                "age": "[masked]",
            },
            {"hint": "[masked]", "size": 1},
        ]
    }
    assert mask(Pair("Hunter2!", 1)) == {"password": "[masked]", "size": 1}


def test_L03_the_forms_of_the_api_say_it_of_themselves() -> None:
    child = NewChild("민준", date(2019, 5, 14), AffectedHand.LEFT)
    written = str(mask([SignUp("parent@dodam.example", "Hunter2!", "김민준"), child]))
    for secret in ("parent", "Hunter2", "민준", "2019", "left"):
        assert secret not in written
    assert "Asia/Seoul" in written


def test_L03_what_json_has_words_for_stays_and_the_rest_is_its_type_or_size() -> None:
    now = datetime(2026, 11, 26, tzinfo=UTC)
    kept = [None, True, 3, 0.5, "left", _ID, now]
    assert mask(kept) == kept
    assert mask((b"secret", bytearray(3), memoryview(b"ab"))) == [
        *("[6 bytes]", "[3 bytes]", "[2 bytes]")
    ]
    assert mask([Hand.LEFT, Decimal("1.5"), Path("/var/010-1234-5678")]) == [
        *("left", "1.5", "/var/[phone]")
    ]
    assert mask(["a plan of 김민준", "…"]) == ["a plan of [masked]", "..."]
    assert mask([object(), lambda: 1, SecretStr("Hunter2!")]) == [
        *("[object]", "[function]", "[SecretStr]")
    ]
    assert mask(KeyError("민준")) == {"type": "KeyError", "message": "[quoted]"}
    assert mask({_ID: 1, 3: 2, "010-1234-5678": 3}) == {str(_ID): 1, "3": 2, "[phone]": 3}


class Hostile:
    def __repr__(self) -> str:
        raise RuntimeError

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)


class HostileDict(dict[str, str]):
    def items(self) -> Any:
        raise RuntimeError


class HostileText(str):
    __slots__ = ()

    def isascii(self) -> bool:
        raise RuntimeError


class HostileError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


def test_L03_hostile_values_raise_nothing() -> None:
    assert mask([Hostile(), HostileDict(), HostileText("a"), HostileError(), "after"]) == [
        "[Hostile]",
        "[unreadable HostileDict]",
        "[unreadable HostileText]",
        {"type": "HostileError", "message": "[unreadable]"},
        "after",
    ]


def test_L03_endless_deep_and_large_values_are_cut() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert mask(endless) == [[[[[["[…]"]]]]]]
    wide = mask([[list(range(1_000))] * 1_000] * 1_000)
    assert len(msgspec.json.encode(wide)) < 10_000
    many = mask_fields({f"field{number}": number for number in range(1_000)})
    assert len(many) == 51
    assert many["…"] == "[cut]"
    assert len(mask("x" * 1_000_000)) < 5_000


def test_L03_whatever_is_masked_can_be_encoded() -> None:
    awkward = {"nan": float("nan"), "lone": "\ud800", "nul": "a\x00", "big": 2**70, "set": {1}}
    assert msgspec.json.decode(msgspec.json.encode(mask(awkward))) == {
        "nan": None,
        "lone": "?",
        "nul": "a\ufffd",
        "big": "[number]",
        "set": [1],
    }
