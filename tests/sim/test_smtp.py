"""The simulated mail server keeps what it took, and fails as mail servers do."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest

from dodam_sim.families.chance import stream
from dodam_sim.serving import PortTakenError
from dodam_sim.world.faults import WELL, Fault, Faults
from dodam_sim.world.smtp import Smtp

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)


@dataclass
class Post:
    smtp: Smtp
    port: int

    async def send(self, mail: EmailMessage, **options: Any) -> None:
        await aiosmtplib.send(
            mail, hostname="127.0.0.1", port=self.port, start_tls=False, timeout=2, **options
        )


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    smtp = Smtp(lambda: NOW, stream("mail"))
    async with smtp.serving() as port:
        yield Post(smtp, port)


def mail(**headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "dodam@dodam.example"
    made["To"] = "guardian@home.example"
    made["Subject"] = "도담 가입을 확인해 주세요"
    for name, value in headers.items():
        del made[name]
        made[name] = value
    made.set_content("https://dodam.example/verify?token=abc 을 눌러 주세요.")
    return made


async def test_X01_a_mail_is_kept_as_its_addressee_reads_it(post: Post) -> None:
    sent = mail()
    sent.add_alternative("<p>눌러 주세요</p>", subtype="html")
    await post.send(sent)
    [kept] = post.smtp.received
    assert (kept.at, kept.sender, kept.to) == (
        *(NOW, "dodam@dodam.example"),
        ("guardian@home.example",),
    )
    assert (kept.subject, kept.html) == ("도담 가입을 확인해 주세요", "<p>눌러 주세요</p>\n")
    assert "token=abc 을 눌러" in kept.text
    [shown] = post.smtp.shown()
    assert (shown.title, shown.text, shown.who) == (kept.subject, kept.text, kept.to[0])


async def test_X01_an_address_may_not_exist(post: Post) -> None:
    post.smtp.unknown.add("guardian@home.example")
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await post.send(mail())
    assert refused.value.recipients[0].code == 550
    assert not post.smtp.received


@pytest.mark.parametrize(("fault", "code"), [(Fault.BUSY, 451), (Fault.BROKEN, 554)])
async def test_X01_mails_are_refused_for_now_or_for_good(
    post: Post, fault: Fault, code: int
) -> None:
    post.smtp.faults = Faults.always(fault)
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await post.send(mail())
    assert refused.value.recipients[0].code == code
    post.smtp.faults = WELL
    await post.send(mail())
    assert len(post.smtp.received) == 1


@pytest.mark.parametrize(
    ("fault", "failure", "is_taken"),
    [
        (Fault.DOWN, aiosmtplib.SMTPConnectError, False),
        (Fault.GARBAGE, aiosmtplib.SMTPException, False),
        (Fault.LOST, aiosmtplib.SMTPServerDisconnected, True),
        (Fault.HALF, aiosmtplib.SMTPServerDisconnected, True),
    ],
)
async def test_X01_a_line_to_the_mail_server_breaks(
    post: Post, fault: Fault, failure: type[Exception], *, is_taken: bool
) -> None:
    post.smtp.faults = Faults.always(fault)
    with pytest.raises(failure):
        await post.send(mail())
    assert len(post.smtp.received) == is_taken


@pytest.mark.parametrize(("fault", "is_taken"), [(Fault.STUCK, False), (Fault.SLOW, True)])
async def test_X01_the_mail_server_is_late(post: Post, fault: Fault, *, is_taken: bool) -> None:
    post.smtp.faults = Faults.always(fault, slow_seconds=60)
    with pytest.raises(aiosmtplib.SMTPTimeoutError):
        await aiosmtplib.send(
            mail(), hostname="127.0.0.1", port=post.port, start_tls=False, timeout=0.5
        )
    assert len(post.smtp.received) == is_taken


async def test_X01_the_newest_mails_are_kept(post: Post) -> None:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=post.port, start_tls=False)
    async with client:
        for number in range(205):
            await client.send_message(mail(Subject=str(number)))
    assert [each.subject for each in post.smtp.received] == [str(n) for n in range(5, 205)]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"Subject: =?x-none?B?////?=\r\n\r\nhello",
        b"Content-Type: text/plain; charset=x-none\r\n\r\nhello",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Content-Type: image/png\r\n\r\n....",
    ],
)
async def test_X01_a_spoilt_mail_is_kept_as_far_as_it_goes(post: Post, raw: bytes) -> None:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=post.port, start_tls=False)
    async with client:
        await client.sendmail("dodam@dodam.example", ["guardian@home.example"], raw)
    assert len(post.smtp.received) == 1
    assert len(post.smtp.shown()) == 1


async def test_X01_a_mail_that_is_too_large_is_refused(post: Post) -> None:
    with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
        await post.send(mail(Subject="x" * 1_000_001))
    assert refused.value.code == 552
    assert not post.smtp.received


async def test_X01_the_mail_server_stops_though_clients_are_still_there() -> None:
    smtp = Smtp(lambda: NOW, stream("mail"))
    client = aiosmtplib.SMTP(hostname="127.0.0.1", start_tls=False)
    async with smtp.serving() as port:
        await client.connect(port=port)
        with pytest.raises(PortTakenError):
            async with smtp.serving(port):
                pass
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await client.noop()
    with suppress(aiosmtplib.SMTPServerDisconnected):
        client.close()
