"""A mail server (RFC 5321) that keeps the newest mails instead of delivering them."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from random import Random
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session
from msgspec import Struct

from dodam_sim.serving import listening
from dodam_sim.shown import MOST_SHOWN, Shown
from dodam_sim.world.faults import WELL, Fault, reset

_MOST_BYTES = 1_000_000
_TRY_LATER = "451 4.3.2 Please try again later"
_NEVER = "554 5.7.1 Not wanted here"
_UNKNOWN = "550 5.1.1 No such user here"
_TAKEN = "250 2.0.0 OK"


class Mail(Struct, frozen=True, kw_only=True):
    """As its addressee reads it; `html` is there beside the text in most mails."""

    at: datetime
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str | None


class Smtp:
    """`unknown` are addresses that do not exist; `received` are the newest mails.

    The fault is drawn once a connection. BUSY is 451, BROKEN 554 (which in SMTP is for good), both
    in answer to RCPT; the others befall the mail itself, as they do over HTTP.
    """

    name = "smtp"

    def __init__(self, now: Callable[[], datetime], dice: Random) -> None:
        # aiosmtpd tells of every line of every conversation.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self.received = deque[Mail](maxlen=MOST_SHOWN)
        self.unknown: set[str] = set()
        self.faults = WELL
        self._now = now
        self._dice = dice
        self._connections = set[_Connection]()

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncGenerator[int]:
        """Serve on a port of this machine (0: any free one). Raises PortTakenError."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._connection, sock=listening(port))
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for connection in self._connections:
                connection.abort()
            await server.wait_closed()

    def shown(self) -> list[Shown]:
        return [
            Shown(at=each.at, title=each.subject, text=each.text, who=", ".join(each.to))
            for each in self.received
        ]

    def _connection(self) -> "_Connection":
        fault = self.faults.draw(self._dice)
        return _Connection(_Mailbox(self, fault, self.faults.slow_seconds), self._connections)

    def keep(self, envelope: Envelope) -> None:
        content = cast("bytes", envelope.content)
        message = message_from_bytes(content, policy=default)
        mail = Mail(
            at=self._now(),
            sender=envelope.mail_from or "",
            to=tuple(envelope.rcpt_tos),
            subject=str(message["Subject"] or ""),
            text=_body(message, "plain") or _body(message, "html") or "",
            html=_body(message, "html"),
        )
        self.received.append(mail)


class _Mailbox:
    """What aiosmtpd asks at each step; one a connection."""

    def __init__(self, smtp: Smtp, fault: Fault | None, slow_seconds: float) -> None:
        self.fault = fault
        self._smtp = smtp
        self._slow_seconds = slow_seconds

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name and arguments
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if self.fault is Fault.BUSY:
            return _TRY_LATER
        if self.fault is Fault.BROKEN:
            return _NEVER
        if address in self._smtp.unknown:
            return _UNKNOWN
        envelope.rcpt_tos.append(address)
        return _TAKEN

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: "_Connection", _: Session, envelope: Envelope
    ) -> str:
        match self.fault:
            case Fault.STUCK:
                await _cut_off()
            case Fault.GARBAGE:
                return "<h1>Something is not right here</h1>"
            case _:
                self._smtp.keep(envelope)
        match self.fault:
            case Fault.LOST:
                server.reset()
                await _cut_off()
            case Fault.HALF:
                server.say_and_close(b"25")
                await _cut_off()
            case Fault.SLOW:
                await asyncio.sleep(self._slow_seconds)
            case _:
                pass
        return _TAKEN


class _Connection(SMTP):
    def __init__(self, mailbox: _Mailbox, open_: set["_Connection"]) -> None:
        super().__init__(mailbox, hostname="mail.world.example", data_size_limit=_MOST_BYTES)
        self._mailbox = mailbox
        self._open = open_
        self._line: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._line = cast("asyncio.Transport", transport)
        self._open.add(self)
        super().connection_made(transport)
        if self._mailbox.fault is Fault.DOWN:
            self.reset()

    def connection_lost(self, error: Exception | None) -> None:
        self._open.discard(self)
        super().connection_lost(error)

    def reset(self) -> None:
        reset(cast("asyncio.Transport", self._line))

    def abort(self) -> None:
        cast("asyncio.Transport", self._line).abort()

    def say_and_close(self, said: bytes) -> None:
        line = cast("asyncio.Transport", self._line)
        line.write(said)
        line.close()


async def _cut_off() -> None:
    """Never returns: aiosmtpd cancels it when the connection has ended."""
    await asyncio.Event().wait()


def _body(message: EmailMessage, kind: str) -> str | None:
    part: Any = message.get_body((kind,))
    if part is None:
        return None
    try:
        text = part.get_content()
    except (LookupError, ValueError):  # a charset or an encoding that nobody knows
        text = part.get_payload()
    return str(text).replace("\r\n", "\n")
