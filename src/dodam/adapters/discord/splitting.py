"""Texts that are longer than Discord takes, in pieces that read well.

Lengths are in UTF-16 units. Discord's documentation only says "characters"; no other way of
counting comes to more.
"""

import re
import unicodedata

_FENCE = "```"
_LANGUAGE = re.compile(r"```(\w{0,20})\n")
# The end of a piece, and the beginning of the next, of a code block that is cut.
_CLOSING = f"\n{_FENCE}"
_ZERO_WIDTH_JOINER = "\u200d"
_EXTENDING = {"Mn", "Mc", "Me"}


def size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def split(text: str, most: int) -> list[str]:
    """The text in pieces of up to `most`, cut at the end of a line, else of a word, else anywhere
    but within a character. A code block that has to be cut goes on as one; nothing else is added,
    and nothing is lost.
    """
    pieces: list[str] = []
    opening = ""
    while size(opening + text) > most:
        room = most - size(opening) - size(_CLOSING)
        cut = _cut(text, room)
        begins, ends = _block_around(opening, text, cut)
        if ends and size(text[:ends]) <= room:
            cut = ends
        elif ends and begins > 0 and size(text[begins:ends]) <= room:
            cut = begins
        piece = opening + text[:cut]
        block = _open_block(piece)
        opening = _reopened(piece[block:]) if block >= 0 else ""
        pieces.append(piece + (_CLOSING if opening else ""))
        text = text[cut:]
    return [each for each in [*pieces, opening + text] if each.strip()]


def _open_block(text: str) -> int:
    """Where the code block begins in which the text ends; -1 if it does not."""
    return text.rfind(_FENCE) if text.count(_FENCE) % 2 else -1


def _block_around(opening: str, text: str, cut: int) -> tuple[int, int]:
    """Where the code block that is cut begins and ends; it ends at 0 if there is none."""
    block = _open_block(opening + text[:cut])
    if block < 0:
        return 0, 0
    begins = block - len(opening)
    end = text.find(_FENCE, max(begins + len(_FENCE), 0))
    return begins, end + len(_FENCE) if end >= 0 else 0


def _reopened(block: str) -> str:
    language = _LANGUAGE.match(block)
    return f"{_FENCE}{language[1] if language else ''}\n"


def _cut(text: str, room: int) -> int:
    """Where to cut so that what comes before takes up to `room`."""
    furthest = room
    while size(text[:furthest]) > room:
        furthest -= (size(text[:furthest]) - room + 1) // 2
    for end in ("\n", " "):
        found = text.rfind(end, furthest // 2, furthest)
        if found >= 0:
            return found + 1
    cut = furthest
    while cut > furthest // 2 and not _between_characters(text, cut):
        cut -= 1
    return cut if cut > furthest // 2 else furthest


def _between_characters(text: str, cut: int) -> bool:
    """Whether no letter, emoji or fence is cut there (https://unicode.org/reports/tr29/)."""
    before, after = text[cut - 1], text[cut]
    joined = _ZERO_WIDTH_JOINER in {before, after}
    extended = unicodedata.category(after) in _EXTENDING or "\U0001f3fb" <= after <= "\U0001f3ff"
    # Vowels and final consonants of Hangul, where they stand alone.
    syllable = "\u1160" <= after <= "\u11ff"
    flag = _is_regional(after) and _flags_before(text, cut) % 2
    return not (joined or extended or syllable or flag or before == after == "`")


def _is_regional(character: str) -> bool:
    """Two of these make a flag."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flags_before(text: str, cut: int) -> int:
    count = 0
    while cut > count and _is_regional(text[cut - 1 - count]):
        count += 1
    return count
