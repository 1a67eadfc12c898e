"""L03: what a text gives away is masked by how it looks; ids and instants are left alone."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dodam.platform.ids import new_id
from dodam.platform.masking.messages import mask_foreign, mask_own
from dodam.platform.masking.numbers import has_check_digit, mask_number
from dodam.platform.masking.patterns import MOST_CHARACTERS, mask_text
from tests.masking.canaries import A_JWT

_KEY = "dodam_" + "0af1" * 8


@pytest.mark.parametrize(
    "secret",
    [
        *("parent@dodam.example", "kim.min-jun+game@mail.dodam.example", "김민준@도담.한국"),
        *("parent%40dodam.example", "parent\\u0040dodam.example", "root@localhost"),
        '"kim min"@dodam.example',
        *("010-1234-5678", "01012345678", "010 1234 5678", "010.1234.5678", "011-123-4567"),
        *("02-123-4567", "(02) 123-4567", "031)123-4567", "070-1234-5678", "0505-123-4567"),
        *("+82 10-1234-5678", "+821012345678", "82-10-1234-5678", "+82 (0)10-1234-5678"),
        *("+1 415-555-2671", "(415) 555-2671", "415-555-2671", "+14155552671"),
        *(
            "+44 20 7946 0958",
            "+49 30 901820",
            "".join(chr(ord(each) + 0xFEE0) for each in "010-1234-5678"),
        ),
        *("4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111"),
        *("378282246310005", "3782 822463 10005", "6011000990139424"),
        *("180312-3123456", "1803123123456", "180312 3123456", "850101-1******"),
        *(A_JWT, A_JWT[:40], f"{_KEY}_xYz-1234567890abcdefghijklmnopqrstuvwxyzABC"),
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "of {} it", "문의:{}입니다", "[{}]", "x={}", "5000 {}, 12"]
)
def test_L03_what_looks_like_a_secret_or_a_person_is_masked(secret: str, around: str) -> None:
    masked = mask_text(around.format(secret))
    assert secret.removeprefix(_KEY) not in masked
    digits = [each for each in secret if each.isdigit()]
    if len(digits) > 8 and not secret.startswith("dodam_"):
        assert "".join(digits)[-4:] not in masked
    assert masked.startswith(around.partition("{}")[0])
    # A Korean word may end in its particle, and a domain may be Korean.
    assert masked.endswith(around.partition("{}")[2]) or "[email]" in masked


@pytest.mark.parametrize(
    "said",
    [
        "password=Hunter2!",
        "password: Hunter2!",
        "{'password': 'Hunter2 demo', 'tries': 3}",
        '{"password":"Hunter2 demo","tries":3}',
        '"{\\"password\\": \\"Hunter2!\\"}"',
        "SignIn(email='Hunter2!', password='Hunter2 demo')",
        "GET /v1/media/x?size=3&signature=Hunter2!&code=Hunter2!",
        "https://dodam.example/reset-password?token=Hunter2!",
        "Authorization: Bearer Hunter2!",
        "authorization=Basic Hunter2!",
        "sent with Bearer Hunter2!",
        "sent with Basic SHVudGVyMiE=Hunter2!",
        "Cookie: session=Hunter2!; theme=Hunter2!",
        "set-cookie: session=Hunter2!; Path=/",
        "X-Api-Key: Hunter2!",
        "postgresql://dodam:Hunter2!@database:5432/dodam",
        "postgresql://dodam:Hunter2!@Hunter2!@database/dodam",
        "rediss://:Hunter2!@valkey:6379/0",
        "params: ['Hunter2!', 'Hunter2!']",
        "signedPayload=Hunter2!",
        "purchase_token: Hunter2!",
        "Receipt = Hunter2!",
    ],
)
def test_L03_what_stands_under_a_telling_name_is_masked(said: str) -> None:
    assert "Hunter2" not in mask_text(said)


@pytest.mark.parametrize(
    "said",
    [
        "a job is not done",
        "/v1/children/{child_id}/play-records",
        "dodam.features.therapy.service.uploads:Uploads.take:93",
        "Running upgrade 0038 -> 0039, failures",
        "Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)",
        "motion_name=mass_grasp error_code=not_found hostname=db-1 task=crm.sync_customer.v1",
        "2026-11-26T11:02:42.123456+00:00 took 1234567890 ns, 20261126 rows in 12345678 bytes",
        "GPA.3333-4444-5555-66666",
        "0.01012345678 of 1764154962123 and 1764154962123456789",
        "dodam_ended_sessions_confirmed",
        f"key {_KEY} is over",
        "sha256:" + "0123456789" * 6 + "abcd",
        "G80.2 MACS II 18.6.3 python 3.11.7",
    ],
)
def test_L03_what_a_line_is_about_survives(said: str) -> None:
    assert mask_text(said) == said


@settings(max_examples=10_000, deadline=None)
@given(st.uuids())
def test_L03_no_id_is_taken_for_a_number(some: UUID) -> None:
    for shown in (str(some), f"of {some},", f"/v1/children/{some}/today", some.hex, str(new_id())):
        assert mask_text(shown) == shown


@settings(max_examples=10_000, deadline=None)
@given(st.datetimes(timezones=st.just(UTC)))
def test_L03_no_instant_is_taken_for_a_number(some: datetime) -> None:
    for shown in (some.isoformat(), f"{some:%Y-%m-%d %H:%M:%S}", f"from {some:%Y-%m-%d} on"):
        assert mask_text(shown) == shown


def test_L03_an_id_does_not_hide_what_stands_beside_it() -> None:
    some = "01900000-0000-7000-8000-010123456789"
    assert mask_text(f"{some} 010-1234-5678 {some}") == f"{some} [phone] {some}"
    assert mask_text("2026-11-26 010-1234-5678") == "2026-11-26 [phone]"


def test_L03_a_card_is_found_behind_digits_that_are_none() -> None:
    assert mask_text("order 3333 4111 1111 1111 1111") == "order 3333 [card]"
    assert [has_check_digit(each) for each in ("4111111111111111", "4111111111111112")] == [
        True,
        False,
    ]


def test_L03_numbers_that_are_no_text_are_looked_at_too() -> None:
    assert mask_number(4111111111111111) == "[card]"
    assert mask_number(1803123123456) == "[rrn]"
    assert mask_number(10**30) == "[number]"
    assert [mask_number(each) for each in (0, -5, 12_345_678_901, 1_764_154_962_123)] == [
        *(0, -5, 12_345_678_901, 1_764_154_962_123)
    ]


@pytest.mark.parametrize("secret", ["parent@dodam.example", "010-1234-5678", A_JWT])
def test_L03_what_a_cut_goes_through_is_masked_before_it(secret: str) -> None:
    for before in range(MOST_CHARACTERS - len(secret), MOST_CHARACTERS, 3):
        masked = mask_text("." * (before - 1) + " " + secret + " " + "." * 1_000)
        assert secret[:8] not in masked
        assert len(masked) == MOST_CHARACTERS + 1


@settings(max_examples=2_000, deadline=None)
@given(st.text(st.sampled_from("a=:'\"@ .-+{}[]()\\%eyJ0123456789/김\x00\ud800"), max_size=80))
def test_L03_whatever_is_said_can_be_written_and_is_masked_already(said: str) -> None:
    for mask in (mask_text, mask_foreign, mask_own):
        masked = mask(said)
        json.dumps(masked).encode()
        masked.encode()
        assert "\x00" not in masked


def test_L03_of_words_of_others_what_they_quote_and_foreign_script_is_masked() -> None:
    assert mask_foreign("invalid literal for int() with base 10: '민준'").endswith(": [quoted]")
    assert mask_foreign('relation "children" of 김민준 does not exist') == (
        "relation [quoted] of [masked] does not exist"
    )
    assert mask_foreign("it can't greet “Minjun” or 'Min") == "it can't greet [quoted] or [quoted]"
    assert mask_foreign("key a8Xk20PqLm77Zz is refused") == "key [masked] is refused"
    assert mask_foreign("born on 2018-03-12, seen at 2026-11-26T11:02:42 and 2026-11-26 11:02") == (
        "born on [day], seen at 2026-11-26T11:02:42 and 2026-11-26 11:02"
    )
    assert mask_foreign("connection to 127.0.0.1:5432 was lost after 3 tries") == (
        "connection to 127.0.0.1:5432 was lost after 3 tries"
    )


def test_L03_of_our_own_words_foreign_script_is_masked_as_they_are_english() -> None:
    assert mask_own("the plan of 김민준 은 'left' is over") == "the plan of [masked] 'left' is over"
