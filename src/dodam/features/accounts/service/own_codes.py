"""Codes that are made and checked here, and travel as plain messages."""

import secrets
from collections.abc import Sequence
from hmac import compare_digest, digest

from dodam.features.accounts.ports.phones import TextMessages
from dodam.platform.i18n import Language, Text

# A message is 90 bytes in EUC-KR: https://api.ncloud-docs.com/docs/en/sens-sms-send
_MESSAGE = Text(
    en="[dodam] Your code is {code}. Give it to nobody.",
    ko="[도담] 인증번호는 {code}입니다. 다른 사람에게 알려 주지 마세요.",
)


class OwnCodes:
    """A code's reference is a salted digest of it under a key of the deployment.

    A million codes are tried in no time, so without the key the digest would hide nothing.
    """

    def __init__(self, messages: TextMessages, keys: Sequence[bytes]) -> None:
        """Digest with the newest key, the last one; check with any, so that keys can rotate."""
        self._messages = messages
        self._keys = keys

    async def start(self, number: str, language: Language, instead_of: str | None) -> str:
        """An older code needs no undoing: whoever forgets its reference cannot check it."""
        del instead_of
        code = f"{secrets.randbelow(1_000_000):06}"
        await self._messages.send(number, _MESSAGE.read(language).format(code=code))
        salt = secrets.token_hex(16)
        return f"{salt}:{_digest(self._keys[-1], salt, number, code)}"

    async def check(self, number: str, reference: str, code: str) -> bool:
        salt, _, made = reference.partition(":")
        return any(compare_digest(_digest(key, salt, number, code), made) for key in self._keys)


def _digest(key: bytes, salt: str, number: str, code: str) -> str:
    return digest(key, f"{salt}:{number}:{code}".encode(), "sha256").hex()
