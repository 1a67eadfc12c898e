"""N05: mails to account holders, through a real mail server."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address
from pathlib import Path

import aiosmtplib
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dodam.adapters.mail_folder import MailFolder
from dodam.adapters.smtp import SmtpAccess, SmtpMails, SmtpSecurity
from dodam.features.accounts.ports.mails import AddressRefused
from dodam.features.accounts.service.letters import Letter, Letters
from dodam.platform.i18n import Language
from tests.clock import NOON, StoppedClock

from .calls import new_address, sign_up
from .mailing import (
    USER,
    USERS_PASSWORD,
    Mailing,
    MailServer,
    html_of,
    text_of,
    until,
)

_TO_BE_TRIED_AGAIN = (
    "select count(*) from jobs.pgqueuer where status = 'queued' and attempts > 0"
    " and entrypoint like 'deliver:accounts.mail%'"
)

_WITHOUT_LINK = {
    Letter.EMAIL_CHANGED,
    Letter.PASSWORD_CHANGED,
    Letter.PAYMENT_RECEIPT,
    Letter.REFUND_RECEIPT,
    Letter.PAYMENT_FAILED,
    Letter.PRICE_INCREASE,
    Letter.SUBSCRIPTION_RUNS_ON,
}


def _mail(to: str = "parent@dodam.example") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "no-reply@dodam.example", to, "도담"
    mail["Date"], mail["Message-ID"] = "Wed, 18 Mar 2026 12:00:00 +0000", "<1@dodam.example>"
    mail.set_content("안녕하세요\n")
    return mail


def _smtp(port: int, security: SmtpSecurity = SmtpSecurity.NONE, **access: str) -> SmtpMails:
    chosen: dict[str, str | None] = {"user": None, "password": None, **access}
    return SmtpMails(SmtpAccess("127.0.0.1", port, security, **chosen), timeout_seconds=1)


@pytest.mark.parametrize(
    ("language", "subject", "greeting"),
    [
        ("ko", "도담 이메일 주소를 확인해 주세요", "안녕하세요, 도담이에요."),
        ("en", "Please verify your e-mail address for Dodam", "Hello from Dodam."),
    ],
)
async def test_N05_a_mail_is_in_the_language_of_its_account(
    mailing: Mailing, language: str, subject: str, greeting: str
) -> None:
    address = new_address()
    await sign_up(mailing.http, email=address, language=language)
    mail = await mailing.mail(address)
    assert (mail["Subject"], mail["Content-Language"]) == (subject, language)
    assert text_of(mail).startswith(greeting)
    link = text_of(mail).split("\n\n")[1].strip()
    assert link.startswith("https://dodam.example/app/verify-email?token=")
    assert f'<a href="{link}">{link}</a>' in html_of(mail)
    assert f'<html lang="{language}">' in html_of(mail)
    assert mail["From"] == "Dodam <no-reply@dodam.example>"
    assert parsedate_to_datetime(mail["Date"]) == NOON
    assert mail["Message-ID"].endswith("@dodam.example>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "72" in text_of(mail)


async def test_N05_nothing_that_a_stranger_wrote_is_mailed(mailing: Mailing) -> None:
    address = new_address()
    name = "<b>상금</b>\r\nBcc: all@dodam.example\r\n\r\nhttps://evil.example 당첨"
    answer = await sign_up(mailing.http, email=address, name=name)
    assert answer.status_code == 201
    mail = await mailing.mail(address)
    assert "evil" not in mail.as_string() + text_of(mail) + html_of(mail)
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    "address",
    [
        "a@dodam.example\r\nBcc: all@dodam.example",
        "a@dodam.example, all@dodam.example",
        "도담 <a@dodam.example>",
        '"a\r\nBcc: b"@dodam.example',
        "a@[127.0.0.1]",
    ],
)
async def test_N05_an_address_is_one_address(http: httpx.AsyncClient, address: str) -> None:
    answer = await sign_up(http, email=address)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


async def test_N05_a_domain_in_hangul_is_written_to_as_mail_systems_know_it(
    mailing: Mailing,
) -> None:
    await sign_up(mailing.http, email="parent@도담.example")
    await mailing.mail("parent@xn--jk1bkp.example")


async def test_N05_a_mail_comes_once_after_the_server_was_down(mailing: Mailing) -> None:
    address = new_address()
    await mailing.server.close()
    await sign_up(mailing.http, email=address)
    await mailing.until(_TO_BE_TRIED_AGAIN)
    assert await _tokens_of(mailing, address) == 0
    await mailing.server.open()
    await mailing.mail(address)
    await mailing.settled()
    await mailing.mail(address)
    assert await _tokens_of(mailing, address) == 1


async def _tokens_of(mailing: Mailing, address: str) -> int:
    query = "select count(*) from accounts.one_time_token where detail = $1"
    return await mailing.count(query, address)


async def test_N05_an_address_that_is_refused_for_good_is_not_tried_again(
    mailing: Mailing,
) -> None:
    address = new_address()
    mailing.server.refused[address] = "550 5.1.1 no such mailbox"
    await sign_up(mailing.http, email=address)
    await mailing.settled()
    del mailing.server.refused[address]
    assert mailing.server.to(address) == []


async def test_N05_an_address_that_is_refused_for_now_is_tried_again(mailing: Mailing) -> None:
    address = new_address()
    mailing.server.refused[address] = "450 4.2.0 greylisted, come again"
    await sign_up(mailing.http, email=address)
    await mailing.until(_TO_BE_TRIED_AGAIN)
    del mailing.server.refused[address]
    await mailing.mail(address)


async def test_N05_an_address_the_server_cannot_spell_is_refused(mail_server: MailServer) -> None:
    with pytest.raises(AddressRefused):
        await _smtp(mail_server.port).send(_mail("엄마@dodam.example"))


async def test_N05_a_server_that_says_nothing_is_given_up_in_time() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    mails = _smtp(server.sockets[0].getsockname()[1])
    async with asyncio.timeout(10):
        with pytest.raises(TimeoutError):
            await mails.send(_mail())
    server.close()
    await server.wait_closed()


@pytest.fixture
async def secure_server(tmp_path: Path) -> AsyncIterator[tuple[MailServer, Path]]:
    """A server that insists on STARTTLS and a password, and its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.dodam.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "mail.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(path)
    server = MailServer()
    await server.open(tls)
    yield server, path
    await server.close()


async def test_N05_a_mail_goes_over_starttls_with_a_name_and_a_password(
    secure_server: tuple[MailServer, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, certificate = secure_server
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    access = {"user": USER, "password": USERS_PASSWORD}
    await _smtp(server.port, SmtpSecurity.STARTTLS, **access).send(_mail())
    assert (len(server.mails), server.users) == (1, {USER})


async def test_N05_nothing_is_sent_to_a_server_whose_certificate_is_not_trusted(
    secure_server: tuple[MailServer, Path],
) -> None:
    server, _ = secure_server
    access = {"user": USER, "password": USERS_PASSWORD}
    with pytest.raises((aiosmtplib.SMTPException, ssl.SSLError)):
        await _smtp(server.port, SmtpSecurity.STARTTLS, **access).send(_mail())
    assert (server.mails, server.users) == ([], set())


async def test_N05_nothing_is_sent_in_the_clear_where_starttls_is_asked_for(
    mail_server: MailServer,
) -> None:
    before = len(mail_server.mails)
    with pytest.raises(aiosmtplib.SMTPException):
        await _smtp(mail_server.port, SmtpSecurity.STARTTLS).send(_mail())
    assert len(mail_server.mails) == before


def test_N05_without_a_server_a_mail_is_a_file_for_its_owner(tmp_path: Path) -> None:
    letters = Letters(
        MailFolder(tmp_path / "mail"),
        StoppedClock(),
        sender="도담 <no-reply@dodam.example>",
        public_url="https://dodam.example",
    )
    sending = letters.send(Letter.PASSWORD_CHANGED, "parent@dodam.example", Language.KOREAN)
    asyncio.run(sending)
    [path] = (tmp_path / "mail").iterdir()
    assert path.name.startswith("20260318T120000Z-")
    assert path.suffix == ".eml"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail["From"] == "도담 <no-reply@dodam.example>"
    assert "비밀번호가 바뀌었" in text_of(mail)
    assert "비밀번호가 바뀌었" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("letter", list(Letter))
def test_N05_every_letter_is_written_in_every_language(
    tmp_path: Path, letter: Letter, language: Language
) -> None:
    letters = Letters(
        MailFolder(tmp_path),
        StoppedClock(),
        sender="Dodam <no-reply@dodam.example>",
        public_url="https://dodam.example",
    )
    link = "/page?token=a&b<c"
    lives = {"days": 3, "hours": 72, "minutes": 60}
    payment = {
        "store": "App Store",
        "amount": "9,900 KRW",
        "day": "2026-03-18",
        "until": "2026-04-18",
    }
    sending = letters.send(letter, "a@dodam.example", language, link=link, **lives, **payment)
    asyncio.run(sending)
    [path] = tmp_path.iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    assert mail["Subject"]
    assert "\n" not in mail["Subject"]
    assert ("dodam.example" in text_of(mail)) == (letter not in _WITHOUT_LINK)
    if letter not in _WITHOUT_LINK:
        assert f"https://dodam.example{link}\n" in text_of(mail)
        assert '<a href="https://dodam.example/page?token=a&amp;b&lt;c">' in html_of(mail)


async def test_N05_a_mail_survives_a_crash_between_sending_and_noting(
    mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first mail's link then opens nothing, and a second mail's does: never none."""
    address = new_address()
    failed: list[str] = []
    send = aiosmtplib.send

    async def send_and_die(mail: EmailMessage, **options: object) -> object:
        answer = await send(mail, **options)  # pyright: ignore[reportArgumentType]
        if mail["To"] == address and not failed:
            failed.append(address)
            message = "the worker dies"
            raise RuntimeError(message)
        return answer

    monkeypatch.setattr(aiosmtplib, "send", send_and_die)
    await sign_up(mailing.http, email=address)
    await until(lambda: len(mailing.server.to(address)) == 2)
    await mailing.settled()
    assert len(mailing.server.to(address)) == 2


async def test_A13_what_the_queue_keeps_of_a_failed_mail_names_nobody(mailing: Mailing) -> None:
    address = new_address()
    mailing.server.refused[address] = f"450 4.2.0 <{address}> is greylisted, come again"
    await sign_up(mailing.http, email=address)
    await mailing.until(_TO_BE_TRIED_AGAIN)
    del mailing.server.refused[address]
    await mailing.settled()
    kept = "select count(*) from jobs.pgqueuer_log t where t::text like $1"
    assert await mailing.count(kept, "%PutOff%") > 0
    assert await mailing.count(kept, f"%{address}%") == 0
