"""P08: codes that people can type, whose slips show at once, and that nobody guesses."""

import re
from string import digits
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dodam.features.promotions.models.codes import code_of, read, read_word, shown
from dodam.features.promotions.service.codes import CodeKeys

_SYMBOLS = f"{digits}ABCDEFGHJKMNPQRSTVWXYZ"
_PROMOTION = UUID("01933c5e-7a00-7000-8000-00000000c001")
_codes = st.binary(min_size=15, max_size=15).map(code_of)


@given(_codes)
def test_P08_a_code_is_five_groups_of_four_without_look_alikes(code: str) -> None:
    assert re.fullmatch(f"([{_SYMBOLS}]{{4}}-){{4}}[{_SYMBOLS}]{{2}}[0-9]{{2}}", shown(code))
    assert read(shown(code)) == code


def test_P08_the_check_digits_are_those_of_ror() -> None:
    """The number that the symbols are, as in https://ror.org/02mhbdp94, has the digits 94."""
    symbols = "02mhbdp".upper().rjust(18, "0")
    assert read(symbols + "94") == symbols + "94"
    assert read(symbols + "95") is None


@given(_codes, st.integers(0, 19), st.sampled_from(_SYMBOLS))
def test_P08_a_wrong_symbol_is_a_slip(code: str, place: int, symbol: str) -> None:
    typed = code[:place] + symbol + code[place + 1 :]
    assert read(typed) == (code if typed == code else None)


@given(_codes, st.integers(0, 18))
def test_P08_neighbours_that_changed_places_are_a_slip(code: str, place: int) -> None:
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert read(typed) == (code if typed == code else None)


@given(
    _codes,
    st.sampled_from("oO"),
    st.sampled_from("iIlL"),
    st.sampled_from(["", " ", "\u2013", "-"]),
)
def test_P08_case_look_alikes_and_what_lies_between_do_not_matter(
    code: str, zero: str, one: str, between: str
) -> None:
    typed = between.join(code.lower().replace("0", zero).replace("1", one))
    assert read(f" {typed}\n") == code


@pytest.mark.parametrize(
    "typed", ["", "-", "abc", "0" * 19, "U" * 20, "0" * 21, "'; drop", "가" * 17]
)
def test_P08_what_can_be_neither_code_nor_word_is_a_slip(typed: str) -> None:
    assert read(typed) is None


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("spring", "SPRING"),
        (" 어린이날 2026 ", "어린이날2026"),
        # As some keyboards send Hangul: letter by letter.
        ("\u1112\u1161\u11ab\u1100\u1173\u11af\u1102\u1161\u11af2026", "한글날2026"),
        ("\uff26\uff35\uff2c\uff2c", "FULL"),
    ],
)
def test_P08_words_are_read_however_they_are_typed(typed: str, word: str) -> None:
    assert read_word(typed) == read(typed) == word


def test_P08_no_word_is_a_code() -> None:
    assert read_word(code_of(bytes(15))) is None


def test_P08_codes_follow_from_the_key_and_are_no_others() -> None:
    keys, others = CodeKeys([b"k" * 32]), CodeKeys([b"x" * 32])
    made = [keys.code(1, _PROMOTION, number) for number in range(1, 10_001)]
    assert len(set(made)) == 10_000
    assert made == [keys.code(1, _PROMOTION, number) for number in range(1, 10_001)]
    assert not set(made) & {others.code(1, _PROMOTION, number) for number in range(1, 10_001)}
    assert keys.digest(1, made[0]) != others.digest(1, made[0])


def test_P08_codes_of_an_older_key_are_known_after_a_new_one() -> None:
    old = CodeKeys([b"k" * 32])
    code = old.code(old.newest, _PROMOTION, 1)
    both = CodeKeys([b"k" * 32, b"n" * 32])
    assert both.newest == 2
    assert old.digest(1, code) in both.digests(code)
    assert both.code(1, _PROMOTION, 1) == code
