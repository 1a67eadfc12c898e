"""Sending mail."""

from email.message import EmailMessage
from typing import Protocol


class AddressRefused(Exception):
    """The mail system will never take a mail for this address: trying again is of no use."""


class Mails(Protocol):
    async def send(self, mail: EmailMessage) -> None:
        """Hand a mail with all its headers over to the mail system.

        Raises AddressRefused. Any other failure may pass, and the mail is to be tried again.
        """
        ...
