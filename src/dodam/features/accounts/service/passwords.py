"""What a new password must be like."""

import re

from dodam.platform.errors import InvalidInput
from dodam.platform.i18n import Text
from dodam.platform.passwords import Passwords

_TOO_GUESSABLE = Text(
    en="This password is too easy to guess; choose a longer one, such as a few unrelated words.",
    ko="추측하기 쉬운 비밀번호예요. 서로 관련 없는 단어 여러 개처럼 더 긴 비밀번호를 써 주세요.",
)
_STRONG_ENOUGH = 3
# The product's name, and words of Korean as they come out on a Latin keyboard, which lists of
# common passwords lack: 도담, 비밀번호, 안녕하세요, 사랑해, 사랑해요, 대한민국, 우리아이, 아이사랑.
_EASY_WORDS = (
    *("dodam", "도담", "eheka", "qlalfqjsgh", "dkssudgktpdy", "tkfkdgo", "tkfkdgody"),
    *("eogksalsrnr", "dnfldkdl", "dkdltkfkd"),
)
_BETWEEN_WORDS = re.compile(r"[\W_]+")


class PasswordRules:
    """Length and being hard to guess count, not kinds of characters (NIST SP 800-63B-4)."""

    def __init__(self, passwords: Passwords) -> None:
        self._passwords = passwords

    async def check(self, password: str, *personal: str | None) -> None:
        """Raises InvalidInput for a password that is common or easy to guess.

        `personal` is what a guesser knows of its holder: address and name.
        """
        words = [*_EASY_WORDS, *(word for text in personal if text for word in _words(text))]
        if await self._passwords.strength(password, words) < _STRONG_ENOUGH:
            raise InvalidInput.of("password", "too_guessable", _TOO_GUESSABLE)


def _words(text: str) -> list[str]:
    whole = [text, text.partition("@")[0]]
    return [word for word in (*whole, *_BETWEEN_WORDS.split(text)) if len(word) > 1]
