"""T13: webhooks go to addresses that others chose: outside of our network only, bounded in all."""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dodam.adapters import webhooks
from dodam.adapters.webhooks import HttpWebhooks
from dodam.features.sharing.models.addresses import may_be_reached
from dodam.features.sharing.models.deliveries import Answer

from .line import Line

HEADERS = {"webhook-id": "1"}
BODY = b'{"type":"ping"}'


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    line = Line()
    async with line.open():
        yield line


def _names(monkeypatch: pytest.MonkeyPatch, *turns: list[str]) -> list[str]:
    """Have names lead to these addresses, to others at each turn; what was asked for."""
    asked = list[str]()

    async def resolve(host: str) -> list[str]:
        asked.append(host)
        return turns[min(len(asked), len(turns)) - 1]

    monkeypatch.setattr(webhooks, "resolve", resolve)
    return asked


async def _post(url: str, *, loopback: bool = True) -> Answer:
    return await HttpWebhooks(loopback=loopback).post(url, HEADERS, BODY)


# --- where it may go ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - an attempt
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_T13_an_address_of_our_own_network_is_not_reached(address: str) -> None:
    assert not may_be_reached(address, loopback=False)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "52.95.110.1", "172.32.0.1", "::ffff:1.1.1.1", "2606:4700::1111"]
)
def test_T13_an_address_of_the_world_is_reached(address: str) -> None:
    assert may_be_reached(address, loopback=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_T13_this_machine_is_reached_in_development_and_nothing_else(address: str) -> None:
    assert may_be_reached(address, loopback=True)
    assert not may_be_reached("10.0.0.1", loopback=True)
    assert not may_be_reached("169.254.169.254", loopback=True)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "127。0。0。1",
    ],
)
async def test_T13_this_machine_is_not_reached_however_it_is_spelt(line: Line, host: str) -> None:
    answer = await _post(f"http://{host}:{line.port}/", loopback=False)
    assert (answer, line.heard) == (Answer(None, "forbidden_address"), [])


async def test_T13_a_name_that_leads_into_our_network_is_not_followed(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    for addresses in (["127.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["::ffff:127.0.0.1"], ["10.1.1.1"]):
        _names(monkeypatch, addresses)
        answer = await _post(f"http://hospital.example:{line.port}/", loopback=False)
        assert answer == Answer(None, "forbidden_address")
    assert line.heard == []


async def test_T13_a_name_that_leads_elsewhere_a_moment_later_is_not_asked_again(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address that was looked at is the one that is connected to."""
    asked = _names(monkeypatch, ["127.0.0.1"], ["169.254.169.254"])
    answer = await _post(f"http://hospital.example:{line.port}/in?a=b")
    assert (answer, asked) == (Answer(204), ["hospital.example"])
    [heard] = line.heard
    assert heard.startswith(b"POST /in?a=b HTTP/1.1\r\n")
    assert f"Host: hospital.example:{line.port}\r\n".encode() in heard
    assert heard.endswith(BODY)


async def test_T13_the_next_address_is_tried_where_one_cannot_be_reached(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    _names(monkeypatch, ["::1", "127.0.0.1"])
    assert await _post(f"http://hospital.example:{line.port}/") == Answer(204)


async def test_T13_a_redirect_is_an_answer_and_is_not_followed(line: Line) -> None:
    inside = Line()
    async with inside.open():
        line.answer = (
            "HTTP/1.1 307 Temporary Redirect\r\n"
            f"location: http://127.0.0.1:{inside.port}/\r\ncontent-length: 0\r\n\r\n"
        ).encode()
        answer = await _post(f"http://127.0.0.1:{line.port}/")
    assert (answer.status, answer.is_taken, inside.heard) == (307, False, [])


async def test_T13_a_proxy_of_the_environment_is_not_asked(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Line()
    async with proxy.open():
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert await _post(f"http://127.0.0.1:{line.port}/") == Answer(204)
    assert proxy.heard == []


async def test_T13_a_name_that_leads_nowhere_is_no_answer(line: Line) -> None:
    answer = await _post(f"http://hospital.invalid:{line.port}/")
    assert answer == Answer(None, "unreachable")


# --- TLS ---------------------------------------------------------------------------------------


def _certified(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's TLS with a certificate for a name, and that of a client who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hospital")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))


@pytest.mark.parametrize(
    ("name", "answer"),
    [("hospital.example", Answer(204)), ("other.example", Answer(None, "tls"))],
)
async def test_T13_the_certificate_is_checked_against_the_name_not_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, answer: Answer
) -> None:
    server, client = _certified(tmp_path, name)
    monkeypatch.setattr(webhooks, "_tls", lambda: client)
    _names(monkeypatch, ["127.0.0.1"])
    line = Line()
    async with line.open(server):
        assert await _post(f"https://hospital.example:{line.port}/") == answer
    assert len(line.heard) == (answer.status is not None)


# --- how it may go -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "status", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", 200, None),
        (b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n", 410, None),
        (b"HTTP/1.1 299 Whatever\r\ncontent-length: 0\r\n\r\n", 299, None),
        # It took the message before it was cut off.
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf a bo", 200, None),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz", 200, None),
        (b"HTTP/1.1 500 No\r\ncontent-length: 100\r\n\r\nhalf a bo", 500, None),
        # It may not have.
        (b"HTTP/1.1 20", None, "broken_off"),
        (b"", None, "broken_off"),
        (None, None, "broken_off"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", None, "broken_off"),
        (b"HTTP/1.1 200 OK\r\nx: " + b"x" * 200_000, None, "broken_off"),
        (b"HTTP/1.1 99999 OK\r\n\r\n", None, "broken_off"),
    ],
)
async def test_T13_every_way_it_can_go_is_an_answer(
    line: Line, said: bytes | None, status: int | None, reason: str | None
) -> None:
    line.answer = said
    answer = await _post(f"http://127.0.0.1:{line.port}/")
    assert (answer.status, answer.reason) == (status, reason)


@pytest.mark.parametrize(
    ("said", "status", "reason"),
    [
        (b"", None, "timed_out"),
        (b"HTTP/1.1 200 OK\r\n", None, "timed_out"),
        # It answered in time, and goes on talking.
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nslow", 200, None),
        (b"HTTP/1.1 503 No\r\ncontent-length: 9\r\n\r\nslow", 503, None),
    ],
)
async def test_T13_nobody_is_waited_for_longer_than_the_time_out(
    line: Line,
    monkeypatch: pytest.MonkeyPatch,
    said: bytes,
    status: int | None,
    reason: str | None,
) -> None:
    monkeypatch.setattr(webhooks, "_SECONDS", 0.2)
    line.answer, line.slowly = said, True
    async with asyncio.timeout(5):
        answer = await _post(f"http://127.0.0.1:{line.port}/")
    assert (answer.status, answer.reason) == (status, reason)


async def test_T13_of_a_long_answer_a_little_is_read(line: Line) -> None:
    line.answer = b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n" + b"x" * 1_000_000
    assert await _post(f"http://127.0.0.1:{line.port}/") == Answer(200)


async def test_T13_how_long_to_wait_is_heard(line: Line) -> None:
    line.answer = b"HTTP/1.1 429 Later\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n"
    answer = await _post(f"http://127.0.0.1:{line.port}/")
    assert (answer.status, answer.retry_after) == (429, dt.timedelta(minutes=2))


async def test_T13_where_nobody_listens_it_is_unreachable() -> None:
    line = Line()
    async with line.open():
        pass
    assert await _post(f"http://127.0.0.1:{line.port}/") == Answer(None, "unreachable")
