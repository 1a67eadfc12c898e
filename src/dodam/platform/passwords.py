"""Password hashing: argon2id (RFC 9106), on threads of its own so that no request waits for it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """Hashes and checks passwords, at most `threads` at a time."""

    def __init__(self, *, memory_kib: int, passes: int, threads: int = 2) -> None:
        self._hasher = PasswordHasher(memory_cost=memory_kib, time_cost=passes, parallelism=1)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._nobodys = self._hasher.hash("a password that opens nothing")

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, self._hasher.hash, password
        )

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password is right; without a stored hash just as slow, and False."""
        right = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._verify, stored or self._nobodys, password
        )
        return right and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
