"""Passwords: argon2id (RFC 9106) and guesses at them, on threads so that no request waits."""

import asyncio
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

# The estimate takes seconds for a long password of the right letters, and 32 characters that are
# easy to guess are not made up for by what follows them.
_CHARACTERS_ESTIMATED = 32


class Passwords:
    """Hashes and checks passwords, at most `threads` at a time.

    A password is the same however its letters are composed (NFC; NIST SP 800-63B-4 section
    3.1.1.2): Hangul comes composed from some keyboards and in pieces from others.
    """

    def __init__(self, *, memory_kib: int, passes: int, threads: int = 2) -> None:
        self._hasher = PasswordHasher(memory_cost=memory_kib, time_cost=passes, parallelism=1)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        # zxcvbn keeps the words of the estimate under way in a global: one at a time.
        self._estimating = ThreadPoolExecutor(1, thread_name_prefix="zxcvbn")
        self._nobodys = self._hasher.hash("a password that opens nothing")

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, self._hasher.hash, _composed(password)
        )

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password is right; without a stored hash just as slow, and False."""
        right = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._verify, stored or self._nobodys, _composed(password)
        )
        return right and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(stored)

    async def strength(self, password: str, easy_words: Sequence[str]) -> int:
        """How hard the password is to guess, 0 to 4; from 3 on, 10^8 guesses do not find it.

        `easy_words` are guessed first (Wheeler, "zxcvbn", USENIX Security 2016).
        """
        return await asyncio.get_running_loop().run_in_executor(
            self._estimating, _strength, _composed(password), easy_words
        )

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._estimating.shutdown(cancel_futures=True)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def _composed(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def _strength(password: str, easy_words: Sequence[str]) -> int:
    return zxcvbn(password[:_CHARACTERS_ESTIMATED], [*easy_words])["score"]
