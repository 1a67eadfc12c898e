"""Sending messages to phones, and codes that prove who holds one."""

from typing import Protocol

from dodam.platform.i18n import Language


class TextMessages(Protocol):
    async def send(self, number: str, text: str) -> None:
        """Send a text of at most 90 bytes in EUC-KR to a number in E.164.

        Raises SmsUnavailable.
        """
        ...


class PhoneCodes(Protocol):
    """Makes and checks codes of six digits, whoever keeps them. Numbers are in E.164."""

    async def start(self, number: str, language: Language, instead_of: str | None) -> str:
        """Send a new code; the reference it is checked by.

        The code of the reference `instead_of`, sent to the same number, then opens nothing.
        Raises SmsUnavailable, NumberRefused.
        """
        ...

    async def check(self, number: str, reference: str, code: str) -> bool:
        """Whether it is the code. Raises SmsUnavailable, CodeExpired, TooManyAttempts."""
        ...
