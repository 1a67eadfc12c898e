"""Where codes come from: the deployment's keys."""

import hmac
from collections.abc import Sequence
from uuid import UUID

from dodam.features.promotions.models.codes import code_of


class CodeKeys:
    """Codes follow from a key, the promotion and a number, by HMAC-SHA-256 (RFC 2104).

    So they are as hard to guess as the key, can be printed again, and are nowhere in the database:
    it holds digests that need the key too. A new promotion takes the newest key; codes of every key
    are known.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys` are 32 random bytes each, the newest last."""
        self._keys = keys

    @property
    def newest(self) -> int:
        """The newest key's place, from 1."""
        return len(self._keys)

    def code(self, key: int, promotion_id: UUID, number: int) -> str:
        told = b"code" + promotion_id.bytes + number.to_bytes(4)
        return code_of(hmac.digest(self._keys[key - 1], told, "sha256"))

    def digest(self, key: int, code: str) -> bytes:
        """What is kept of a code or word."""
        return _digest(self._keys[key - 1], code)

    def digests(self, code: str) -> list[bytes]:
        """What may be kept of it: by which key it is, the code does not tell."""
        return [_digest(key, code) for key in self._keys]


def _digest(key: bytes, code: str) -> bytes:
    return hmac.digest(key, b"digest" + code.encode(), "sha256")
