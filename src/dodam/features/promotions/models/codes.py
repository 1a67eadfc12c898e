"""What codes look like, and reading what people make of them.

A code is eighteen symbols of Crockford's Base32 (https://www.crockford.com/base32.html), which are
90 bits, and two digits that check them: ISO/IEC 7064, MOD 97-10, over the number that the symbols
are, as identifiers of ROR have it. One wrong symbol, or two that changed places, never pass.
A word is what is printed on posters: four to sixteen letters and digits of any script.
"""

import re
import unicodedata
from base64 import b32encode
from string import digits

_SYMBOLS = f"{digits}ABCDEFGHJKMNPQRSTVWXYZ"
_OF_RFC_4648 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _SYMBOLS)
_OF_PYTHON = str.maketrans(_SYMBOLS, "0123456789ABCDEFGHIJKLMNOPQRSTUV")
_LOOK_ALIKES = str.maketrans("OIL", "011")
_LENGTH = 18
_CODE = re.compile(f"[{_SYMBOLS}]{{{_LENGTH}}}[0-9]{{2}}")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
# So that no word can be taken for a code.
_WORD = re.compile(r"[^\W_]{4,16}")


def code_of(random: bytes) -> str:
    """A code from the first 90 bits of what is random."""
    return _checked(b32encode(random[:15]).decode().translate(_OF_RFC_4648)[:_LENGTH])


def read(text: str) -> str | None:
    """The code or word that was typed; None for what can be neither, such as a slip in a code.

    Case, spaces and hyphens do not matter, and in codes neither O for 0 nor I and L for 1.
    """
    typed = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text).upper())
    if _WORD.fullmatch(typed):
        return typed
    code = typed.translate(_LOOK_ALIKES)
    return code if _CODE.fullmatch(code) and code == _checked(code[:_LENGTH]) else None


def read_word(text: str) -> str | None:
    """The word as it is kept; None for what is no word."""
    word = read(text)
    return word if word is not None and _WORD.fullmatch(word) else None


def shown(code: str) -> str:
    """A code in groups of four, a word as it is."""
    if _WORD.fullmatch(code):
        return code
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _checked(symbols: str) -> str:
    number = int(symbols.translate(_OF_PYTHON), 32)
    return f"{symbols}{98 - number * 100 % 97:02}"
