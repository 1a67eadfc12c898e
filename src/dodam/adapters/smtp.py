"""Mail over SMTP (RFC 5321), one connection a mail."""

import asyncio
from email.message import EmailMessage
from enum import StrEnum

import aiosmtplib
from msgspec import Struct

from dodam.adapters.calls import ANSWERED, REFUSED, outside_call
from dodam.features.accounts.ports.mails import AddressRefused

_FOR_GOOD = range(500, 600)


class SmtpSecurity(StrEnum):
    """STARTTLS (port 587) and TLS from the first byte (465) check the server's certificate."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class SmtpAccess(Struct, frozen=True):
    host: str
    port: int
    security: SmtpSecurity
    user: str | None
    password: str | None


class PutOff(Exception):
    """The server does not take the mail now; its codes say why (RFC 5321 section 4.2)."""


class SmtpMails:
    """Hands mails to one server, which delivers them; raises what kept it from doing so."""

    def __init__(self, access: SmtpAccess, *, timeout_seconds: float) -> None:
        self._access = access
        self._timeout = timeout_seconds

    async def send(self, mail: EmailMessage) -> None:
        with outside_call("smtp", "send") as call:
            try:
                await self._send(mail)
            except AddressRefused:
                call.outcome = REFUSED
                raise
            call.outcome = ANSWERED

    async def _send(self, mail: EmailMessage) -> None:
        try:
            # A mail waits in a transaction: its time is limited as a whole, not answer by answer.
            async with asyncio.timeout(self._timeout):
                await aiosmtplib.send(
                    mail,
                    hostname=self._access.host,
                    port=self._access.port,
                    username=self._access.user,
                    password=self._access.password,
                    use_tls=self._access.security is SmtpSecurity.TLS,
                    start_tls=self._access.security is SmtpSecurity.STARTTLS,
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(each.code in _FOR_GOOD for each in error.recipients):
                raise AddressRefused from error
            # The error's own words name the address, and would come into the log.
            raise PutOff(sorted(each.code for each in error.recipients)) from None
        except aiosmtplib.SMTPNotSupported as error:
            # The server does not speak SMTPUTF8 (RFC 6531), which this address needs.
            if not mail["To"].isascii():
                raise AddressRefused from error
            raise
