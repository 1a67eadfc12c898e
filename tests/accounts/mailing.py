"""A mail server beside the system, whose mails a test reads as their addressee would."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ssl import SSLContext
from typing import Any

import httpx
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from dodam.bootstrap import Dodam, build
from dodam.platform.settings import Settings
from tests.conftest import CLOCK
from tests.worker import working

_TO_BE_DONE = """
    select count(*) from jobs.pgqueuer where entrypoint like 'deliver:accounts.mail%'
"""
_UNDER_WAY = f"{_TO_BE_DONE} and status = 'picked'"
USER = "dodam"
USERS_PASSWORD = "posted every morning"


@dataclass
class MailServer:
    """Takes mails on a loopback port, unless it is closed or told to refuse the address."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list[EmailMessage])
    refused: dict[str, str] = field(default_factory=dict[str, str])
    users: set[str] = field(default_factory=set[str])
    _server: asyncio.Server | None = None

    async def open(self, tls: SSLContext | None = None) -> None:
        """With `tls`, a client must begin it (STARTTLS) and say who it is."""

        def protocol() -> SMTP:
            return SMTP(
                self,
                hostname="mail.dodam.example",
                tls_context=tls,
                require_starttls=tls is not None,
                auth_required=tls is not None,
                authenticator=self._authenticate,
            )

        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(protocol, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def handle_RCPT(
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(message_from_bytes(content, policy=default))
        return "250 OK"

    def _authenticate(
        self, _: SMTP, __: Session, ___: Envelope, ____: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        right = (data.login, data.password) == (USER.encode(), USERS_PASSWORD.encode())
        if right:
            self.users.add(data.login.decode())
        return AuthResult(success=right)

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


@dataclass
class Mailing:
    """A system that sends through a mail server, and the worker that does its jobs."""

    system: Dodam
    http: httpx.AsyncClient
    server: MailServer

    async def mail(self, address: str, subject: str = "", *, number: int = 1) -> EmailMessage:
        """The mail to the address with these words in its subject, once there are `number`."""

        def found() -> list[EmailMessage]:
            return [mail for mail in self.server.to(address) if subject in mail["Subject"]]

        await until(lambda: len(found()) >= number)
        assert len(found()) == number
        return found()[-1]

    async def token(self, address: str, subject: str = "", *, number: int = 1) -> str:
        """The token in that mail's link, once the transaction that made it is committed."""
        mail = await self.mail(address, subject, number=number)
        await self.until(_UNDER_WAY, _none)
        return token_in(mail)

    async def settled(self) -> None:
        """Until no mail is to be sent any more."""
        await self.until(_TO_BE_DONE, _none)

    async def until(self, query: str, enough: Callable[[int], bool] = bool) -> None:
        """Until the query counts enough."""
        async with asyncio.timeout(30):
            while not enough(await self.count(query)):  # noqa: ASYNC110 - jobs are rows; nothing in this process is told
                await asyncio.sleep(0.01)

    async def count(self, query: str, *args: object) -> int:
        async with self.system.database.reading() as db:
            return (await db.fetch(query, *args))[0]["count"]


def _none(count: int) -> bool:
    return count == 0


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not happened():  # noqa: ASYNC110 - a server in this process is told nothing
            await asyncio.sleep(0.01)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return body.get_content().replace("\r\n", "\n")


def html_of(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return body.get_content()


def token_in(mail: EmailMessage) -> str:
    found = re.search(r"^http\S+\?token=(\S+)$", text_of(mail), re.MULTILINE)
    assert found is not None, text_of(mail)
    return found[1]


@asynccontextmanager
async def client_of(system: Dodam) -> AsyncGenerator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=system.app)  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient(transport=transport, base_url="http://dodam") as client:
        yield client


@asynccontextmanager
async def mailing_system(
    settings: Settings, database_url: str, server: MailServer, **chosen: object
) -> AsyncGenerator[Mailing]:
    """A system of its own with a worker, both on the tests' database."""
    posted: dict[str, Any] = {
        "smtp_host": "127.0.0.1",
        "smtp_port": server.port,
        "smtp_security": "none",
        "public_url": "https://dodam.example/app",
        **chosen,
    }
    system = build(settings.model_copy(update=posted), database_url, CLOCK)
    async with system.running(), client_of(system) as http, working(system.jobs):
        yield Mailing(system, http, server)
