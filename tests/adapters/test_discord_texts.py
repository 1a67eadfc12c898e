"""N02: texts too long for Discord are cut where a reader would cut them, and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dodam.adapters.discord.splitting import size, split

# One character each, to whoever reads it.
_FAMILY = "👨‍👩‍👧"
_LETTERS = ["가", "é", "👍🏽", "🇰🇷", _FAMILY, "각", "☕️"]


def test_N02_what_fits_is_left_alone() -> None:
    assert split("가" * 100, 100) == ["가" * 100]
    assert split("", 100) == []


def test_N02_a_text_is_cut_at_the_end_of_a_line() -> None:
    lines = [f"line {number:02}\n" for number in range(20)]
    pieces = split("".join(lines), 60)
    assert "".join(pieces) == "".join(lines)
    assert all(piece.endswith("\n") for piece in pieces)


def test_N02_a_long_line_is_cut_at_the_end_of_a_word() -> None:
    text = "therapy " * 50
    pieces = split(text, 100)
    assert "".join(pieces) == text
    assert all(piece.split() == ["therapy"] * len(piece.split()) for piece in pieces)


@pytest.mark.parametrize("letter", _LETTERS)
@pytest.mark.parametrize("shift", range(8))
def test_N02_no_character_is_cut(letter: str, shift: int) -> None:
    text = "x" * shift + letter * 60
    pieces = split(text, 100)
    assert "".join(pieces) == text
    for piece in pieces:
        assert piece.removeprefix("x" * shift).replace(letter, "") == ""
        assert size(piece) <= 100


def test_N02_a_code_block_that_fits_stays_whole() -> None:
    block = "```py\n" + "value = 1\n" * 6 + "```\n"
    pieces = split("Something went wrong over there:\n" * 2 + block + "and then more of it", 90)
    assert len(pieces) == 2
    assert pieces[1].startswith(block)
    assert all(piece.count("```") % 2 == 0 for piece in pieces)


def test_N02_a_code_block_that_has_to_be_cut_goes_on_as_one() -> None:
    lines = [f"frame {number:02}\n" for number in range(40)]
    pieces = split("```py\n" + "".join(lines) + "```", 100)
    assert len(pieces) > 3
    for piece in pieces:
        assert piece.startswith("```py\n")
        assert piece.endswith("\n```")
        assert size(piece) <= 100
    shown = [line for piece in pieces for line in piece.splitlines() if "```" not in line if line]
    assert shown == [line.strip() for line in lines]


@given(
    st.lists(st.sampled_from([*_LETTERS, " ", "\n", "word", "\n```py\n", "\n```\n"]), max_size=300),
    st.integers(60, 200),
)
def test_N02_whatever_the_text_nothing_is_lost_or_too_long(parts: list[str], most: int) -> None:
    text = "".join(parts)
    pieces = split(text, most)
    assert all(0 < size(piece) <= most for piece in pieces)
    assert all(piece.strip() for piece in pieces)
    assert _bare("".join(pieces)) == _bare(text)


def _bare(text: str) -> str:
    """Without what may be added or trimmed: fences and white space."""
    return "".join(text.replace("```py", "").replace("```", "").split())
